//! The price of a segment, by where the phone is.

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error};

use super::MicroEuros;
use crate::{
    language::{Explain, Phrase},
    phone::{Country, Destination},
    school::Territory,
};

/// Names one rate card for ever, such as `2026-09`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RateCardVersion(&'static str);

impl RateCardVersion {
    /// The version of a published card.
    pub fn parse(text: &str) -> Result<Self, UnknownRateCard> {
        RATE_CARDS.iter().map(|card| card.version).find(|version| version.0 == text).ok_or(UnknownRateCard)
    }

    /// The version as it is shown and acknowledged.
    pub const fn as_str(self) -> &'static str {
        self.0
    }

    /// The card of this version.
    pub fn card(self) -> &'static RateCard {
        RATE_CARDS.iter().find(|card| card.version == self).expect("a version is made from a card")
    }
}

impl fmt::Display for RateCardVersion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)
    }
}

impl Serialize for RateCardVersion {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.0)
    }
}

// Not derived: serde would take the name of a card for a borrow from its input.
impl<'de> Deserialize<'de> for RateCardVersion {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::parse(&String::deserialize(deserializer)?).map_err(D::Error::custom)
    }
}

/// No rate card of this version was ever published.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("no rate card has this version")]
pub struct UnknownRateCard;

impl Explain for UnknownRateCard {
    fn code(&self) -> &'static str {
        "unknown_rate_card"
    }

    fn explain(&self) -> Phrase {
        Phrase::fixed(
            "Cette version de la grille tarifaire n’existe pas : lisez la grille en vigueur (GET /v1/rate-card) et acceptez sa version.",
            "There is no rate card of this version: read the current one (GET /v1/rate-card) and acknowledge its version.",
        )
    }
}

/// The prices of one version: what a segment costs, by territory and by country.
#[derive(Debug, PartialEq, Eq)]
pub struct RateCard {
    version: RateCardVersion,
    territories: &'static [(Territory, MicroEuros)],
    countries: &'static [(Country, MicroEuros)],
}

impl RateCard {
    /// The card that a school must acknowledge today.
    pub const fn current() -> &'static Self {
        &RATE_CARDS[RATE_CARDS.len() - 1]
    }

    /// The version to acknowledge.
    pub const fn version(&self) -> RateCardVersion {
        self.version
    }

    /// The price of one segment to a phone; none where the service does not reach.
    ///
    /// Simulated numbers are free: no carrier ever sees them.
    pub fn unit_price(&self, destination: Destination) -> Option<MicroEuros> {
        match destination {
            Destination::Simulated => Some(MicroEuros::ZERO),
            Destination::Territory(territory) => price_of(self.territories, &territory),
            Destination::Country(country) => price_of(self.countries, &country),
        }
    }

    /// Every price of a French territory.
    pub const fn territories(&self) -> &'static [(Territory, MicroEuros)] {
        self.territories
    }

    /// Every price of another country. A country that is not listed cannot be opened.
    pub const fn countries(&self) -> &'static [(Country, MicroEuros)] {
        self.countries
    }
}

fn price_of<Place: PartialEq>(prices: &[(Place, MicroEuros)], place: &Place) -> Option<MicroEuros> {
    prices.iter().find(|(priced, _)| priced == place).map(|(_, price)| *price)
}

/// Every card ever published, oldest first: a card is added at the end and never changed, because
/// registrations and messages refer to it. The prices are assumed; no carrier publishes one price
/// for all. The countries are those with a border where guardians of French pupils live.
static RATE_CARDS: [RateCard; 1] = [RateCard {
    version: RateCardVersion("2026-09"),
    territories: &[
        (Territory::Metropole, MicroEuros::new(49_000)),
        (Territory::Guadeloupe, MicroEuros::new(72_000)),
        (Territory::SaintBarthelemy, MicroEuros::new(72_000)),
        (Territory::SaintMartin, MicroEuros::new(72_000)),
        (Territory::Guyane, MicroEuros::new(72_000)),
        (Territory::Martinique, MicroEuros::new(72_000)),
        (Territory::Reunion, MicroEuros::new(72_000)),
        (Territory::Mayotte, MicroEuros::new(85_000)),
        (Territory::SaintPierreEtMiquelon, MicroEuros::new(110_000)),
        (Territory::NouvelleCaledonie, MicroEuros::new(120_000)),
        (Territory::PolynesieFrancaise, MicroEuros::new(120_000)),
        (Territory::WallisEtFutuna, MicroEuros::new(130_000)),
    ],
    countries: &[
        (Country::literal("BE"), MicroEuros::new(85_000)),
        (Country::literal("CH"), MicroEuros::new(75_000)),
        (Country::literal("DE"), MicroEuros::new(90_000)),
        (Country::literal("ES"), MicroEuros::new(70_000)),
        (Country::literal("IT"), MicroEuros::new(75_000)),
        (Country::literal("LU"), MicroEuros::new(80_000)),
        (Country::literal("MC"), MicroEuros::new(90_000)),
    ],
}];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_territory_has_a_price_on_the_current_card() {
        for territory in Territory::ALL {
            assert!(
                RateCard::current().unit_price(Destination::Territory(territory)).is_some(),
                "{territory:?}"
            );
        }
    }

    #[test]
    fn a_country_that_is_not_listed_has_no_price_and_a_simulated_number_is_free() {
        let card = RateCard::current();
        assert_eq!(card.unit_price(Destination::Country(Country::literal("US"))), None);
        assert_eq!(card.unit_price(Destination::Simulated), Some(MicroEuros::ZERO));
    }

    #[test]
    fn versions_are_distinct_and_in_order() {
        assert!(RATE_CARDS.is_sorted_by(|a, b| a.version < b.version));
        assert_eq!(RateCardVersion::parse("2026-09"), Ok(RateCard::current().version()));
        assert_eq!(RateCardVersion::parse("1999-01"), Err(UnknownRateCard));
    }
}
