//! Whether the answers about SMS in a file mean anything.

use domain::audience::Audience;

use crate::Roster;

/// From so many people on, a column in which nobody accepts was never filled in, and does not silence a whole school.
const FEWEST: usize = 10;

/// The audiences of which many people have an answer, and nobody accepts.
pub(super) fn never_filled_in(roster: &Roster) -> Vec<Audience> {
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
