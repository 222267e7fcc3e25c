//! The event source mapping: takes messages from a queue and hands them to a function.

use std::{collections::HashSet, sync::Arc, time::Duration};

use aws_lambda_events::sqs::{SqsBatchResponse, SqsEvent, SqsMessage};
use domain::clock::Clock;
use jiff::{SignedDuration, Timestamp};
use telemetry::invocation;
use tokio::{sync::watch, task::JoinSet};

use super::{
    journal::Journal,
    messages::{Message, Messages, Received},
};
use crate::{
    meter::Meter,
    watched::{PATIENCE, WatchedFunction},
};

/// How long one run of a function may take; then it is killed.
const FUNCTION_TIMEOUT: Duration = Duration::from_secs(30);
/// How long a message in flight stays hidden. On AWS it is six times the function's time-out; here
/// a run cannot outlive the process.
const VISIBILITY: Duration = Duration::from_secs(35);
/// As long as nothing else: what is in flight ends, or is shown again, however long a function compiles.
const VISIBILITY_OF_WATCHED: Duration = Duration::from_secs(24 * 3600);

/// A function that a queue feeds.
#[derive(Clone)]
pub enum Consumer {
    /// The parcels' own.
    Deliver(deliver::Deps),
    /// That of the dead-letter queue.
    DeadLetters(deadletters::Deps),
    /// That of the queue of reports.
    Receipts(receipts::Deps),
    /// One of them that `cargo lambda watch` serves.
    Watched(WatchedFunction),
}

/// How messages are put together for one run.
#[derive(Clone, Copy, Debug)]
pub struct Batching {
    /// The most messages.
    pub size: usize,
    /// How long more are waited for after the first.
    pub window: Duration,
}

impl Batching {
    /// Each message by itself.
    pub const NONE: Self = Self { size: 1, window: Duration::ZERO };
    /// Reports noted by one run at most, as in the SAM template: a hundred of one parcel become one write.
    pub const OF_REPORTS: usize = 1000;
}

/// A queue and its consumer.
#[derive(Clone)]
pub struct Mapping {
    /// The queue.
    pub messages: Arc<Messages>,
    /// Where dead letters go.
    pub dead: Arc<Messages>,
    /// What a restart finds again.
    pub journal: Journal,
    /// Who is fed.
    pub consumer: Consumer,
    /// With how much at once.
    pub batching: Batching,
    /// Counts runs.
    pub meter: Arc<Meter>,
}

impl Mapping {
    /// Feeds the function with so many runs at once until `stop` is set, then waits for those under way.
    pub fn start(self, concurrency: usize, stop: watch::Receiver<bool>) -> JoinSet<()> {
        let mut pollers = JoinSet::new();
        for _ in 0..concurrency {
            pollers.spawn(self.clone().poll(stop.clone()));
        }
        pollers
    }

    async fn poll(self, mut stop: watch::Receiver<bool>) {
        let visibility = self.consumer.visibility();
        loop {
            let received = tokio::select! {
                received = self.messages.receive(visibility) => received,
                _ = stop.wait_for(|stopped| *stopped) => return,
            };
            let mut batch = Vec::new();
            self.sort(received, &mut batch).await;
            if self.batching.size > 1 && !batch.is_empty() {
                tokio::time::sleep(self.batching.window).await;
                while batch.len() < self.batching.size
                    && let Some(received) = self.messages.receive_now(visibility)
                {
                    self.sort(received, &mut batch).await;
                }
            }
            if batch.is_empty() {
                continue;
            }
            let is_reachable = tokio::select! {
                biased;
                () = self.consumer.reachable() => true,
                _ = stop.wait_for(|stopped| *stopped) => false,
            };
            if !is_reachable {
                return;
            }
            self.invoke(batch).await;
        }
    }

    /// A message for the next run, or a dead letter.
    async fn sort(&self, received: Received, batch: &mut Vec<Message>) {
        match received {
            Received::Message(message) => batch.push(message),
            Received::Dead(message) => {
                if let Err(error) = self.journal.bury(&message).await {
                    tracing::error!(cause = ?error, "a dead letter could not be kept");
                }
                self.dead.add(message, Duration::ZERO);
            }
        }
    }

    /// One run of the function. A message is deleted unless the run reports it as failed.
    async fn invoke(&self, batch: Vec<Message>) {
        self.meter.count_queue_invocation(batch.len());
        let mut event = SqsEvent::default();
        let mut ids = Vec::with_capacity(batch.len());
        for message in batch {
            let mut record = SqsMessage::default();
            record.message_id = Some(message.id.clone());
            record.body = Some(message.body);
            event.records.push(record);
            ids.push(message.id);
        }
        // In a task of its own: a run that panics, or takes too long, is a run that failed.
        let run = invocation(ids.first().map_or("", String::as_str), self.consumer.clone().handle(event));
        let mut run = tokio::spawn(run);
        let ended = tokio::time::timeout(self.consumer.timeout(), &mut run).await;
        run.abort();
        let failed: HashSet<String> = match ended {
            Ok(Ok(Some(response))) => {
                response.batch_item_failures.into_iter().map(|failure| failure.item_identifier).collect()
            }
            _ => ids.iter().cloned().collect(),
        };
        if matches!(self.consumer, Consumer::Watched(_)) {
            failed.iter().for_each(|id| self.messages.show_again(id, VISIBILITY));
        }
        for id in ids.iter().filter(|id| !failed.contains(*id)) {
            self.messages.delete(id);
            if let Err(error) = self.journal.delete(id).await {
                // It will be delivered again after a restart, which does no harm.
                tracing::warn!(cause = ?error, "a message could not be forgotten");
            }
        }
    }
}

impl Consumer {
    /// How long a message in flight stays hidden.
    const fn visibility(&self) -> Duration {
        match self {
            Self::Deliver(_) | Self::DeadLetters(_) | Self::Receipts(_) => VISIBILITY,
            Self::Watched(_) => VISIBILITY_OF_WATCHED,
        }
    }

    /// How long a run may take. Of a watched function the server itself tells it the time that it has.
    const fn timeout(&self) -> Duration {
        match self {
            Self::Deliver(_) | Self::DeadLetters(_) | Self::Receipts(_) => FUNCTION_TIMEOUT,
            Self::Watched(_) => PATIENCE,
        }
    }

    /// Waits until the function can be called: a message that nobody could take was not received.
    async fn reachable(&self) {
        if let Self::Watched(function) = self {
            function.reachable().await;
        }
    }

    /// What a run answers; none if it failed altogether.
    async fn handle(self, event: SqsEvent) -> Option<SqsBatchResponse> {
        Some(match self {
            Self::Deliver(deps) => deliver::handle(event, killed_at(&*deps.clock), &deps).await,
            Self::DeadLetters(deps) => deadletters::handle(event, &deps).await,
            Self::Receipts(deps) => receipts::handle(event, killed_at(&*deps.clock), &deps).await,
            Self::Watched(function) => {
                let answer = function.invoke(&event).await.ok()?;
                return serde_json::from_slice(&answer).ok();
            }
        })
    }
}

/// When a run that begins now is killed.
fn killed_at(clock: &dyn Clock) -> Timestamp {
    let timeout = SignedDuration::try_from(FUNCTION_TIMEOUT).expect("a function runs for minutes");
    domain::clock::later(clock.now(), timeout)
}

#[cfg(test)]
mod tests;
