//! The licence: a confirmed school's permission to send, for one school year.

use jiff::{SignedDuration, Timestamp, civil::date};

use crate::{explain, id::RegistrationId, territory::Territory};

/// The permission to send, issued on refresh and checked before every send.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Licence {
    /// The registration that entitles to it.
    pub registration_id: RegistrationId,
    /// When it was issued or last refreshed.
    pub refreshed_at: Timestamp,
    /// The end of the school year, exclusive.
    pub valid_until: Timestamp,
    /// When the nightly run recorded its expiry.
    pub ended_at: Option<Timestamp>,
}

impl Licence {
    /// Issues a licence for the current school year, or from July on for the next one, when schools
    /// prepare it. French school years end on 31 August.
    pub fn issue(registration_id: RegistrationId, territory: Territory, now: Timestamp) -> Self {
        let zone = territory.time_zone();
        let today = now.to_zoned(zone.clone()).date();
        let end_year = if today.month() >= 7 { today.year() + 1 } else { today.year() };
        // Midnight exists on 1 September in every French zone, so the end is never before now.
        let valid_until = date(end_year, 9, 1)
            .to_zoned(zone.clone())
            .expect("a clock is far from the calendar's end")
            .timestamp();
        Self { registration_id, refreshed_at: now, valid_until, ended_at: None }
    }

    /// Warning period before the end.
    pub const WARNED_BEFORE: SignedDuration = SignedDuration::from_hours(30 * 24);

    /// Whether the school year has ended.
    pub fn is_over(&self, now: Timestamp) -> bool {
        now >= self.valid_until
    }

    /// Whether it is valid and expires within a month.
    pub fn ends_soon(&self, now: Timestamp) -> bool {
        !self.is_over(now) && self.valid_until.duration_since(now) <= Self::WARNED_BEFORE
    }
}

/// A warning that the licence expires soon.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct EndsSoon;

explain! {
    EndsSoon:
    _ => "licence_ends_soon",
        "La licence échoit dans moins d’un mois, avec l’année scolaire : à partir de juillet, mettez-la à jour pour la suivante.",
        "The licence ends within a month, with the school year: from July on, refresh it for the next one.";
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_licence_lasts_until_the_school_year_ends_in_the_schools_own_time() {
        let issue = |territory, now: &str| {
            let id = RegistrationId::generate(Timestamp::UNIX_EPOCH);
            Licence::issue(id, territory, now.parse().unwrap()).valid_until.to_string()
        };
        assert_eq!(issue(Territory::Metropole, "2026-11-23T08:00:00Z"), "2027-08-31T22:00:00Z");
        assert_eq!(issue(Territory::Metropole, "2027-06-30T08:00:00Z"), "2027-08-31T22:00:00Z");
        assert_eq!(issue(Territory::Metropole, "2027-07-01T08:00:00Z"), "2028-08-31T22:00:00Z");
        assert_eq!(issue(Territory::NouvelleCaledonie, "2026-11-23T08:00:00Z"), "2027-08-31T13:00:00Z");
    }

    #[test]
    fn a_licence_is_over_from_the_instant_that_it_names() {
        let licence = Licence {
            registration_id: RegistrationId::generate(Timestamp::UNIX_EPOCH),
            refreshed_at: Timestamp::UNIX_EPOCH,
            valid_until: Timestamp::from_second(100).unwrap(),
            ended_at: None,
        };
        assert!(!licence.is_over(Timestamp::from_second(99).unwrap()));
        assert!(licence.is_over(Timestamp::from_second(100).unwrap()));
    }

    proptest! {
        #[test]
        fn a_licence_is_good_for_two_to_fourteen_months_and_ends_at_a_local_midnight(
            second in 1_577_836_800_i64..2_840_140_800, // 2020 to 2060
            territory in 0_usize..12,
        ) {
            let (now, territory) = (Timestamp::from_second(second).unwrap(), Territory::ALL[territory]);
            let licence = Licence::issue(RegistrationId::generate(now), territory, now);
            prop_assert!(!licence.is_over(now));
            let days = licence.valid_until.duration_since(now).as_hours() / 24;
            prop_assert!((61..=427).contains(&days), "{} days", days);
            let end = licence.valid_until.to_zoned(territory.time_zone().clone());
            prop_assert_eq!((end.month(), end.day(), end.hour(), end.minute()), (9, 1, 0, 0));
        }
    }
}
