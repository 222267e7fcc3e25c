//! The selection of people in a request body, and its problems.

use deserr::Deserr;
use utoipa::ToSchema;

use super::{FieldError, FieldErrors, ListOf, Problem, ProblemKind};
use domain::{
    directory::ClassName,
    id::PersonId,
    language::Phrase,
    sending::{PickError, Selection},
};

/// Maximum number of people named in a problem; the rest share the mistake.
pub const MAX_NAMED: usize = 100;

/// Individually selected people.
pub type NamedPeople = ListOf<PersonId, { Selection::MAX_PEOPLE }>;

/// Selected classes.
type NamedClasses = ListOf<ClassName, { Selection::MAX_CLASSES }>;

/// A selection of people of a view: exactly one of `everyone`, `classes` and `people`.
#[derive(Debug, Deserr, ToSchema)]
#[deserr(error = FieldErrors, deny_unknown_fields)]
#[schema(as = Selection, examples(json!({ "everyone": true })))]
pub struct SelectionBody {
    /// `true`, or absent.
    #[deserr(default)]
    everyone: Option<bool>,
    #[deserr(default)]
    classes: Option<NamedClasses>,
    #[deserr(default)]
    people: Option<NamedPeople>,
}

impl SelectionBody {
    /// Returns the selection, if there is exactly one.
    pub fn selection(self) -> Result<Selection, FieldError> {
        match (self.everyone, self.classes, self.people) {
            (Some(true), None, None) => Ok(Selection::Everyone),
            (None, Some(classes), None) => Ok(Selection::Classes(classes.0)),
            (None, None, Some(people)) => Ok(Selection::People(people.0)),
            _ => Err(FieldError::described(
                "/selection",
                "one_selection",
                Phrase::fixed(
                    "Choisissez une seule façon : everyone: true, classes: […] ou people: […].",
                    "Choose one way only: everyone: true, classes: […] or people: […].",
                ),
            )),
        }
    }
}

impl From<PickError> for Problem {
    fn from(error: PickError) -> Self {
        let errors = match error {
            PickError::NotOnTheList(people) => people.iter().take(MAX_NAMED).map(not_on_the_list).collect(),
            PickError::UnknownClasses(classes) => classes.iter().take(MAX_NAMED).map(unknown_class).collect(),
            PickError::OnlyOneByOne => vec![only_one_by_one()],
        };
        Self::new(
            ProblemKind::InvalidFields,
            Phrase::fixed(
                "Corrigez la sélection et recommencez. Rien n’a été changé ni envoyé.",
                "Correct the selection and try again. Nothing was changed or sent.",
            ),
        )
        .with_errors(errors)
    }
}

fn only_one_by_one() -> FieldError {
    FieldError::described(
        "/selection",
        "only_one_by_one",
        Phrase::fixed(
            "Seul votre logiciel sait qui est dans cet affichage : donnez les personnes une par une (people).",
            "Only your software knows who is on this view: give people one by one (people).",
        ),
    )
}

fn not_on_the_list(person: &PersonId) -> FieldError {
    FieldError::described(
        "/selection/people",
        "not_on_the_list",
        Phrase::new(
            format!("{person} n’est pas dans cet affichage pour votre établissement."),
            format!("{person} is not on this list of your school."),
        ),
    )
}

fn unknown_class(class: &ClassName) -> FieldError {
    FieldError::described(
        "/selection/classes",
        "unknown_class",
        Phrase::new(
            format!("Personne n’est de la classe « {class} » dans cet affichage."),
            format!("Nobody on this list is of the class “{class}”."),
        ),
    )
}
