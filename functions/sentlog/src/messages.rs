//! `GET /v1/messages`: the sent log.

use axum::{Extension, Json, extract::State};
use deserr::Deserr;
use serde::Serialize;
use shared::{
    delivery::MessageState,
    directory::Audience,
    http::{Cursor, FieldError, FieldErrors, PageLimit, PageQuery, Problem, QueryOf, ReaderOf},
    id::{PersonId, SendId},
    language::{Explain, Language, Phrase},
    pricing::MicroEuros,
    template::{Context, TemplateLabel},
    text::{Encoding, Segments},
};

use crate::{
    Deps,
    walk::{Logged, Place, Walk},
};

/// The list that cursors of this module belong to.
const LIST: &str = "messages";

#[derive(Debug, Deserr)]
#[deserr(error = FieldErrors, deny_unknown_fields)]
pub(crate) struct ListQuery {
    #[deserr(default)]
    send: Option<SendId>,
    #[deserr(default)]
    person: Option<PersonId>,
    #[deserr(default)]
    state: Option<String>,
    #[deserr(default)]
    limit: PageLimit,
    #[deserr(default)]
    cursor: Option<String>,
}

#[derive(Serialize)]
pub(crate) struct MessagesBody {
    messages: Vec<MessageBody>,
    #[serde(skip_serializing_if = "Option::is_none")]
    next_cursor: Option<String>,
}

#[derive(Serialize)]
struct MessageBody {
    reference: String,
    send: SendId,
    accepted_at: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    template: Option<TemplateLabel>,
    audience: Audience,
    context: Context,
    person: PersonId,
    name: String,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    about: Vec<PersonId>,
    phone: String,
    text: String,
    encoding: Encoding,
    segments: Segments,
    price_micro_eur: MicroEuros,
    state: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    detail: Option<String>,
}

impl MessageBody {
    fn new(logged: Logged<'_>, language: Language) -> Self {
        let Logged { reference, send, message, state } = logged;
        let reason = state.reason();
        let detail = reason.map(|reason| reason.explain().in_language(language).to_owned());
        Self {
            reference: reference.to_string(),
            send: send.id,
            accepted_at: send.accepted_at.to_string(),
            template: send.origin.label().cloned(),
            audience: send.audience,
            context: send.context,
            person: message.recipient,
            name: message.name,
            about: message.about,
            phone: message.phone.e164(),
            text: message.text,
            encoding: message.encoding,
            segments: message.segments,
            price_micro_eur: message.price,
            state: state.as_str(),
            reason: reason.map(Explain::code),
            detail,
        }
    }
}

/// A page may have fewer messages than the limit and still a cursor, when a filter keeps few.
pub(crate) async fn list(
    ReaderOf(tenant): ReaderOf,
    State(deps): State<Deps>,
    Extension(language): Extension<Language>,
    QueryOf(query): QueryOf<ListQuery>,
) -> Result<Json<MessagesBody>, Problem> {
    let state = query.state.as_deref().map(known_state).transpose()?;
    let owner = tenant.school.to_string();
    let page = PageQuery { limit: query.limit, cursor: query.cursor };
    let start: Option<Place> = page.place(LIST, &owner)?;
    let keep = |logged: Logged<'_>| {
        let kept = query.person.is_none_or(|person| logged.message.recipient == person)
            && state.is_none_or(|state| logged.state.as_str() == state);
        kept.then(|| MessageBody::new(logged, language))
    };
    let walk = Walk { table: &deps.table, school: tenant.school, now: deps.clock.now() };
    let walked = walk.collect(start, query.send, page.limit.get(), keep).await?;
    let next_cursor = walked.next.map(|place| Cursor::new(LIST, &owner, &place.to_string()).into());
    Ok(Json(MessagesBody { messages: walked.found, next_cursor }))
}

fn known_state(name: &str) -> Result<&'static str, FieldErrors> {
    MessageState::NAMES.into_iter().find(|known| *known == name).ok_or_else(|| {
        let names = MessageState::NAMES.join(", ");
        FieldErrors::one(FieldError::described(
            "/state",
            "unknown_state",
            Phrase::new(format!("États possibles : {names}."), format!("Possible states: {names}.")),
        ))
    })
}
