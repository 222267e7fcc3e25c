//! All parts in one process.

use std::{io::ErrorKind, net::Ipv4Addr, sync::Arc, time::Duration};

use aws::{Aws, AwsEnvironment, Secret, connector};
use aws_smithy_runtime_api::client::{http::SharedHttpConnector, interceptors::SharedInterceptor};
use axum::{Router, middleware::from_fn};
use domain::{clock::Clock, delivery::PartsPerSecond};
use queues::{Queue, ReportQueue};
use runtime::SystemClock;
use serde::Serialize;
use store::Table;
use tokio::{
    net::TcpListener,
    sync::{mpsc, watch},
    task::JoinSet,
};

use crate::{
    StartError, Tokens, api_page,
    carrier_factory::CarrierFactory,
    carriers::{self, Credentials, FakeCarrier, ReceiptPace},
    data_dir::DataDir,
    dynamodb,
    functions::Functions,
    gateway::{self, Gateway},
    meter::{CapacityInterceptor, Meter},
    options::Options,
    phones::{self, Inbox},
    queue::{self, Batching, Journal, LocalQueue, MAX_RECEIVES, Mapping, Messages, Unruly},
    watched::Watched,
    wiring::Wiring,
};

/// The batch of reports: on AWS the window is longer, here short for interactive use.
const REPORTS_AT_ONCE: Batching = Batching { size: Batching::OF_REPORTS, window: Duration::from_millis(500) };
/// A slower callback is retried.
const CALLBACK_TIMEOUT: Duration = Duration::from_secs(5);

/// The addresses of all parts.
#[derive(Clone, Debug, Serialize)]
pub struct Addresses {
    /// The base address of the API for front ends.
    pub gateway: String,
    /// The phones page.
    pub phones: String,
    /// The embedded DynamoDB.
    pub dynamodb: String,
    /// The queue.
    pub sqs: String,
}

/// The running service.
pub struct Running {
    addresses: Addresses,
    tokens: Tokens,
    meter: Arc<Meter>,
    messages: Arc<Messages>,
    unfinished: usize,
    stop: watch::Sender<bool>,
    pollers: JoinSet<()>,
    schedules: tokio::task::JoinHandle<()>,
    gateway: Router,
    watched: Option<Watched>,
    data: DataDir,
}

