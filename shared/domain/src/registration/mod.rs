//! A school's registration and the licence that follows from it.

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

/// Why an operator refused, suspended or closed.
pub type DecisionReason = Line<300>;

/// A school's application to use the service, and what became of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Registration {
    /// This application; a school that was refused may apply again with a new one.
    pub id: RegistrationId,
    /// Who applies.
    pub school_id: SchoolId,
    /// The school's name, which its settings may change.
    pub school_name: SchoolName,
    /// The UAI, once it is known.
    pub uai: Option<Uai>,
    /// Where the school is.
    pub territory: Territory,
    /// Whom the operator talks to.
    pub contact: Contact,
    /// The prices that the school acknowledged last.
    pub rate_card: RateCardVersion,
    /// When it acknowledged them.
    pub acknowledged_at: Timestamp,
    /// Who did: the subject of the token.
    pub acknowledged_by: Line<128>,
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
    pub fn acknowledged(mut self, rate_card: RateCardVersion, by: Line<128>, now: Timestamp) -> Self {
        self.rate_card = rate_card;
        self.acknowledged_at = now;
        self.acknowledged_by = by;
        self.version += 1;
        self
    }

    /// The registration of a school whose settings changed, if it shows any of them.
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
