//! The parts that functions are made of.

use std::sync::Arc;

use aws::Secret;
use carriers::{Carriers, Ovh};
use domain::clock::Clock;
use queues::{Queue, ReportQueue};
use store::Table;
use telemetry::Metrics;

/// Where the parts of functions come from: the environment on Lambda, one machine, a test. Each is made when a
/// function asks for it, in `Deps::new`, and a function has what its `Deps` name and nothing else.
pub trait Services {
    /// Why a part cannot be made.
    type Error: std::error::Error;

    /// The table, which cannot tell the numbers of erased people that said STOP: this takes the erasure key.
    fn table(&self) -> Result<Table, Self::Error>;
    /// The key by which the numbers of erased people are told that said STOP.
    fn erasure_key(&self) -> Result<Secret, Self::Error>;
    /// The queue of parcels.
    fn queue(&self) -> Result<Queue, Self::Error>;
    /// The queue of reports.
    fn reports(&self) -> Result<ReportQueue, Self::Error>;
    /// The carriers that bring texts.
    fn carriers(&self) -> Result<Carriers, Self::Error>;
    /// The adapter that confirms OVHcloud's callbacks, where OVHcloud is heard.
    fn ovh(&self) -> Result<Option<Arc<Ovh>>, Self::Error>;
    /// The path segment that only OVHcloud knows, where OVHcloud is heard.
    fn ovh_callback_secret(&self) -> Result<Option<Secret>, Self::Error>;
    /// What Twilio signs with and the address that it signs, where Twilio is heard.
    fn twilio_proof(&self) -> Result<Option<(Secret, String)>, Self::Error>;
    /// The key that a bridge shares with us, where a bridge is heard.
    fn bridge_key(&self) -> Result<Option<Secret>, Self::Error>;
    /// Where links to files begin, without a slash at the end.
    fn exports_url(&self) -> Result<String, Self::Error>;
    /// Where figures go.
    fn metrics(&self) -> Metrics;
    /// The time.
    fn clock(&self) -> Arc<dyn Clock>;
}
