//! The guardians of a pupil to remove, and the court decisions that forbid the removal.

use api::{Problem, ProblemKind};
use domain::{
    directory::Person,
    id::{PersonId, SchoolId},
    language::Phrase,
};

use crate::deps::Deps;

/// The guardians tied to a pupil to remove. Refused if a tie holds a court decision: the next import might
/// restore the pupil without it.
pub(crate) async fn guardians_of(
    deps: &Deps,
    school: SchoolId,
    pupil: PersonId,
) -> Result<Vec<Person>, Problem> {
    let mut guardians = deps.table.all_people(school).await?;
    guardians.retain(|guardian| guardian.tie_to(pupil).is_some());
    if guardians.iter().filter_map(|guardian| guardian.tie_to(pupil)).any(|tie| tie.no_contact) {
        return Err(court_decision());
    }
    Ok(guardians)
}

pub(crate) fn court_decision() -> Problem {
    Problem::new(
        ProblemKind::StateConflict,
        Phrase::fixed(
            "Une décision de justice est enregistrée au sujet de cette personne : retirez-la d’abord de la fiche du responsable.",
            "A court decision about this person is on record: first remove it from the guardian's record.",
        ),
    )
}