/// Starts all parts, and finishes the previous run's messages.
pub async fn start(options: &Options) -> Result<Running, StartError> {
    let data = DataDir::open(&options.data, options.fresh)?;
    let secret: Arc<[u8]> = data.secret()?.into();
    // The gateway's port first: it is the likeliest to be taken.
    let gateway_listener = listen(options.port, "--port").await?;
    let dynamodb_listener = listen(options.dynamodb_port(), "--dynamodb-port").await?;
    let sqs_listener = listen(options.sqs_port(), "--sqs-port").await?;
    let gateway_url = url(&gateway_listener)?;
    let addresses = Addresses {
        phones: format!("{gateway_url}/phones"),
        dynamodb: url(&dynamodb_listener)?,
        sqs: url(&sqs_listener)?,
        gateway: gateway_url,
    };
    let clock: Arc<dyn Clock> = Arc::new(SystemClock);
    let meter = Arc::new(Meter::default());
    let environment = AwsEnvironment::local(addresses.dynamodb.clone(), addresses.sqs.clone());

    dynamodb::serve(dynamodb_listener, dynamodb::open(&data)?);
    let unmetered = Aws::new(environment.clone());
    dynamodb::create_tables(&unmetered, &data).await?;
    let interceptors = if options.meter {
        vec![SharedInterceptor::new(CapacityInterceptor(meter.clone()))]
    } else {
        Vec::new()
    };
    let aws = Aws::with_interceptors(environment.clone(), interceptors);

    let unruly = options.unruly_queue.then(|| Unruly::new(fastrand::u64(..)));
    let damaged = |cause: String| StartError::DataDamaged { path: data.path().to_owned(), cause };
    let parcels = LocalQueue {
        messages: Arc::new(Messages::new(Some(MAX_RECEIVES), unruly)),
        journal: Journal::of_parcels(unmetered),
    };
    let reports = LocalQueue {
        messages: Arc::new(Messages::new(Some(MAX_RECEIVES), None)),
        // Reports are not persisted, like receipts that are not sent yet: it would cost more than the rest of
        // a send.
        journal: Journal::none(),
    };
    let dead = Arc::new(Messages::new(None, None));
    let unfinished = parcels.resume(&dead).await.map_err(|error| damaged(format!("{error:?}")))?;
    let dead_reports = Arc::new(Messages::new(None, None));
    reports.resume(&dead_reports).await.map_err(|error| damaged(format!("{error:?}")))?;
    let messages = parcels.messages.clone();
    let api = queue::router(queue::Api {
        parcels: parcels.clone(),
        reports: reports.clone(),
        meter: meter.clone(),
        clock: clock.clone(),
    });
    serve(sqs_listener, api);

    let inbox = Inbox::open(&data.phones())
        .map_err(|cause| StartError::FolderUnusable { path: data.path().to_owned(), cause })?;
    let inbox = Arc::new(inbox);
    let credentials = Credentials::of_this_machine(&secret);
    let ways = CarrierFactory {
        options,
        credentials: &credentials,
        gateway: &addresses.gateway,
        environment: &environment,
        clock: &clock,
    };
    let queue_url = |name: &str| format!("{}/queue/{name}", addresses.sqs);
    let watched = options.watch.as_ref().map(Watched::at);
    let here = || Wiring {
        table: Table::new(aws.clone(), dynamodb::TABLE.to_owned()),
        erasure_key: Secret::known(&credentials.erasure_key),
        queue: Queue::new(aws.clone(), queue_url("parcels")).paced(options.parts_per_second),
        reports: ReportQueue::new(aws.clone(), queue_url("reports")),
        carriers: ways.carriers(),
        ovh: Arc::new(ways.ovh()),
        ovh_callback_secret: Secret::known(&credentials.ovh_callback_secret),
        twilio_token: Secret::known(&credentials.twilio_token),
        bridge_key: ways.bridge_key(),
        clock: clock.clone(),
        gateway: addresses.gateway.clone(),
    };
    let functions = watched.as_ref().map_or_else(|| Functions::here(&here()), Functions::watched);
    let tokens = Tokens::new(&secret, clock.clone());
    let deliveries = Mapping {
        messages: messages.clone(),
        dead: dead.clone(),
        journal: parcels.journal,
        consumer: functions.deliver.clone(),
        batching: Batching::NONE,
        meter: meter.clone(),
    };
    let notings = Mapping {
        messages: reports.messages.clone(),
        dead: dead_reports,
        journal: reports.journal.clone(),
        consumer: functions.receipts.clone(),
        batching: REPORTS_AT_ONCE,
        meter: meter.clone(),
    };
    let burials =
        Mapping { messages: dead.clone(), consumer: functions.deadletters.clone(), ..deliveries.clone() };
    let schedule = functions.schedule.clone();
    let (aws_events, heard) = mpsc::unbounded_channel();
    let secrets = carriers::secrets(credentials.clone());
    let fake_carrier = FakeCarrier {
        inbox: inbox.clone(),
        clock: clock.clone(),
        credentials,
        outgoing: SharedHttpConnector::new(connector(CALLBACK_TIMEOUT, CALLBACK_TIMEOUT)),
        callbacks: addresses.gateway.clone(),
        aws_events,
        pace: ReceiptPace::of(Duration::from_millis(options.receipt_ms)),
    };
    let mut beside = carriers::router(fake_carrier).merge(phones::pages(inbox)).merge(api_page::pages());
    if watched.is_some() {
        beside = beside.merge(secrets);
    }
    let gateway = Gateway { functions, tokens: tokens.clone(), clock: clock.clone() };
    let counted = meter.clone();
    let gateway = gateway::router(gateway, beside).layer(from_fn(
        move |request: axum::extract::Request, next: axum::middleware::Next| {
            if request.uri().path().starts_with("/v1/") {
                counted.count_api_request();
            }
            next.run(request)
        },
    ));
    serve(gateway_listener, gateway.clone());

    let (stop, stopped) = watch::channel(false);
    let mut pollers = deliveries.start(concurrency(options.parts_per_second), stopped.clone());
    pollers.spawn(until_all_end(burials.start(1, stopped.clone())));
    pollers.spawn(until_all_end(notings.start(2, stopped.clone())));
    tokio::spawn(reports.hear(heard, clock));
    schedule.catch_up().await;
    let schedules = tokio::spawn(schedule.run(stopped));
    Ok(Running {
        addresses,
        tokens,
        meter,
        messages,
        unfinished,
        stop,
        pollers,
        schedules,
        gateway,
        watched,
        data,
    })
}

