//! What one function of a world is made of: the services as it alone calls them.

use std::{convert::Infallible, sync::Arc};

use aws::Secret;
use carriers::{Carriers, Ovh};
use domain::clock::Clock;
use queues::{Queue, ReportQueue};
use runtime::Services;
use store::Table;
use telemetry::Metrics;

use super::{
    addresses::{API, SQS},
    stand_ins,
    wiring::{Way, Wiring, scripted_key},
};

/// The parts of one function.
pub(super) struct Parts<'w> {
    pub wiring: &'w Wiring,
    pub function: &'static str,
    /// Who brings its texts, for the function that hands them over.
    pub way: Option<&'w Way>,
}

impl Parts<'_> {
    fn secret(&self, name: &str) -> Secret {
        self.wiring.secret(self.function, name)
    }

    fn secret_of_a_stand_in(&self, name: &str) -> Option<Secret> {
        self.wiring.injector.stand_ins().map(|_| self.secret(name))
    }
}

impl Services for Parts<'_> {
    type Error = Infallible;

    fn table(&self) -> Result<Table, Infallible> {
        Ok(Table::new(self.wiring.aws(self.function), "carillon".to_owned()))
    }

    fn erasure_key(&self) -> Result<Secret, Infallible> {
        Ok(self.secret(stand_ins::ERASURE_KEY))
    }

    fn queue(&self) -> Result<Queue, Infallible> {
        let queue = Queue::new(self.wiring.aws(self.function), format!("{SQS}/parcels"));
        Ok(queue.paced(self.wiring.pace))
    }

    fn reports(&self) -> Result<ReportQueue, Infallible> {
        Ok(ReportQueue::new(self.wiring.aws(self.function), format!("{SQS}/reports")))
    }

    fn carriers(&self) -> Result<Carriers, Infallible> {
        Ok(self.wiring.carriers(self.way.expect("only one function brings texts")))
    }

    fn ovh(&self) -> Result<Option<Arc<Ovh>>, Infallible> {
        let backends = self.wiring.injector.stand_ins();
        Ok(backends.map(|backends| Arc::new(self.wiring.ovh(self.function, backends))))
    }

    fn ovh_callback_secret(&self) -> Result<Option<Secret>, Infallible> {
        Ok(self.secret_of_a_stand_in(stand_ins::OVH_CALLBACK))
    }

    fn twilio_proof(&self) -> Result<Option<(Secret, String)>, Infallible> {
        Ok(self.secret_of_a_stand_in(stand_ins::TWILIO_TOKEN).map(|token| (token, API.to_owned())))
    }

    fn bridge_key(&self) -> Result<Option<Secret>, Infallible> {
        Ok(Some(self.secret_of_a_stand_in(stand_ins::BRIDGE_KEY).unwrap_or_else(scripted_key)))
    }

    fn exports_url(&self) -> Result<String, Infallible> {
        Ok(API.to_owned())
    }

    fn metrics(&self) -> Metrics {
        self.wiring.metrics.clone()
    }

    fn clock(&self) -> Arc<dyn Clock> {
        self.wiring.clock.clone()
    }
}
