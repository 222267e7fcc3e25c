//! The parts of the service on this machine.

use std::{convert::Infallible, sync::Arc};

use aws::Secret;
use carriers::{Carriers, Ovh};
use domain::clock::Clock;
use queues::{Queue, ReportQueue};
use runtime::Services;
use store::Table;
use telemetry::Metrics;

/// What the functions share on this machine.
pub(crate) struct Wiring {
    pub table: Table,
    pub queue: Queue,
    pub reports: ReportQueue,
    pub carriers: Carriers,
    pub ovh: Arc<Ovh>,
    pub erasure_key: Secret,
    pub ovh_callback_secret: Secret,
    pub twilio_token: Secret,
    pub bridge_key: Secret,
    pub clock: Arc<dyn Clock>,
    /// The gateway's address, where carriers call back and links to files begin.
    pub gateway: String,
}

impl Services for Wiring {
    type Error = Infallible;

    fn table(&self) -> Result<Table, Infallible> {
        Ok(self.table.clone())
    }

    fn erasure_key(&self) -> Result<Secret, Infallible> {
        Ok(self.erasure_key.clone())
    }

    fn queue(&self) -> Result<Queue, Infallible> {
        Ok(self.queue.clone())
    }

    fn reports(&self) -> Result<ReportQueue, Infallible> {
        Ok(self.reports.clone())
    }

    fn carriers(&self) -> Result<Carriers, Infallible> {
        Ok(self.carriers.clone())
    }

    fn ovh(&self) -> Result<Option<Arc<Ovh>>, Infallible> {
        Ok(Some(self.ovh.clone()))
    }

    fn ovh_callback_secret(&self) -> Result<Option<Secret>, Infallible> {
        Ok(Some(self.ovh_callback_secret.clone()))
    }

    fn twilio_proof(&self) -> Result<Option<(Secret, String)>, Infallible> {
        Ok(Some((self.twilio_token.clone(), self.gateway.clone())))
    }

    fn bridge_key(&self) -> Result<Option<Secret>, Infallible> {
        Ok(Some(self.bridge_key.clone()))
    }

    fn exports_url(&self) -> Result<String, Infallible> {
        Ok(self.gateway.clone())
    }

    fn metrics(&self) -> Metrics {
        Metrics::nowhere()
    }

    fn clock(&self) -> Arc<dyn Clock> {
        self.clock.clone()
    }
}