/// The concurrency of `deliver`: two runs per lane of a carrier's rate, so that one is ready when a lane is
/// free.
fn concurrency(pace: Option<PartsPerSecond>) -> usize {
    const LEAST: usize = 8;
    pace.map_or(LEAST, |cap| LEAST.max(2 * usize::from(cap.lanes())))
}

async fn until_all_end(mut tasks: JoinSet<()>) {
    while tasks.join_next().await.is_some() {}
}

/// Binds a port, which an option sets.
async fn listen(port: u16, option: &'static str) -> Result<TcpListener, StartError> {
    TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await.map_err(|cause| match cause.kind() {
        ErrorKind::AddrInUse => StartError::PortTaken { port, option },
        _ => StartError::PortUnusable { port, cause },
    })
}

fn url(listener: &TcpListener) -> Result<String, StartError> {
    let address = listener.local_addr().map_err(|cause| StartError::PortUnusable { port: 0, cause })?;
    Ok(format!("http://{address}"))
}

fn serve(listener: TcpListener, router: Router) {
    tokio::spawn(async move {
        if let Err(error) = axum::serve(listener, router).await {
            tracing::error!(%error, "server stopped");
        }
    });
}

/// Waits for Ctrl-C or a termination signal.
pub async fn interrupted() {
    let mut terminated = tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate())
        .expect("the system delivers signals");
    tokio::select! {
        _ = tokio::signal::ctrl_c() => {}
        _ = terminated.recv() => {}
    }
}

impl Running {
    pub const fn addresses(&self) -> &Addresses {
        &self.addresses
    }

    pub const fn tokens(&self) -> &Tokens {
        &self.tokens
    }

    /// The billable units, if started with `--meter`.
    pub fn meter(&self) -> &Meter {
        &self.meter
    }

    /// The previous run's queue messages, which are being finished.
    pub const fn unfinished(&self) -> usize {
        self.unfinished
    }

    /// Queue messages that wait or are in flight.
    pub fn waiting(&self) -> usize {
        self.messages.len()
    }

    pub(crate) const fn data(&self) -> &DataDir {
        &self.data
    }

    pub(crate) fn gateway(&self) -> Router {
        self.gateway.clone()
    }

    /// Waits until the functions can be called: functions in this process can at once.
    pub async fn functions_are_there(&self) {
        if let Some(server) = &self.watched {
            server.reachable().await;
        }
    }

    /// Whether the functions are served by `cargo lambda watch`.
    pub const fn is_around_watched_functions(&self) -> bool {
        self.watched.is_some()
    }

    /// Stops polling the queue and waits for runs in progress, at most twenty seconds.
    pub async fn stop(mut self) {
        self.stop.send_replace(true);
        let finished = async {
            while self.pollers.join_next().await.is_some() {}
            let _ = self.schedules.await;
        };
        if tokio::time::timeout(Duration::from_secs(20), finished).await.is_err() {
            tracing::warn!("stopped with messages in flight: they are finished at the next start");
        }
    }
}
