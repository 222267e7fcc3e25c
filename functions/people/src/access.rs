//! `GET /v1/people/{id}/data`: all personal data of one person (GDPR, right of access).

use std::collections::HashMap;

use api::{AdminOf, Cursor, PageQuery, PathId, Problem, QueryOf};
use axum::{Extension, Json, extract::State};
use domain::{
    audience::Audience,
    audit::Act,
    delivery::MessageState,
    directory::Person,
    id::{MessageId, PersonId, SchoolId, SendId},
    language::{Explain, Language},
    pricing::MicroEuros,
    schema::MessageReason,
    sent_log::{Filter, Logged},
    template::{Context, TemplateLabel},
    text::Segments,
};
use serde::Serialize;
use store::Consistency;
use utoipa::ToSchema;
use workflows::sent_log::LogQuery;

use crate::{deps::Deps, opt_outs::OptOutBody, person_body::PersonBody};

/// The list name in this module's cursors.
const LIST: &str = "data";

/// All data about a person: the record in the first page, messages in all pages, the latest send first. Planned messages
/// are `scheduled`.
#[derive(Serialize, ToSchema)]
#[schema(as = PersonData)]
pub(crate) struct DataBody {
    /// Absent in later pages, and for a person who is no longer in the directory.
    #[serde(skip_serializing_if = "Option::is_none")]
    record: Option<RecordBody>,
    messages: Vec<MessageBody>,
    #[serde(skip_serializing_if = "Option::is_none")]
    next_cursor: Option<String>,
}

#[derive(Serialize, ToSchema)]
#[schema(as = PersonRecord)]
struct RecordBody {
    person: PersonBody,
    /// The pupils of a guardian.
    pupils: Vec<TiedBody>,
    /// The guardians of a pupil.
    guardians: Vec<TiedBody>,
    /// The opt-out of the phone number.
    #[serde(skip_serializing_if = "Option::is_none")]
    opt_out: Option<OptOutBody>,
}

/// A guardian or a pupil of the person.
#[derive(Serialize, ToSchema)]
#[schema(as = RelatedPerson)]
struct TiedBody {
    id: PersonId,
    /// Absent for a pupil who is no longer in the directory.
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<String>,
    rank: u8,
}

/// A message to the person or about the person. Without the phone number of another recipient.
#[derive(Serialize, ToSchema)]
#[schema(as = PersonMessage)]
struct MessageBody {
    reference: String,
    send: SendId,
    #[schema(format = DateTime)]
    accepted_at: String,
    #[schema(format = DateTime)]
    due_at: String,
    sent_by: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    template: Option<TemplateLabel>,
    audience: Audience,
    context: Context,
    role: MessageRole,
    #[serde(skip_serializing_if = "Option::is_none")]
    recipient: Option<PersonId>,
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    phone: Option<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    about: Vec<PersonId>,
    #[serde(skip_serializing_if = "Option::is_none")]
    text: Option<String>,
    segments: Segments,
    price_micro_eur: MicroEuros,
    cost_micro_eur: MicroEuros,
    #[schema(value_type = MessageState)]
    state: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<MessageReason>)]
    reason: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    detail: Option<String>,
}

/// What the person is to the message: its recipient, or a person that it is about.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
enum MessageRole {
    Recipient,
    Subject,
}

impl MessageBody {
    fn new(logged: &Logged<'_>, person: PersonId, language: Language) -> Self {
        let Logged { id, send, message, state, .. } = logged;
        let is_recipient = message.recipient() == Some(person);
        let reason = state.reason();
        Self {
            reference: id.reference(),
            send: send.id,
            accepted_at: send.accepted_at.to_string(),
            due_at: send.due_at.to_string(),
            sent_by: send.accepted_by.as_str().to_owned(),
            template: send.origin.label().cloned(),
            audience: send.audience,
            context: send.context,
            role: if is_recipient { MessageRole::Recipient } else { MessageRole::Subject },
            recipient: message.recipient(),
            name: message.name().map(str::to_owned),
            phone: message.phone().filter(|_| is_recipient).map(domain::phone::PhoneNumber::e164),
            about: message.about().to_vec(),
            text: message.text().map(str::to_owned),
            segments: message.segments(),
            price_micro_eur: message.price(),
            cost_micro_eur: logged.cost(),
            state: state.as_str(),
            reason: reason.map(Explain::code),
            detail: reason.map(|reason| reason.explain().in_language(language).to_owned()),
        }
    }
}

/// Get all data about a person
///
/// For requests of access (GDPR, article 15). A page may have fewer messages than the limit and still a cursor.
#[utoipa::path(
    get,
    path = "/v1/people/{id}/data",
    operation_id = "getPersonData",
    tag = "people",
    security(("bearer" = ["admin"])),
    params(("id" = PersonId, Path, description = "The person."), PageQuery),
    responses((status = OK, description = "The data.", body = DataBody)),
)]
pub(crate) async fn show(
    AdminOf(tenant): AdminOf,
    State(deps): State<Deps>,
    Extension(language): Extension<Language>,
    PathId(id): PathId<PersonId>,
    QueryOf(query): QueryOf<PageQuery>,
) -> Result<Json<DataBody>, Problem> {
    // Binds a cursor to one person.
    let owner = format!("{}/{id}", tenant.school);
    let start: Option<MessageId> = query.place(LIST, &owner)?;
    let record = match start {
        None => record(&deps, tenant.school, id, language).await?,
        Some(_) => None,
    };
    let filter = Filter { person: Some(id), ..Filter::default() };
    let (table, now) = (&deps.table, deps.clock.now());
    let log_query =
        LogQuery { table, school: tenant.school, filter: &filter, consistency: Consistency::Strong, now };
    let take = |logged: Logged<'_>| MessageBody::new(&logged, id, language);
    let page = log_query.page(start, query.limit.get(), take).await?;
    if start.is_none() && record.is_none() && page.found.is_empty() && page.next.is_none() {
        return Err(Problem::not_found());
    }
    if start.is_none() {
        deps.table.note(tenant.school, tenant.does(Act::AccessGiven, now)).await?;
    }
    let next_cursor = page.next.map(|next| Cursor::new(LIST, &owner, &next.correlation()).into());
    Ok(Json(DataBody { record, messages: page.found, next_cursor }))
}

async fn record(
    deps: &Deps,
    school: SchoolId,
    id: PersonId,
    language: Language,
) -> Result<Option<RecordBody>, Problem> {
    let people = deps.table.all_people(school).await?;
    let Some(person) = people.iter().find(|person| person.id == id).cloned() else { return Ok(None) };
    let names: HashMap<PersonId, &Person> = people.iter().map(|person| (person.id, person)).collect();
    let tied = |id: PersonId, rank| {
        let name = names.get(&id).map(|person| person.details.name());
        TiedBody { id, name, rank }
    };
    let pupils = person.details.guardianships.iter().map(|tie| tied(tie.pupil, tie.rank)).collect();
    let guardians = people.iter().filter(|guardian| guardian.tie_to(id).is_some());
    let guardians = guardians.map(|guardian| tied(guardian.id, guardian.rank_for(id))).collect();
    let opt_outs = deps.table.opt_outs(school).await?;
    let opt_out = person.details.phone.and_then(|phone| opt_outs.of(phone)).cloned();
    Ok(Some(RecordBody {
        opt_out: opt_out.map(|opt_out| OptOutBody::new(opt_out, language)),
        person: PersonBody::new(person, &opt_outs),
        pupils,
        guardians,
    }))
}
