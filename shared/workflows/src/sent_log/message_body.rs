//! A message in the API's form, shared by the list and the JSON Lines export.

use serde::Serialize;
use utoipa::ToSchema;

use domain::sent_log::Logged;
use domain::{
    audience::Audience,
    delivery::MessageState,
    id::{PersonId, SendId},
    language::{Explain, Language},
    line::Line,
    phone::PhoneNumber,
    pricing::MicroEuros,
    schema::MessageReason,
    template::{Context, TemplateLabel},
    text::{Encoding, Segments},
};

/// A message of the sent log.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = Message)]
pub struct MessageBody {
    /// The stable reference of the message.
    pub reference: String,
    /// The send of the message.
    pub send: SendId,
    /// The time of acceptance of the send.
    #[schema(format = DateTime)]
    pub accepted_at: String,
    /// The due time.
    #[schema(format = DateTime)]
    pub due_at: String,
    /// The `sub` of the sending user.
    pub sent_by: Line<128>,
    /// The label of the template at the time of the send.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub template: Option<TemplateLabel>,
    /// The audience of the send.
    pub audience: Audience,
    /// The context of the send.
    pub context: Context,
    /// Whether the message is redacted after an erasure: without person, name, phone and text.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub erased: bool,
    /// The recipient.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub person: Option<PersonId>,
    /// The first and last name of the recipient at the time of the send.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// The pupils concerned.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub about: Vec<PersonId>,
    /// The phone number of the recipient, in E.164 form.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub phone: Option<String>,
    /// The text.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
    /// The encoding of the text.
    pub encoding: Encoding,
    /// The number of segments: the unit of billing.
    pub segments: Segments,
    /// The price: segments × unit price.
    pub price_micro_eur: MicroEuros,
    /// The cost charged to the month. Zero for messages that no carrier accepted.
    pub cost_micro_eur: MicroEuros,
    /// The state of the message.
    #[schema(value_type = MessageState)]
    pub state: &'static str,
    /// The reason for `failed` or `cancelled`: a stable code for programs.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<MessageReason>)]
    pub reason: Option<&'static str>,
    /// The reason, for people.
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
