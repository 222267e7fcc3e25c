//! `GET /v1/people/{id}/data`: all personal data of one person (GDPR, right of access).

use std::collections::HashMap;

use api::{AdminOf, Cursor, PageQuery, PathId, Problem, QueryOf};
use axum::{Extension, Json, extract::State};
use domain::{
    audience::Audience,
    audit::Act,
    directory::Person,
    id::{MessageId, PersonId, SchoolId, SendId},
    language::{Explain, Language},
    pricing::MicroEuros,
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

/// The record, the ties and the opt-out come with the first page; messages page by page, the newest send first. What
/// is planned are the messages that are `scheduled`.
#[derive(Serialize, ToSchema)]
#[schema(as = PersonData)]
pub(crate) struct DataBody {
    /// None of somebody who left the directory, or on a later page.
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
    /// A guardian's children.
    pupils: Vec<TiedBody>,
    /// A pupil's guardians.
    guardians: Vec<TiedBody>,
    /// What the person told us to stop, as it is on record.
    #[serde(skip_serializing_if = "Option::is_none")]
    opt_out: Option<OptOutBody>,
}

/// Somebody whom a tie leads to. The wishes of a guardian are in the guardian's record.
#[derive(Serialize, ToSchema)]
#[schema(as = Tie)]
struct TiedBody {
    id: PersonId,
    /// None of a pupil who left the directory.
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<String>,
    rank: u8,
}

/// A message to the person or about them. Of another recipient, the name is told and not the number.
#[derive(Serialize, ToSchema)]
#[schema(as = MessageHeld)]
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
    /// `recipient`, or `subject` of what went to somebody else.
    role: &'static str,
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
    state: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    detail: Option<String>,
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
            role: if is_recipient { "recipient" } else { "subject" },
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

/// Everything that is held about somebody
///
/// For whoever asks what is. A page may have fewer messages than the limit and still a cursor.
#[utoipa::path(
    get,
    path = "/v1/people/{id}/data",
    operation_id = "show_person_data",
    tag = "people",
    security(("bearer" = ["admin"])),
    params(("id" = PersonId, Path, description = "Who."), PageQuery),
    responses((status = OK, description = "What is held.", body = DataBody)),
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
