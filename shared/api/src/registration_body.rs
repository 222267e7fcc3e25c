//! A registration's JSON.

use domain::{
    id::{RegistrationId, SchoolId},
    language::Explain,
    line::Line,
    pricing::{RateCard, RateCardVersion},
    registration::{AcknowledgedPrices, EmailAddress, Registration, RegistrationState},
    school::{CallbackNumber, School, SchoolName, Uai},
    territory::Territory,
};
use jiff::Timestamp;
use serde::Serialize;
use utoipa::ToSchema;

/// A registration: who applied, where it stands, and under which prices.
#[derive(Serialize, ToSchema)]
#[schema(as = Registration)]
pub struct RegistrationBody {
    id: RegistrationId,
    school_id: SchoolId,
    state: RegistrationState,
    school: RegisteredSchool,
    contact: RegisteredContact,
    acknowledged_rate_card: RateCardVersion,
    #[schema(format = DateTime)]
    acknowledged_at: String,
    acknowledged_by: Line<128>,
    prices: PricesBody,
    #[schema(format = DateTime)]
    applied_at: String,
    #[schema(required, format = DateTime)]
    decided_at: Option<String>,
    /// The reason for the decision of the operator.
    #[schema(required)]
    reason: Option<String>,
}

/// The acknowledged prices in comparison with the rate card in force.
#[derive(Serialize, ToSchema)]
#[schema(as = AcknowledgedPrices)]
struct PricesBody {
    #[schema(value_type = AcknowledgedPrices)]
    state: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(format = Date)]
    kept_until: Option<String>,
    /// The version of the card to acknowledge.
    #[serde(skip_serializing_if = "Option::is_none")]
    current_rate_card: Option<RateCardVersion>,
}

impl From<AcknowledgedPrices> for PricesBody {
    fn from(prices: AcknowledgedPrices) -> Self {
        let (kept_until, current) = match prices {
            AcknowledgedPrices::Current => (None, None),
            AcknowledgedPrices::KeptUntil { last_day, current } => {
                (Some(last_day.to_string()), Some(current))
            }
            AcknowledgedPrices::Lapsed { current } => (None, Some(current)),
        };
        Self { state: prices.code(), kept_until, current_rate_card: current.map(RateCard::version) }
    }
}

#[derive(Serialize, ToSchema)]
struct RegisteredSchool {
    name: SchoolName,
    #[schema(required)]
    uai: Option<Uai>,
    territory: Territory,
}

#[derive(Serialize, ToSchema)]
struct RegisteredContact {
    name: Line<120>,
    email: EmailAddress,
    #[schema(required)]
    phone: Option<CallbackNumber>,
}

impl RegistrationBody {
    /// A registration at an instant, with dates in the school's time zone.
    pub fn new(registration: Registration, school: Option<&School>, now: Timestamp) -> Self {
        let zone = school.map_or(registration.territory.time_zone(), School::time_zone);
        Self {
            prices: registration.prices(now, zone).into(),
            id: registration.id,
            school_id: registration.school_id,
            state: registration.state,
            school: RegisteredSchool {
                name: registration.school_name,
                uai: registration.uai,
                territory: registration.territory,
            },
            contact: RegisteredContact {
                name: registration.contact.name,
                email: registration.contact.email,
                phone: registration.contact.phone,
            },
            acknowledged_rate_card: registration.rate_card,
            acknowledged_at: registration.acknowledged_at.to_string(),
            acknowledged_by: registration.acknowledged_by,
            applied_at: registration.applied_at.to_string(),
            decided_at: registration.decided_at.map(|instant| instant.to_string()),
            reason: registration.reason.map(String::from),
        }
    }
}
