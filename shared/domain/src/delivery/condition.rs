//! How the carriers are: who takes nothing, and who fails.

use std::collections::BTreeMap;

use jiff::Timestamp;

use super::Share;
use crate::delivery::CarrierName;

/// Whether a carrier takes anything from us.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum DeliveryState {
    /// It does.
    #[default]
    Running,
    /// It takes nothing since this instant, until somebody looks after the account.
    Halted(Timestamp),
    /// The operator told us to go on: the schedule brings back what was set aside.
    Resuming(Timestamp),
}

/// How one carrier is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct CarrierCondition {
    /// Whether it takes anything.
    pub state: DeliveryState,
    /// Its share since it last failed; none for one that never did.
    pub share: Option<Share>,
}

/// How all carriers are; those of which nothing is known are well.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CarrierConditions(BTreeMap<CarrierName, CarrierCondition>);

impl CarrierConditions {
    /// How one is.
    pub fn of(&self, carrier: CarrierName) -> CarrierCondition {
        self.0.get(&carrier).copied().unwrap_or_default()
    }

    /// Notes how one is.
    pub fn insert(&mut self, carrier: CarrierName, condition: CarrierCondition) {
        self.0.insert(carrier, condition);
    }

    /// Those of which something is known, by name.
    pub fn iter(&self) -> impl Iterator<Item = (CarrierName, CarrierCondition)> {
        self.0.iter().map(|(name, condition)| (*name, *condition))
    }

    /// Whether a carrier may be asked.
    pub fn may_be_asked(&self, carrier: CarrierName) -> bool {
        !matches!(self.of(carrier).state, DeliveryState::Halted(_))
    }
}
