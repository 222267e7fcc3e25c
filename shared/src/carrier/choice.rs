//! Which carrier takes which number.

use std::sync::Arc;

use super::Carrier;
use crate::phone::PhoneNumber;

/// The carriers of one process.
#[derive(Clone)]
pub struct Carriers {
    simulated: Arc<dyn Carrier>,
    real: Arc<dyn Carrier>,
}

impl Carriers {
    /// `simulated` answers for the fiction block, `real` for everybody else.
    pub fn new(simulated: Arc<dyn Carrier>, real: Arc<dyn Carrier>) -> Self {
        Self { simulated, real }
    }

    /// The carrier of a number. A simulated number is never handed to a real carrier.
    pub fn for_number(&self, number: PhoneNumber) -> &dyn Carrier {
        if number.is_simulated() { &*self.simulated } else { &*self.real }
    }

    /// Whether a text to this number counts for the carrier's pace: the simulator has none.
    pub fn has_a_pace_for(&self, number: PhoneNumber) -> bool {
        !number.is_simulated() || Arc::ptr_eq(&self.simulated, &self.real)
    }
}
