//! The hour at a school.

use jiff::tz::{TimeZone, get};

use super::Territory;

static PARIS: TimeZone = get!("Europe/Paris");
static GUADELOUPE: TimeZone = get!("America/Guadeloupe");
static CAYENNE: TimeZone = get!("America/Cayenne");
static MARTINIQUE: TimeZone = get!("America/Martinique");
static REUNION: TimeZone = get!("Indian/Reunion");
static MAYOTTE: TimeZone = get!("Indian/Mayotte");
static MIQUELON: TimeZone = get!("America/Miquelon");
static NOUMEA: TimeZone = get!("Pacific/Noumea");
static TAHITI: TimeZone = get!("Pacific/Tahiti");
static WALLIS: TimeZone = get!("Pacific/Wallis");

impl Territory {
    /// The time zone of the territory's schools. French Polynesia has three: Tahiti's, where nine
    /// pupils in ten live, stands for them.
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
}
