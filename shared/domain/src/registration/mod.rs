//! A school's registration and licence.

mod contact;
mod licence;
mod prices;
mod standing;
mod state;

pub use contact::{Contact, EmailAddress, EmailError};
pub use licence::{EndsSoon, Licence};
pub use prices::AcknowledgedPrices;
pub use standing::{Barred, Licensed, Standing};
pub use state::{Decision, IllegalDecision, RegistrationState};

use jiff::Timestamp;

use crate::{
    id::{RegistrationId, SchoolId},
    line::Line,
    pricing::RateCardVersion,
    school::{School, SchoolName, Uai},
    territory::Territory,
};

/// The reason for refusing, suspending or closing a registration.
pub type DecisionReason = Line<300>;

/// A school's application for the service, and its state.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Registration {
    /// A refused school may apply again under a new id.
    pub id: RegistrationId,
    pub school_id: SchoolId,
    /// The school's name, updated with its settings.
    pub school_name: SchoolName,
    /// The UAI, once known.
    pub uai: Option<Uai>,
    pub territory: Territory,
    pub contact: Contact,
    /// The rate card last acknowledged.
    pub rate_card: RateCardVersion,
    /// When it was acknowledged.
    pub acknowledged_at: Timestamp,
    /// The `sub` claim of the acknowledging user's token.
    pub acknowledged_by: Line<128>,
    pub applied_at: Timestamp,
    pub state: RegistrationState,
    /// When the operator last decided.
    pub decided_at: Option<Timestamp>,
    /// The operator's reason, if given.
    pub reason: Option<DecisionReason>,
    /// Number of writes.
    pub version: u64,
}

impl Registration {
    /// Applies an operator's decision.
    pub fn decided(
        mut self,
        decision: Decision,
        reason: Option<DecisionReason>,
        now: Timestamp,
    ) -> Result<Self, IllegalDecision> {
        self.state = self.state.after(decision)?;
        self.decided_at = Some(now);
        self.reason = reason;
        self.version += 1;
        Ok(self)
    }

    /// Records the acknowledgement of a rate card.
    pub fn acknowledged(mut self, rate_card: RateCardVersion, by: Line<128>, now: Timestamp) -> Self {
        self.rate_card = rate_card;
        self.acknowledged_at = now;
        self.acknowledged_by = by;
        self.version += 1;
        self
    }

    /// Applies changed settings; `None` if the registration displays none of them.
    pub fn renamed(mut self, school: &School) -> Option<Self> {
        let shown = (&self.school_name, self.uai, self.territory);
        if shown == (&school.name, school.uai, school.territory) {
            return None;
        }
        self.school_name = school.name.clone();
        self.uai = school.uai;
        self.territory = school.territory;
        self.version += 1;
        Some(self)
    }
}
