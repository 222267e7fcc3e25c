//! What a plan looks like to a front end, and the problems of one that cannot be carried out.

use serde::Serialize;
use shared::{
    http::{FieldError, Problem, ProblemKind},
    id::PersonId,
    language::{Explain, Language, Phrase},
    pricing::MicroEuros,
    sending::{DropReason, Dropped, Plan, PlanError, PlannedMessage, Totals, UnwrittenText},
    template::Variable,
    text::{Encoding, Segments},
};

#[derive(Serialize)]
pub(crate) struct PlanBody {
    /// To be sent back with the send, which is then refused if anything changed.
    digest: String,
    totals: TotalsBody,
    kept: Vec<KeptBody>,
    dropped: Vec<DroppedBody>,
}

#[derive(Serialize)]
pub(crate) struct TotalsBody {
    messages: u32,
    segments: u32,
    price_micro_eur: MicroEuros,
}

impl From<Totals> for TotalsBody {
    fn from(totals: Totals) -> Self {
        Self { messages: totals.messages, segments: totals.segments, price_micro_eur: totals.price }
    }
}

#[derive(Serialize)]
struct KeptBody {
    person: PersonId,
    name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    about: Option<PersonId>,
    phone: String,
    text: String,
    encoding: Encoding,
    segments: Segments,
    price_micro_eur: MicroEuros,
}

impl From<PlannedMessage> for KeptBody {
    fn from(message: PlannedMessage) -> Self {
        Self {
            person: message.recipient,
            name: message.name,
            about: message.about,
            phone: message.phone.e164(),
            text: message.text,
            encoding: message.encoding,
            segments: message.segments,
            price_micro_eur: message.price,
        }
    }
}

#[derive(Serialize)]
struct DroppedBody {
    person: PersonId,
    name: String,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    about: Vec<PersonId>,
    reason: &'static str,
    detail: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    same_number_as: Option<PersonId>,
}

impl DroppedBody {
    fn new(dropped: Dropped, language: Language) -> Self {
        Self {
            person: dropped.person,
            name: dropped.name,
            about: dropped.about,
            reason: dropped.reason.code(),
            detail: dropped.reason.explain().in_language(language).to_owned(),
            same_number_as: match dropped.reason {
                DropReason::SameNumberAs(person) => Some(person),
                _ => None,
            },
        }
    }
}

impl PlanBody {
    pub fn new(plan: Plan, language: Language) -> Self {
        Self {
            digest: plan.digest().as_str().to_owned(),
            totals: plan.totals().into(),
            kept: plan.messages.into_iter().map(KeptBody::from).collect(),
            dropped: plan.dropped.into_iter().map(|dropped| DroppedBody::new(dropped, language)).collect(),
        }
    }
}

/// Problems name this many people at most; the rest have the same mistake.
const MAX_NAMED: usize = 100;

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
        PlanError::NotOnTheList(people) => {
            invalid(people.iter().take(MAX_NAMED).map(not_on_the_list).collect())
        }
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

fn unwritten(text: &UnwrittenText) -> FieldError {
    let person = text.about.unwrap_or(text.recipient);
    let pointer = format!("/values_by_person/{person}");
    if text.missing.is_empty() {
        let limit = Segments::DEFAULT_LIMIT.get();
        return FieldError::described(
            pointer,
            "text_too_long",
            Phrase::new(
                format!("Le SMS pour {} dépasse {limit} segments : raccourcissez-le.", text.recipient),
                format!("The SMS for {} takes more than {limit} segments: shorten it.", text.recipient),
            ),
        );
    }
    let names = text.missing.iter().copied().map(Variable::name).collect::<Vec<_>>().join(", ");
    FieldError::described(
        pointer,
        "missing_values",
        Phrase::new(
            format!("Le SMS pour {} attend une valeur pour : {names}.", text.recipient),
            format!("The SMS for {} needs a value for: {names}.", text.recipient),
        ),
    )
}
