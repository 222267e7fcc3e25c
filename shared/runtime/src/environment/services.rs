//! The parts of a function, from the variables that name them.

use std::sync::Arc;

use aws::Secret;
use carriers::{Carriers, Ovh};
use domain::{clock::Clock, delivery::CarrierName};
use queues::{Queue, ReportQueue};
use store::Table;
use telemetry::Metrics;

use super::{
    carriers::{BRIDGE_KEY, OVH_CALLBACK, TWILIO_TOKEN},
    process::{Environment, clock},
    variables::SettingError,
};
use crate::Services;

impl Services for Environment {
    type Error = SettingError;

    /// The table named by `CARILLON_TABLE`.
    fn table(&self) -> Result<Table, SettingError> {
        Ok(Table::new(self.aws.clone(), self.required("CARILLON_TABLE")?))
    }

    /// The secret that `CARILLON_ERASURE_KEY_SECRET` names.
    fn erasure_key(&self) -> Result<Secret, SettingError> {
        self.secret("CARILLON_ERASURE_KEY_SECRET")
    }

    /// The queue at `CARILLON_QUEUE_URL`, before the carrier that most numbers go to.
    fn queue(&self) -> Result<Queue, SettingError> {
        let queue = Queue::new(self.aws.clone(), self.required("CARILLON_QUEUE_URL")?);
        Ok(queue.paced(self.usual_pace()?))
    }

    /// The queue of reports at `CARILLON_REPORTS_QUEUE_URL`.
    fn reports(&self) -> Result<ReportQueue, SettingError> {
        Ok(ReportQueue::new(self.aws.clone(), self.required("CARILLON_REPORTS_QUEUE_URL")?))
    }

    /// The carriers of `CARILLON_CARRIERS`, each with the variables of its own name. Simulated numbers go to the
    /// simulator whatever it says, unless the whole world is simulated.
    fn carriers(&self) -> Result<Carriers, SettingError> {
        self.all_carriers()
    }

    fn ovh(&self) -> Result<Option<Arc<Ovh>>, SettingError> {
        let read = || self.ovh_adapter().map(Arc::new);
        self.is_heard(CarrierName::Ovh, OVH_CALLBACK)?.then(read).transpose()
    }

    fn ovh_callback_secret(&self) -> Result<Option<Secret>, SettingError> {
        self.is_heard(CarrierName::Ovh, OVH_CALLBACK)?.then(|| self.secret(OVH_CALLBACK)).transpose()
    }

    fn twilio_proof(&self) -> Result<Option<(Secret, String)>, SettingError> {
        let read = || Ok((self.secret(TWILIO_TOKEN)?, self.public_url()?));
        self.is_heard(CarrierName::Twilio, TWILIO_TOKEN)?.then(read).transpose()
    }

    fn bridge_key(&self) -> Result<Option<Secret>, SettingError> {
        self.is_heard(CarrierName::Bridge, BRIDGE_KEY)?.then(|| self.secret(BRIDGE_KEY)).transpose()
    }

    /// `CARILLON_EXPORTS_URL`: the address of the function that streams files.
    fn exports_url(&self) -> Result<String, SettingError> {
        Ok(self.required("CARILLON_EXPORTS_URL")?.trim_end_matches('/').to_owned())
    }

    /// Standard output, which is the log.
    fn metrics(&self) -> Metrics {
        Metrics::on_standard_output()
    }

    fn clock(&self) -> Arc<dyn Clock> {
        clock()
    }
}
