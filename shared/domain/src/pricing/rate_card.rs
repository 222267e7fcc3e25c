//! Rate cards: the price of a segment by destination.

use std::fmt;

use jiff::{
    Timestamp,
    civil::{Date, date},
};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error};

use super::MicroEuros;
use crate::{
    explain,
    phone::{Country, Destination},
    territory::Territory,
};

/// The permanent version of a rate card, such as `2026-09`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RateCardVersion(&'static str);

impl RateCardVersion {
    /// Parses the version of a published card.
    pub fn parse(text: &str) -> Result<Self, UnknownRateCard> {
        RATE_CARDS.iter().map(|card| card.version).find(|version| version.0 == text).ok_or(UnknownRateCard)
    }

    /// Returns the version as displayed and acknowledged.
    pub const fn as_str(self) -> &'static str {
        self.0
    }

    /// Returns the card of this version.
    pub fn card(self) -> &'static RateCard {
        RATE_CARDS.iter().find(|card| card.version == self).expect("every version belongs to a card")
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

// Not derived: serde would infer a borrow from the input for the `&'static str`.
impl<'de> Deserialize<'de> for RateCardVersion {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::parse(&String::deserialize(deserializer)?).map_err(D::Error::custom)
    }
}

/// An unpublished version.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("unknown rate card version")]
pub struct UnknownRateCard;

explain! {
    UnknownRateCard:
    _ => "unknown_rate_card",
        "Cette version de la grille tarifaire n’existe pas : lisez la grille en vigueur et acceptez sa version.",
        "There is no rate card of this version: read the current one and acknowledge its version.";
}

/// The prices of one version: per segment, by territory and country.
#[derive(Debug, PartialEq, Eq)]
pub struct RateCard {
    version: RateCardVersion,
    in_force_on: Date,
    earlier_prices_until: Date,
    territories: &'static [(Territory, MicroEuros)],
    countries: &'static [(Country, MicroEuros)],
}

impl RateCard {
    /// Returns all published cards, oldest first.
    pub fn all() -> &'static [Self] {
        &RATE_CARDS
    }

    /// Returns the card in force at an instant. A card takes effect at midnight UTC: the same date in
    /// all of France but for some hours.
    pub fn current(now: Timestamp) -> &'static Self {
        let today = now.to_zoned(jiff::tz::TimeZone::UTC).date();
        RATE_CARDS.iter().rev().find(|card| card.in_force_on <= today).unwrap_or(&RATE_CARDS[0])
    }

    /// Returns the successor of this card, once in force.
    pub fn successor(&self, now: Timestamp) -> Option<&'static Self> {
        let current = Self::current(now);
        RATE_CARDS.iter().find(|card| card.version > self.version && card.version <= current.version)
    }

    /// Returns the day from which schools acknowledge it.
    pub const fn in_force_on(&self) -> Date {
        self.in_force_on
    }

    /// Returns the last day on which schools still pay the previously acknowledged prices.
    pub const fn earlier_prices_until(&self) -> Date {
        self.earlier_prices_until
    }

    /// Returns the version to acknowledge.
    pub const fn version(&self) -> RateCardVersion {
        self.version
    }

    /// Returns the price of one segment; `None` for unserved destinations.
    ///
    /// Simulated numbers are free: they never reach a carrier.
    pub fn unit_price(&self, destination: Destination) -> Option<MicroEuros> {
        match destination {
            Destination::Simulated => Some(MicroEuros::ZERO),
            Destination::Territory(territory) => price_of(self.territories, &territory),
            Destination::Country(country) => price_of(self.countries, &country),
        }
    }

    /// Returns the prices of all French territories.
    pub const fn territories(&self) -> &'static [(Territory, MicroEuros)] {
        self.territories
    }

    /// Returns the prices of all other countries. Only listed countries can be opened.
    pub const fn countries(&self) -> &'static [(Country, MicroEuros)] {
        self.countries
    }
}

fn price_of<Place: PartialEq>(prices: &[(Place, MicroEuros)], place: &Place) -> Option<MicroEuros> {
    prices.iter().find(|(priced, _)| priced == place).map(|(_, price)| *price)
}

