//! The event source mapping: takes messages from the queue and hands them to the function.

use std::{sync::Arc, time::Duration};

use aws_lambda_events::sqs::{SqsEvent, SqsMessage};
use jiff::SignedDuration;
use tokio::{sync::watch, task::JoinSet};

use super::{
    journal::Journal,
    messages::{Message, Messages, Received},
};
use crate::meter::Meter;

/// How long one run of the function may take.
const FUNCTION_TIMEOUT: SignedDuration = SignedDuration::from_secs(30);
/// How long a message in flight stays hidden. On AWS it is six times the function's time-out; here
/// a run cannot outlive the process.
const VISIBILITY: Duration = Duration::from_secs(35);
/// Runs of the function at once.
const CONCURRENCY: usize = 8;

/// What the mapping needs.
#[derive(Clone)]
pub(crate) struct Mapping {
    pub messages: Arc<Messages>,
    pub journal: Journal,
    pub deliver: deliver::Deps,
    pub meter: Arc<Meter>,
}

impl Mapping {
    /// Feeds the function until `stop` is set, then waits for the runs under way.
    pub fn start(self, stop: watch::Receiver<bool>) -> JoinSet<()> {
        let mut pollers = JoinSet::new();
        for _ in 0..CONCURRENCY {
            pollers.spawn(self.clone().poll(stop.clone()));
        }
        pollers
    }

    async fn poll(self, mut stop: watch::Receiver<bool>) {
        loop {
            let received = tokio::select! {
                received = self.messages.receive(VISIBILITY) => received,
                _ = stop.wait_for(|stopped| *stopped) => return,
            };
            match received {
                Received::Message(message) => self.invoke(message).await,
                Received::Dead(message) => {
                    tracing::error!(message = message.id, "a dead letter");
                    if let Err(error) = self.journal.bury(&message).await {
                        tracing::error!(cause = ?error, "a dead letter could not be kept");
                    }
                }
            }
        }
    }

    /// One run of the function. A message is deleted unless the run reports it as failed.
    async fn invoke(&self, message: Message) {
        self.meter.count_queue_invocation();
        let mut record = SqsMessage::default();
        record.message_id = Some(message.id.clone());
        record.body = Some(message.body);
        let mut event = SqsEvent::default();
        event.records.push(record);
        let deps = self.deliver.clone();
        let deadline = deps.clock.now().saturating_add(FUNCTION_TIMEOUT).unwrap_or_default();
        // In a task of its own: a run that panics is a run that failed.
        let run = tokio::spawn(async move { deliver::handle(event, deadline, &deps).await }).await;
        let failed = match run {
            Ok(response) => response.batch_item_failures.iter().any(|f| f.item_identifier == message.id),
            Err(_) => true,
        };
        if failed {
            return;
        }
        self.messages.delete(&message.id);
        if let Err(error) = self.journal.delete(&message.id).await {
            // It will be delivered again after a restart, which does no harm.
            tracing::warn!(cause = ?error, "a message could not be forgotten");
        }
    }
}
