//! The health of the carriers: delivery state and share of traffic.

use std::collections::BTreeMap;

use jiff::Timestamp;

use super::Share;
use crate::delivery::CarrierName;

/// Whether delivery through a carrier is running.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum DeliveryState {
    #[default]
    Running,
    /// Nothing is submitted since this instant, until the account is repaired.
    Halted(Timestamp),
    /// The operator resumed delivery: the schedule enqueues the halted parcels.
    Resuming(Timestamp),
}

/// One carrier's delivery state and share.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct CarrierStatus {
    pub state: DeliveryState,
    /// Reduced share of traffic; `None` for a carrier without failures.
    pub share: Option<Share>,
}

/// The conditions of all carriers; a carrier without an entry is healthy.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CarrierStatuses(BTreeMap<CarrierName, CarrierStatus>);

impl CarrierStatuses {
    /// Returns the condition of a carrier.
    pub fn of(&self, carrier: CarrierName) -> CarrierStatus {
        self.0.get(&carrier).copied().unwrap_or_default()
    }

    /// Sets the condition of a carrier.
    pub fn insert(&mut self, carrier: CarrierName, condition: CarrierStatus) {
        self.0.insert(carrier, condition);
    }

    /// Iterates over the recorded conditions by carrier name.
    pub fn iter(&self) -> impl Iterator<Item = (CarrierName, CarrierStatus)> {
        self.0.iter().map(|(name, condition)| (*name, *condition))
    }

    /// Whether requests may be sent to a carrier.
    pub fn may_be_asked(&self, carrier: CarrierName) -> bool {
        !matches!(self.of(carrier).state, DeliveryState::Halted(_))
    }
}
