//! What a plan looks like to a front end, and the problems of one that cannot be carried out.

use serde::Serialize;
use shared::{
    directory::ClassName,
    http::{FieldError, Problem, ProblemKind},
    id::PersonId,
    language::{Explain, Language, Phrase},
    pricing::MicroEuros,
    sending::{DropReason, Dropped, Plan, PlanError, PlannedMessage, Totals, Unwritten, UnwrittenText},
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
    /// Where the next page of kept and dropped people starts, when they do not fit into one answer.
    #[serde(skip_serializing_if = "Option::is_none")]
    next_offset: Option<usize>,
}

/// What people and texts of one answer may take: Lambda answers with 6 MB at most.
const PAGE_BYTES: usize = 4_500_000;

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
    /// The plan from the `offset`th person on, kept ones first, as far as one answer holds.
    pub fn new(plan: Plan, offset: usize, language: Language) -> Self {
        let mut body = Self {
            digest: plan.digest().as_str().to_owned(),
            totals: plan.totals().into(),
            kept: Vec::new(),
            dropped: Vec::new(),
            next_offset: None,
        };
        let (mut bytes, mut place) = (0, 0);
        // Beside the text: identifiers, number, field names; a dropped person has a sentence.
        let mut fits = |text: usize| {
            bytes += text + 400;
            bytes <= PAGE_BYTES
        };
        for message in plan.messages {
            if place >= offset {
                if !fits(message.text.len() + message.name.len()) {
                    body.next_offset = Some(place);
                    return body;
                }
                body.kept.push(message.into());
            }
            place += 1;
        }
        for dropped in plan.dropped {
            if place >= offset {
                if !fits(dropped.name.len()) {
                    body.next_offset = Some(place);
                    return body;
                }
                body.dropped.push(DroppedBody::new(dropped, language));
            }
            place += 1;
        }
        body
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
        PlanError::UnknownClasses(classes) => {
            invalid(classes.iter().take(MAX_NAMED).map(unknown_class).collect())
        }
        PlanError::OnlyOneByOne => invalid(vec![FieldError::described(
            "/selection",
            "only_one_by_one",
            Phrase::fixed(
                "Seul votre logiciel sait qui est dans cet affichage : donnez les personnes une par une (people).",
                "Only your software knows who is on this view: give people one by one (people).",
            ),
        )]),
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
