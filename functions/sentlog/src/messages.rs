//! `GET /v1/messages`: the sent log.

use axum::{Extension, Json, extract::State};
use deserr::Deserr;
use serde::Serialize;
use shared::{
    delivery::MessageState,
    directory::Audience,
    http::{Cursor, FieldError, FieldErrors, LocalDay, PageLimit, PageQuery, Problem, QueryOf, ReaderOf, at},
    id::{PersonId, SchoolId, SendId, TemplateId},
    language::{Explain, Language, Phrase},
    line::Line,
    log::{Filter, Logged, NumberPart, Place, Span, Walk},
    pricing::MicroEuros,
    school::School,
    store::Freshness,
    template::{Context, TemplateLabel},
    text::{Encoding, Segments},
};

use crate::Deps;

/// The list that cursors of this module belong to.
const LIST: &str = "messages";

#[derive(Debug, Deserr)]
#[deserr(error = FieldErrors, deny_unknown_fields)]
pub(crate) struct ListQuery {
    /// The first day on which they were due to leave, in the school's time.
    #[deserr(default)]
    from: Option<LocalDay>,
    /// The last one.
    #[deserr(default)]
    to: Option<LocalDay>,
    #[deserr(default)]
    state: Option<String>,
    /// Who got them or whom they are about.
    #[deserr(default)]
    person: Option<PersonId>,
    /// Digits of the number.
    #[deserr(default)]
    number: Option<String>,
    #[deserr(default)]
    template: Option<TemplateId>,
    #[deserr(default)]
    context: Option<Context>,
    #[deserr(default)]
    send: Option<SendId>,
    /// The subject of the token of whoever sent them.
    #[deserr(default)]
    sent_by: Option<Line<128>>,
    #[deserr(default)]
    limit: PageLimit,
    #[deserr(default)]
    cursor: Option<String>,
}

impl ListQuery {
    /// What is looked for, and the page. Only days need the school, whose clock tells when they begin.
    async fn parse(self, deps: &Deps, school: SchoolId) -> Result<(Filter, PageQuery), Problem> {
        let span = match (self.from, self.to) {
            (None, None) => None,
            days => Some(span(days, &deps.table.school(school).await?.ok_or_else(Problem::not_found)?)?),
        };
        let filter = Filter {
            span,
            state: self.state.as_deref().map(known_state).transpose()?,
            person: self.person,
            number: at("/number", self.number.as_deref().map(NumberPart::parse).transpose())?,
            template: self.template,
            context: self.context,
            send: self.send,
            sender: self.sent_by,
        };
        Ok((filter, PageQuery { limit: self.limit, cursor: self.cursor }))
    }
}

/// The days from one to another, both part of it, as the school's clock has them.
fn span((from, to): (Option<LocalDay>, Option<LocalDay>), school: &School) -> Result<Span, FieldErrors> {
    let (from, to) = (from.map(|LocalDay(day)| day), to.map(|LocalDay(day)| day));
    at("/to", Span::of_days(from, to, school.time_zone()))
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
    /// When it was due to leave.
    due_at: String,
    sent_by: Line<128>,
    #[serde(skip_serializing_if = "Option::is_none")]
    template: Option<TemplateLabel>,
    audience: Audience,
    context: Context,
    /// Without person, name, phone or text where somebody was erased.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    erased: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    person: Option<PersonId>,
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    about: Vec<PersonId>,
    #[serde(skip_serializing_if = "Option::is_none")]
    phone: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    text: Option<String>,
    encoding: Encoding,
    segments: Segments,
    price_micro_eur: MicroEuros,
    /// What the month pays for it: nothing for what no carrier took.
    cost_micro_eur: MicroEuros,
    state: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    detail: Option<String>,
}

impl MessageBody {
    fn new(logged: &Logged<'_>, language: Language) -> Self {
        let Logged { reference, send, message, state, .. } = logged;
        let reason = state.reason();
        let detail = reason.map(|reason| reason.explain().in_language(language).to_owned());
        Self {
            reference: reference.to_string(),
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
            phone: message.phone().map(shared::phone::PhoneNumber::e164),
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

/// A page may have fewer messages than the limit and still a cursor, when its messages lie in many parcels or a
/// filter keeps few.
pub(crate) async fn list(
    ReaderOf(tenant): ReaderOf,
    State(deps): State<Deps>,
    Extension(language): Extension<Language>,
    QueryOf(query): QueryOf<ListQuery>,
) -> Result<Json<MessagesBody>, Problem> {
    let owner = tenant.school.to_string();
    let (filter, page) = query.parse(&deps, tenant.school).await?;
    let start: Option<Place> = page.place(LIST, &owner)?;
    let (table, now) = (&deps.table, deps.clock.now());
    let walk = Walk { table, school: tenant.school, filter: &filter, freshness: Freshness::AsItWas, now };
    let take = |logged: Logged<'_>| MessageBody::new(&logged, language);
    let walked = walk.page(start, page.limit.get(), take).await?;
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
