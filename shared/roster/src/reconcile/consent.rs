//! Columns of consents that a school does not use.

use domain::audience::Audience;

use crate::Roster;

/// A column of at least so many refusals without an acceptance is not used by the school: it must not silence all.
const FEWEST: usize = 10;

/// The audiences with many refusals and no acceptance.
pub(super) fn unused_columns(roster: &Roster) -> Vec<Audience> {
    let answers = |audience: Audience| -> Vec<bool> {
        match audience {
            Audience::Pupils => roster.pupils.iter().filter_map(|pupil| pupil.accepts_sms).collect(),
            Audience::Guardians | Audience::Teachers | Audience::Staff | Audience::InternshipSupervisors => {
                let of = roster.adults.iter().filter(|adult| adult.audience == audience);
                of.filter_map(|adult| adult.accepts_sms).collect()
            }
        }
    };
    let is_empty = |audience: &Audience| {
        let answers = answers(*audience);
        answers.len() >= FEWEST && !answers.contains(&true)
    };
    Audience::ALL.into_iter().filter(is_empty).collect()
}