/// Every card published, oldest first: append only, because registrations and messages refer to them.
/// The prices are assumptions; no carrier publishes a uniform price. The countries are the neighbours
/// in which guardians of French pupils live.
static RATE_CARDS: [RateCard; 2] = [
    RateCard {
        version: RateCardVersion("2025-09"),
        in_force_on: date(2025, 9, 1),
        earlier_prices_until: date(2025, 9, 1),
        territories: &[
            (Territory::Metropole, MicroEuros::new(47_000)),
            (Territory::Guadeloupe, MicroEuros::new(70_000)),
            (Territory::SaintBarthelemy, MicroEuros::new(70_000)),
            (Territory::SaintMartin, MicroEuros::new(70_000)),
            (Territory::Guyane, MicroEuros::new(70_000)),
            (Territory::Martinique, MicroEuros::new(70_000)),
            (Territory::Reunion, MicroEuros::new(70_000)),
            (Territory::Mayotte, MicroEuros::new(82_000)),
            (Territory::SaintPierreEtMiquelon, MicroEuros::new(110_000)),
            (Territory::NouvelleCaledonie, MicroEuros::new(118_000)),
            (Territory::PolynesieFrancaise, MicroEuros::new(118_000)),
            (Territory::WallisEtFutuna, MicroEuros::new(130_000)),
        ],
        countries: &[
            (Country::literal("BE"), MicroEuros::new(83_000)),
            (Country::literal("CH"), MicroEuros::new(73_000)),
            (Country::literal("DE"), MicroEuros::new(88_000)),
            (Country::literal("ES"), MicroEuros::new(68_000)),
            (Country::literal("IT"), MicroEuros::new(73_000)),
            (Country::literal("LU"), MicroEuros::new(78_000)),
            (Country::literal("MC"), MicroEuros::new(88_000)),
        ],
    },
    RateCard {
        version: RateCardVersion("2026-09"),
        in_force_on: date(2026, 9, 1),
        earlier_prices_until: date(2026, 10, 31),
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
    },
];

#[cfg(test)]
mod tests {
    use super::*;

    fn at(instant: &str) -> Timestamp {
        instant.parse().unwrap()
    }

    #[test]
    fn every_territory_and_every_country_ever_priced_has_a_price_on_every_card() {
        for card in &RATE_CARDS {
            for territory in Territory::ALL {
                assert!(card.unit_price(Destination::Territory(territory)).is_some(), "{territory:?}");
            }
            // An opened country stays reachable when prices change.
            for (country, _) in RATE_CARDS[0].countries {
                assert!(card.unit_price(Destination::Country(*country)).is_some(), "{country:?}");
            }
        }
    }

    #[test]
    fn a_country_that_is_not_listed_has_no_price_and_a_simulated_number_is_free() {
        let card = RateCard::current(at("2026-11-23T08:00:00Z"));
        assert_eq!(card.unit_price(Destination::Country(Country::literal("US"))), None);
        assert_eq!(card.unit_price(Destination::Simulated), Some(MicroEuros::ZERO));
    }

    #[test]
    fn a_card_is_current_from_its_day_on_until_the_next_one() {
        let current = |instant| RateCard::current(at(instant)).version().as_str();
        assert_eq!(current("2026-08-31T23:59:59Z"), "2025-09");
        assert_eq!(current("2026-09-01T00:00:00Z"), "2026-09");
        let old = RateCardVersion::parse("2025-09").unwrap().card();
        assert_eq!(old.successor(at("2026-08-31T00:00:00Z")), None);
        assert_eq!(
            old.successor(at("2026-09-01T00:00:00Z")).map(RateCard::version),
            RateCardVersion::parse("2026-09").ok()
        );
    }

    #[test]
    fn versions_and_days_are_distinct_and_in_order() {
        assert!(RATE_CARDS.is_sorted_by(|a, b| a.version < b.version && a.in_force_on < b.in_force_on));
        assert!(RATE_CARDS.iter().all(|card| card.in_force_on <= card.earlier_prices_until));
        assert_eq!(RateCardVersion::parse("1999-01"), Err(UnknownRateCard));
    }
}
