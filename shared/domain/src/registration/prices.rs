//! What becomes of a school's prices when the rate card changes.

use jiff::{Timestamp, civil::Date, tz::TimeZone};

use super::Registration;
use crate::{
    codes::codes,
    language::{Explain, Phrase},
    pricing::RateCard,
};

/// How the prices that a school acknowledged stand to those of today.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AcknowledgedPrices {
    /// They are today's.
    Current,
    /// Prices have changed; the school still pays those that it acknowledged.
    KeptUntil {
        /// The last day on which it does.
        last_day: Date,
        /// The card to acknowledge.
        current: &'static RateCard,
    },
    /// The school has to acknowledge today's before it sends again.
    Lapsed {
        /// The card to acknowledge.
        current: &'static RateCard,
    },
}

impl Registration {
    /// How the acknowledged prices stand at an instant. Days are those of the school.
    pub fn prices(&self, now: Timestamp, zone: &TimeZone) -> AcknowledgedPrices {
        let Some(successor) = self.rate_card.card().successor(now) else {
            return AcknowledgedPrices::Current;
        };
        let (last_day, current) = (successor.earlier_prices_until(), RateCard::current(now));
        if now.to_zoned(zone.clone()).date() <= last_day {
            AcknowledgedPrices::KeptUntil { last_day, current }
        } else {
            AcknowledgedPrices::Lapsed { current }
        }
    }
}

impl AcknowledgedPrices {
    /// Whether the school is to be told.
    pub const fn have_changed(&self) -> bool {
        !matches!(self, Self::Current)
    }
}

codes! {
    AcknowledgedPrices {
        Self::Current => "prices_current",
        Self::KeptUntil { .. } => "prices_kept",
        Self::Lapsed { .. } => "prices_lapsed",
    }
}

impl Explain for AcknowledgedPrices {
    fn code(&self) -> &'static str {
        self.as_code()
    }

    fn explain(&self) -> Phrase {
        match self {
            Self::Current => {
                Phrase::fixed("La grille acceptée est en vigueur.", "The acknowledged rate card is current.")
            }
            Self::KeptUntil { last_day, current } => Phrase::new(
                format!(
                    "Les prix ont changé. L’établissement garde les siens jusqu’au {} inclus, ou jusqu’à ce qu’il accepte la grille {} (GET /v1/rate-card, POST /v1/registration/acknowledgement).",
                    last_day.strftime("%d/%m/%Y"),
                    current.version()
                ),
                format!(
                    "Prices have changed. The school keeps its own up to and including {last_day}, or until it acknowledges the rate card {} (GET /v1/rate-card, POST /v1/registration/acknowledgement).",
                    current.version()
                ),
            ),
            Self::Lapsed { current } => Phrase::new(
                format!(
                    "Les prix ont changé : lisez la grille {} (GET /v1/rate-card) et acceptez-la (POST /v1/registration/acknowledgement) pour envoyer de nouveau.",
                    current.version()
                ),
                format!(
                    "Prices have changed: read the rate card {} (GET /v1/rate-card) and acknowledge it (POST /v1/registration/acknowledgement) to send again.",
                    current.version()
                ),
            ),
        }
    }
}
