//! A message in the API's form, shared by the list and the JSON Lines export.

use serde::Serialize;
use utoipa::ToSchema;

use domain::sent_log::Logged;
use domain::{
    audience::Audience,
    id::{PersonId, SendId},
    language::{Explain, Language},
    line::Line,
    phone::PhoneNumber,
    pricing::MicroEuros,
    template::{Context, TemplateLabel},
    text::{Encoding, Segments},
};

/// A message of the sent log.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = Message)]
pub struct MessageBody {
    /// Names it for ever.
    pub reference: String,
    /// The send that it is of.
    pub send: SendId,
    /// When the send was accepted.
    #[schema(format = DateTime)]
    pub accepted_at: String,
    /// When it was due to leave.
    #[schema(format = DateTime)]
    pub due_at: String,
    /// Who sent it: the subject of the token.
    pub sent_by: Line<128>,
    /// The label of its template, as it was then.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub template: Option<TemplateLabel>,
    /// Whom the send was for.
    pub audience: Audience,
    /// On what occasion.
    pub context: Context,
    /// Without person, name, phone or text where somebody was erased.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub erased: bool,
    /// Who got it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub person: Option<PersonId>,
    /// First and last name, as they were then.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// The children on whose account it was sent.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub about: Vec<PersonId>,
    /// Where it went.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub phone: Option<String>,
    /// What it said.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
    /// How it was encoded.
    pub encoding: Encoding,
    /// What is billed.
    pub segments: Segments,
    /// `segments × unit price`.
    pub price_micro_eur: MicroEuros,
    /// What the month pays for it: nothing for what no carrier took.
    pub cost_micro_eur: MicroEuros,
    /// The name of its state.
    pub state: &'static str,
    /// Why it came to nothing: a name that stays.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<&'static str>,
    /// The same in words.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub detail: Option<String>,
}

impl MessageBody {
    /// Converts a message, with details in one language.
    pub fn new(logged: &Logged<'_>, language: Language) -> Self {
        let Logged { id, send, message, state, .. } = logged;
        let reason = state.reason();
        let detail = reason.map(|reason| reason.explain().in_language(language).to_owned());
        Self {
            reference: id.reference(),
            send: send.id,
            accepted_at: send.accepted_at.to_string(),
            due_at: send.due_at.to_string(),
            sent_by: send.accepted_by.clone(),
            template: send.origin.label().cloned(),
            audience: send.audience,
            context: send.context,
            erased: message.whole().is_none(),
            person: message.recipient(),
            name: message.name().map(str::to_owned),
            about: message.about().to_vec(),
            phone: message.phone().map(PhoneNumber::e164),
            text: message.text().map(str::to_owned),
            encoding: message.encoding(),
            segments: message.segments(),
            price_micro_eur: message.price(),
            cost_micro_eur: logged.cost(),
            state: state.as_str(),
            reason: reason.map(Explain::code),
            detail,
        }
    }
}
