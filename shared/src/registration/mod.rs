//! A school's registration and the licence that follows from it.

mod contact;
mod licence;
mod prices;
mod standing;
mod state;

pub use contact::{Contact, EmailAddress, EmailError};
pub use licence::Licence;
pub use prices::AcknowledgedPrices;
pub use standing::{Barred, Licensed, Standing};
pub use state::{Decision, IllegalDecision, RegistrationState};

use jiff::Timestamp;

use crate::{
    id::{RegistrationId, SchoolId},
    line::Line,
    pricing::RateCardVersion,
    school::{SchoolName, Territory, Uai},
};

/// Why an operator refused, suspended or closed.
pub type DecisionReason = Line<300>;

/// A school's application to use the service, and what became of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Registration {
    /// This application; a school that was refused may apply again with a new one.
    pub id: RegistrationId,
    /// Who applies.
    pub school_id: SchoolId,
    /// The name at the time.
    pub school_name: SchoolName,
    /// The UAI at the time, when it was known.
    pub uai: Option<Uai>,
    /// Where the school is.
    pub territory: Territory,
    /// Whom the operator talks to.
    pub contact: Contact,
    /// The prices that the school acknowledged last.
    pub rate_card: RateCardVersion,
    /// When it acknowledged them.
    pub acknowledged_at: Timestamp,
    /// When it applied.
    pub applied_at: Timestamp,
    /// Where the application stands.
    pub state: RegistrationState,
    /// When the operator last decided.
    pub decided_at: Option<Timestamp>,
    /// Why, when the operator gave a reason.
    pub reason: Option<DecisionReason>,
    /// How many times it was written.
    pub version: u64,
}

impl Registration {
    /// The registration after the operator's decision.
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

    /// The registration after the school acknowledged a rate card.
    pub fn acknowledged(mut self, rate_card: RateCardVersion, now: Timestamp) -> Self {
        self.rate_card = rate_card;
        self.acknowledged_at = now;
        self.version += 1;
        self
    }
}
