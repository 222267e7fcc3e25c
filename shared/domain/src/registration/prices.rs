//! A school's prices when the rate card changes.

use jiff::{Timestamp, civil::Date, tz::TimeZone};

use super::Registration;
use crate::{explain, pricing::RateCard};

/// The acknowledged prices relative to the current rate card.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AcknowledgedPrices {
    /// The current prices.
    Current,
    /// Prices have changed; the school still pays the acknowledged ones.
    KeptUntil {
        /// The last day of the acknowledged prices.
        last_day: Date,
        /// The card to acknowledge.
        current: &'static RateCard,
    },
    /// The school must acknowledge the current prices before it sends again.
    Lapsed {
        /// The card to acknowledge.
        current: &'static RateCard,
    },
}

impl Registration {
    /// Compares the acknowledged prices with the current ones. Days are in the school's time zone.
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
    /// Whether to notify the school.
    pub const fn have_changed(&self) -> bool {
        !matches!(self, Self::Current)
    }
}

explain! {
    AcknowledgedPrices:
    Self::Current => "prices_current",
        "La grille acceptée est en vigueur.",
        "The acknowledged rate card is current.";
    Self::KeptUntil { last_day, current } => "prices_kept",
        format!(
                    "Les prix ont changé. L’établissement garde les siens jusqu’au {} inclus, ou jusqu’à ce qu’il accepte la grille {}.",
                    last_day.strftime("%d/%m/%Y"),
                    current.version()
                ),
        format!(
                    "Prices have changed. The school keeps its own up to and including {last_day}, or until it acknowledges the rate card {}.",
                    current.version()
                );
    Self::Lapsed { current } => "prices_lapsed",
        format!(
                    "Les prix ont changé : lisez la grille {} et acceptez-la pour envoyer de nouveau.",
                    current.version()
                ),
        format!(
                    "Prices have changed: read the rate card {} and acknowledge it to send again.",
                    current.version()
                );
}
