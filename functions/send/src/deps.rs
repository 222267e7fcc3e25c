//! What this function may use, and nothing else.

use std::sync::Arc;

use domain::clock::Clock;
use queues::Queue;
use runtime::Services;
use store::Table;
use telemetry::{Counts, Metrics};

/// What this function may use.
#[derive(Clone)]
pub struct Deps {
    /// Reads people and templates, writes sends and parcels.
    pub table: Table,
    /// Takes the parcels' messages; this function never delivers.
    pub queue: Queue,
    /// Told what was accepted and what was called back.
    pub metrics: Metrics,
    /// The time of a send.
    pub clock: Arc<dyn Clock>,
}

impl Deps {
    /// Those parts of the service.
    pub fn new<S: Services>(services: &S) -> Result<Self, S::Error> {
        Ok(Self {
            table: services.table()?.with_erasure_key(services.erasure_key()?),
            queue: services.queue()?,
            metrics: services.metrics(),
            clock: services.clock(),
        })
    }

    pub(crate) fn tell(&self, counts: &Counts) {
        self.metrics.tell("send", counts, self.clock.now());
    }
}
