//! Time zones of schools.

use jiff::tz::{TimeZone, get};
use serde::{Deserialize, Serialize};

use crate::language::{Explain, Phrase};
use crate::territory::Territory;

static PARIS: TimeZone = get!("Europe/Paris");
static GUADELOUPE: TimeZone = get!("America/Guadeloupe");
static CAYENNE: TimeZone = get!("America/Cayenne");
static MARTINIQUE: TimeZone = get!("America/Martinique");
static REUNION: TimeZone = get!("Indian/Reunion");
static MAYOTTE: TimeZone = get!("Indian/Mayotte");
static MIQUELON: TimeZone = get!("America/Miquelon");
static NOUMEA: TimeZone = get!("Pacific/Noumea");
static TAHITI: TimeZone = get!("Pacific/Tahiti");
static MARQUESAS: TimeZone = get!("Pacific/Marquesas");
static GAMBIER: TimeZone = get!("Pacific/Gambier");
static WALLIS: TimeZone = get!("Pacific/Wallis");

/// A time zone of France.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct SchoolTimeZone(&'static TimeZone);

/// Not a time zone of France.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a time zone of France")]
pub struct UnknownTimeZone;

impl Explain for UnknownTimeZone {
    fn code(&self) -> &'static str {
        "unknown_time_zone"
    }

    fn explain(&self) -> Phrase {
        let names = SchoolTimeZone::ALL.map(SchoolTimeZone::name).join(", ");
        Phrase::new(
            format!("Fuseau horaire inconnu. Fuseaux possibles : {names}."),
            format!("Unknown time zone. Possible time zones: {names}."),
        )
    }
}

impl SchoolTimeZone {
    /// All time zones.
    pub const ALL: [Self; 12] = [
        Self(&PARIS),
        Self(&GUADELOUPE),
        Self(&CAYENNE),
        Self(&MARTINIQUE),
        Self(&REUNION),
        Self(&MAYOTTE),
        Self(&MIQUELON),
        Self(&NOUMEA),
        Self(&TAHITI),
        Self(&MARQUESAS),
        Self(&GAMBIER),
        Self(&WALLIS),
    ];

    /// Parses an IANA name, such as `Pacific/Marquesas`.
    pub fn parse(name: &str) -> Result<Self, UnknownTimeZone> {
        Self::ALL.into_iter().find(|zone| zone.name() == name).ok_or(UnknownTimeZone)
    }

    /// Returns the IANA name.
    pub fn name(self) -> &'static str {
        self.0.iana_name().unwrap_or_default()
    }

    /// Returns the zone.
    pub const fn zone(self) -> &'static TimeZone {
        self.0
    }
}

impl TryFrom<String> for SchoolTimeZone {
    type Error = UnknownTimeZone;

    fn try_from(name: String) -> Result<Self, UnknownTimeZone> {
        Self::parse(&name)
    }
}

impl From<SchoolTimeZone> for String {
    fn from(zone: SchoolTimeZone) -> Self {
        zone.name().to_owned()
    }
}

impl Territory {
    /// Returns the time zone of the territory's schools. French Polynesia has three: Tahiti's, home of
    /// nine pupils in ten, is the default.
    pub fn time_zone(self) -> &'static TimeZone {
        match self {
            Self::Metropole => &PARIS,
            Self::Guadeloupe | Self::SaintBarthelemy | Self::SaintMartin => &GUADELOUPE,
            Self::Guyane => &CAYENNE,
            Self::Martinique => &MARTINIQUE,
            Self::Reunion => &REUNION,
            Self::Mayotte => &MAYOTTE,
            Self::SaintPierreEtMiquelon => &MIQUELON,
            Self::NouvelleCaledonie => &NOUMEA,
            Self::PolynesieFrancaise => &TAHITI,
            Self::WallisEtFutuna => &WALLIS,
        }
    }
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;

    use super::*;

    #[test]
    fn the_hour_of_each_territory_at_noon_in_london_in_winter_and_in_summer() {
        for (instant, expected) in [
            ("2026-01-15T12:00:00Z", [13, 8, 8, 8, 9, 8, 16, 15, 9, 23, 2, 0]),
            ("2026-07-15T12:00:00Z", [14, 8, 8, 8, 9, 8, 16, 15, 10, 23, 2, 0]),
        ] {
            let instant: Timestamp = instant.parse().unwrap();
            let hours = Territory::ALL.map(|t| instant.to_zoned(t.time_zone().clone()).hour());
            assert_eq!(hours, expected);
        }
    }

    #[test]
    fn every_zone_reads_back_by_its_name_and_no_other_does() {
        for zone in SchoolTimeZone::ALL {
            assert_eq!(SchoolTimeZone::parse(zone.name()), Ok(zone));
        }
        assert_eq!(SchoolTimeZone::parse("Europe/Berlin"), Err(UnknownTimeZone));
        assert_eq!(SchoolTimeZone::parse(""), Err(UnknownTimeZone));
    }
}
