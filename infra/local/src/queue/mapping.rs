//! The event source mapping: receives messages from a queue and invokes a function.

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

/// The timeout of a function.
const FUNCTION_TIMEOUT: Duration = Duration::from_secs(30);
/// The visibility timeout. On AWS it is six times the function's timeout; here a run cannot outlive the
/// process.
const VISIBILITY: Duration = Duration::from_secs(35);
/// Without a practical limit: a compilation may take any time, and the message then ends or returns.
const VISIBILITY_OF_WATCHED: Duration = Duration::from_secs(24 * 3600);

/// A function behind a queue.
#[derive(Clone)]
pub enum Consumer {
    Deliver(deliver::Deps),
    DeadLetters(deadletters::Deps),
    Receipts(receipts::Deps),
    /// Any of them, served by `cargo lambda watch`.
    Watched(WatchedFunction),
}

/// The batch settings of a mapping.
#[derive(Clone, Copy, Debug)]
pub struct Batching {
    /// The most messages per batch.
    pub size: usize,
    /// The batching window after the first message.
    pub window: Duration,
}

impl Batching {
    /// One message per batch.
    pub const NONE: Self = Self { size: 1, window: Duration::ZERO };
    /// The most reports per batch, as in the SAM template: a hundred of one parcel become one write.
    pub const OF_REPORTS: usize = 1000;
}

/// A queue and its consumer.
#[derive(Clone)]
pub struct Mapping {
    pub messages: Arc<Messages>,
    /// The dead-letter queue.
    pub dead: Arc<Messages>,
    /// For recovery after a restart.
    pub journal: Journal,
    pub consumer: Consumer,
    pub batching: Batching,
    pub meter: Arc<Meter>,
}

impl Mapping {
    /// Polls with this concurrency until `stop` is set, then waits for runs in progress.
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

    /// Adds a message to the batch, or moves it to the dead letters.
    async fn sort(&self, received: Received, batch: &mut Vec<Message>) {
        match received {
            Received::Message(message) => batch.push(message),
            Received::Dead(message) => {
                if let Err(error) = self.journal.bury(&message).await {
                    tracing::error!(cause = ?error, "a dead letter was not stored");
                }
                self.dead.add(message, Duration::ZERO);
            }
        }
    }

    /// Invokes the function. Deletes all messages that it does not report as failed.
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
        // In a task of its own: a panic or a timeout is a failed run.
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
                // It is delivered again after a restart, which is safe.
                tracing::warn!(cause = ?error, "a message was not deleted");
            }
        }
    }
}

impl Consumer {
    /// The visibility timeout.
    const fn visibility(&self) -> Duration {
        match self {
            Self::Deliver(_) | Self::DeadLetters(_) | Self::Receipts(_) => VISIBILITY,
            Self::Watched(_) => VISIBILITY_OF_WATCHED,
        }
    }

    /// The timeout of a run. A watched function gets its deadline from the server.
    const fn timeout(&self) -> Duration {
        match self {
            Self::Deliver(_) | Self::DeadLetters(_) | Self::Receipts(_) => FUNCTION_TIMEOUT,
            Self::Watched(_) => PATIENCE,
        }
    }

    /// Waits until the function is reachable, so that an unreachable function costs no receive.
    async fn reachable(&self) {
        if let Self::Watched(function) = self {
            function.reachable().await;
        }
    }

    /// The function's response; none after a failure.
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

/// The deadline of a run that begins now.
fn killed_at(clock: &dyn Clock) -> Timestamp {
    let timeout = SignedDuration::try_from(FUNCTION_TIMEOUT).expect("a function runs for minutes");
    domain::clock::later(clock.now(), timeout)
}

#[cfg(test)]
mod tests;
