//! The problems of an order that cannot be planned.

use std::collections::BTreeSet;

use api::{FieldError, MAX_NAMED, Problem, ProblemKind};
use domain::{
    id::PersonId,
    language::Phrase,
    sending::{Plan, PlanError, Unwritten, UnwrittenText},
    template::{Source, Variable},
    text::Segments,
};

/// The problem for a plan error.
pub(crate) fn plan_problem(error: PlanError) -> Problem {
    match error {
        PlanError::NotOffered => invalid(vec![FieldError::described(
            "/view",
            "not_offered",
            Phrase::fixed(
                "Ce modèle ne peut pas être envoyé depuis cet affichage.",
                "This template cannot be sent from this view.",
            ),
        )]),
        PlanError::Pick(error) => error.into(),
        PlanError::UnusedValues(people) => invalid(people.iter().take(MAX_NAMED).map(unused_value).collect()),
        PlanError::TooMany => invalid(vec![FieldError::described(
            "/selection",
            "too_many",
            Phrase::new(
                format!("Un envoi est limité à {} SMS : faites-en plusieurs.", Plan::MAX_MESSAGES),
                format!("A send is limited to {} SMS: make several.", Plan::MAX_MESSAGES),
            ),
        )]),
        PlanError::Unwritten(texts) => texts_unwritten(&texts),
    }
}

/// The variables without a value: once for the school's settings, then for each text.
fn texts_unwritten(texts: &[UnwrittenText]) -> Problem {
    let mut errors: Vec<FieldError> = missing_settings(texts).into_iter().map(missing_setting).collect();
    errors.extend(texts.iter().filter_map(unwritten).take(MAX_NAMED));
    let count = texts.len();
    Problem::new(
        ProblemKind::TextsUnwritten,
        Phrase::new(
            format!("SMS qui ne peuvent pas être écrits, parce qu’une valeur manque ou que le texte ne convient pas : {count}. Rien n’a été envoyé."),
            format!("SMS that cannot be written, because a value is missing or the text is not suitable: {count}. Nothing was sent."),
        ),
    )
    .with_errors(errors)
}

/// The variables that the school's settings lack.
fn missing_settings(texts: &[UnwrittenText]) -> BTreeSet<Variable> {
    let missing = texts.iter().flat_map(|text| match &text.reason {
        Unwritten::Missing(variables) => variables.as_slice(),
        Unwritten::TooLong | Unwritten::StopCode => &[],
    });
    missing.copied().filter(|variable| matches!(variable.source(), Source::School(_))).collect()
}

fn missing_setting(variable: Variable) -> FieldError {
    let name = variable.name();
    FieldError::described(
        "/template",
        "missing_setting",
        Phrase::new(
            format!("Les réglages de l’établissement ne donnent pas {name} : complétez-les."),
            format!("The school's settings do not give {name}: complete them."),
        ),
    )
}

fn invalid(errors: Vec<FieldError>) -> Problem {
    Problem::new(
        ProblemKind::InvalidFields,
        Phrase::fixed(
            "Corrigez la sélection et recommencez. Rien n’a été envoyé.",
            "Correct the selection and try again. Nothing was sent.",
        ),
    )
    .with_errors(errors)
}

fn unused_value(person: &PersonId) -> FieldError {
    FieldError::described(
        format!("/values_by_person/{person}"),
        "unused_value",
        Phrase::fixed(
            "Aucun SMS ne concerne cette personne : retirez sa valeur, ou ajoutez-la à la sélection.",
            "No SMS is about this person: remove the value, or add the person to the selection.",
        ),
    )
}

/// The error of one text; none if only the school's settings are incomplete.
fn unwritten(text: &UnwrittenText) -> Option<FieldError> {
    let subject = text.about.unwrap_or(text.recipient);
    let pointer = format!("/values_by_person/{subject}");
    let name = &text.name;
    Some(match &text.reason {
        Unwritten::Missing(variables) => {
            let (mut given, mut recorded) = (Vec::new(), Vec::new());
            for variable in variables {
                match variable.source() {
                    Source::Request(_) => given.push(variable.name()),
                    Source::Recipient(_) | Source::Pupil(_) | Source::Pupils => {
                        recorded.push(variable.name());
                    }
                    // Reported once for all texts.
                    Source::School(_) => {}
                }
            }
            let (given, recorded) = (given.join(", "), recorded.join(", "));
            if given.is_empty() && recorded.is_empty() {
                return None;
            }
            if given.is_empty() {
                FieldError::described(
                    pointer,
                    "incomplete_record",
                    Phrase::new(
                        format!("La fiche de {name} ne donne pas : {recorded}. Complétez-la."),
                        format!("The record of {name} does not give: {recorded}. Complete it."),
                    ),
                )
            } else {
                FieldError::described(
                    pointer,
                    "missing_values",
                    Phrase::new(
                        format!("Le SMS pour {name} attend une valeur pour : {given}."),
                        format!("The SMS for {name} needs a value for: {given}."),
                    ),
                )
            }
        }
        Unwritten::TooLong => {
            let limit = Segments::DEFAULT_LIMIT.get();
            FieldError::described(
                pointer,
                "text_too_long",
                Phrase::new(
                    format!("Le SMS pour {name} dépasse {limit} segments : raccourcissez-le."),
                    format!("The SMS for {name} takes more than {limit} segments: shorten it."),
                ),
            )
        }
        Unwritten::StopCode => FieldError::described(
            pointer,
            "stop_code",
            Phrase::new(
                format!("Avec ses valeurs, le SMS pour {name} porte un code STOP : retirez-le."),
                format!("With its values, the SMS for {name} carries a STOP code: remove it."),
            ),
        ),
    })
}
