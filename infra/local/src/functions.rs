//! The functions of the service, wired to this machine.

use std::sync::Arc;

use axum::Router;
use shared::{
    carrier::{Carriers, Ovh},
    clock::Clock,
    queue::{Queue, ReportQueue},
    store::Table,
    telemetry::Metrics,
};

/// Every function that API Gateway calls, and the one that the queue feeds.
#[derive(Clone)]
pub(crate) struct Functions {
    registration: Router,
    contacts: Router,
    templates: Router,
    send: Router,
    sentlog: Router,
    callbacks: Router,
    pub receipts: receipts::Deps,
    pub deliver: deliver::Deps,
    pub deadletters: deadletters::Deps,
    pub schedule: schedule::Deps,
}

/// What the functions share on this machine.
pub(crate) struct Wiring {
    pub table: Table,
    pub queue: Queue,
    pub reports: ReportQueue,
    pub carriers: Carriers,
    pub ovh: Arc<Ovh>,
    pub proofs: callbacks::Proofs,
    pub clock: Arc<dyn Clock>,
}

/// One of the functions that API Gateway calls.
type Choose = fn(&Functions) -> &Router;

/// The first parts of the paths of each function, as API Gateway routes them.
const ROUTES: [(&str, Choose); 17] = [
    ("rate-card", |functions| &functions.registration),
    ("registrations", |functions| &functions.registration),
    ("registration", |functions| &functions.registration),
    ("school", |functions| &functions.registration),
    ("licence", |functions| &functions.registration),
    ("operator", |functions| &functions.registration),
    ("people", |functions| &functions.contacts),
    ("catalogue", |functions| &functions.templates),
    ("templates", |functions| &functions.templates),
    ("texts", |functions| &functions.templates),
    ("sends", |functions| &functions.send),
    ("budget", |functions| &functions.send),
    ("test-sms", |functions| &functions.send),
    ("messages", |functions| &functions.sentlog),
    ("opt-outs", |functions| &functions.contacts),
    ("receipts", |functions| &functions.callbacks),
    ("replies", |functions| &functions.callbacks),
];

impl Functions {
    pub fn new(Wiring { table, queue, reports, carriers, ovh, proofs, clock }: Wiring) -> Self {
        Self {
            registration: registration::router(registration::Deps {
                table: table.clone(),
                clock: clock.clone(),
            }),
            contacts: contacts::router(contacts::Deps { table: table.clone(), clock: clock.clone() }),
            templates: templates::router(templates::Deps { table: table.clone(), clock: clock.clone() }),
            send: send::router(send::Deps {
                table: table.clone(),
                queue: queue.clone(),
                metrics: Metrics::nowhere(),
                clock: clock.clone(),
            }),
            sentlog: sentlog::router(sentlog::Deps { table: table.clone(), clock: clock.clone() }),
            schedule: schedule::Deps {
                table: table.clone(),
                queue: queue.clone(),
                metrics: Metrics::nowhere(),
                clock: clock.clone(),
            },
            deadletters: deadletters::Deps {
                table: table.clone(),
                metrics: Metrics::nowhere(),
                clock: clock.clone(),
            },
            callbacks: callbacks::router(callbacks::Deps {
                reports: reports.clone(),
                proofs,
                clock: clock.clone(),
            }),
            receipts: receipts::Deps {
                table: table.clone(),
                reports,
                ovh: Some(ovh),
                metrics: Metrics::nowhere(),
                clock: clock.clone(),
            },
            deliver: deliver::Deps { table, queue, carriers, metrics: Metrics::nowhere(), clock },
        }
    }

    /// The function that a path belongs to.
    pub fn of_path(&self, path: &str) -> Option<Router> {
        let first = path.strip_prefix("/v1/")?.split('/').next()?;
        let (_, function) = ROUTES.iter().find(|(part, _)| *part == first)?;
        Some(function(self).clone())
    }
}
