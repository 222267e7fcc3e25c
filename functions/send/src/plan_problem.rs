//! The problems of a send that cannot be planned.

use shared::{
    http::{FieldError, MAX_NAMED, Problem, ProblemKind},
    id::PersonId,
    language::Phrase,
    sending::{Plan, PlanError, Unwritten, UnwrittenText},
    template::Variable,
    text::Segments,
};

/// The problem of an order that cannot be planned.
pub(crate) fn plan_problem(error: PlanError) -> Problem {
    match error {
        PlanError::NotOffered => invalid(vec![FieldError::described(
            "/view",
            "not_offered",
            Phrase::fixed(
                "Ce modèle ne peut pas être envoyé depuis cet affichage (GET /v1/templates?view=…).",
                "This template cannot be sent from this view (GET /v1/templates?view=…).",
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
        PlanError::Unwritten(texts) => Problem::new(
            ProblemKind::TextsUnwritten,
            Phrase::new(
                format!("{} SMS sans toutes leurs valeurs, ou trop longs. Rien n’a été envoyé.", texts.len()),
                format!("{} SMS lack values, or are too long. Nothing was sent.", texts.len()),
            ),
        )
        .with_errors(texts.iter().take(MAX_NAMED).map(unwritten).collect()),
    }
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

fn unwritten(text: &UnwrittenText) -> FieldError {
    let pointer = format!("/values_by_person/{}", text.about.unwrap_or(text.recipient));
    let recipient = text.recipient;
    match &text.reason {
        Unwritten::Missing(variables) => {
            let names = variables.iter().copied().map(Variable::name).collect::<Vec<_>>().join(", ");
            FieldError::described(
                pointer,
                "missing_values",
                Phrase::new(
                    format!("Le SMS pour {recipient} attend une valeur pour : {names}."),
                    format!("The SMS for {recipient} needs a value for: {names}."),
                ),
            )
        }
        Unwritten::TooLong => {
            let limit = Segments::DEFAULT_LIMIT.get();
            FieldError::described(
                pointer,
                "text_too_long",
                Phrase::new(
                    format!("Le SMS pour {recipient} dépasse {limit} segments : raccourcissez-le."),
                    format!("The SMS for {recipient} takes more than {limit} segments: shorten it."),
                ),
            )
        }
        Unwritten::StopCode => FieldError::described(
            pointer,
            "stop_code",
            Phrase::new(
                format!("Avec ses valeurs, le SMS pour {recipient} porte un code STOP : retirez-le."),
                format!("With its values, the SMS for {recipient} carries a STOP code: remove it."),
            ),
        ),
    }
}
