//! `GET /v1/messages`: the sent log, in pages or as a file.

use api::{Cursor, PageQuery, Problem, QueryOf, ReaderOf, Tenant, most_wanted};
use axum::{
    Extension, Json,
    extract::State,
    http::{HeaderMap, header},
    response::{IntoResponse, Response},
};
use domain::{
    id::MessageId,
    language::Language,
    sent_log::{Filter, Logged, export::Format},
};
use serde::Serialize;
use store::Consistency;
use utoipa::ToSchema;
use workflows::sent_log::{LogQuery, MessageBody};

use crate::{asked::ListQuery, deps::Deps, small_file};

/// The list name in this module's cursors.
const LIST: &str = "messages";
/// The media type of a page.
const PAGE: &str = "application/json";

#[derive(Serialize, ToSchema)]
#[schema(as = MessagePage)]
struct MessagesBody {
    messages: Vec<MessageBody>,
    #[serde(skip_serializing_if = "Option::is_none")]
    next_cursor: Option<String>,
}

/// List messages
///
/// The latest first. `Accept` selects a page in JSON, or a file of all messages. A page may have fewer messages than the
/// limit and still a cursor.
#[utoipa::path(
    get,
    path = "/v1/messages",
    operation_id = "listMessages",
    tag = "messages",
    security(("bearer" = ["reader"])),
    params(ListQuery),
    responses(
        (
            status = OK,
            description = "A page of messages, or a file of all messages.",
            content(
                (MessagesBody = "application/json"),
                (String = "text/csv"),
                (String = "application/x-ndjson"),
            ),
            headers(("Vary" = String, description = "`Accept`: the representation depends on it.")),
        ),
        (status = NOT_FOUND, description = "The school has no registration, which a filter by date requires."),
    ),
)]
pub(crate) async fn list(
    ReaderOf(tenant): ReaderOf,
    State(deps): State<Deps>,
    Extension(language): Extension<Language>,
    headers: HeaderMap,
    QueryOf(query): QueryOf<ListQuery>,
) -> Result<Response, Problem> {
    let filter = query.filter(&deps.table, tenant.school).await?;
    let kinds = [PAGE, Format::Csv.media_type(), Format::JsonLines.media_type()];
    let wanted = most_wanted(&headers, &kinds);
    let answer = match Format::ALL.into_iter().find(|format| format.media_type() == wanted) {
        Some(format) => {
            small_file::refuse_pages(&query)?;
            small_file::all(&deps, &tenant, &filter, format, language).await?
        }
        None => {
            let page = PageQuery { limit: query.limit.unwrap_or_default(), cursor: query.cursor };
            Json(page_of(&deps, &tenant, &filter, &page, language).await?).into_response()
        }
    };
    Ok(([(header::VARY, "accept")], answer).into_response())
}

/// A page may have fewer messages than the limit and still a cursor: its messages may be spread over many
/// parcels, or the filter may exclude most.
async fn page_of(
    deps: &Deps,
    tenant: &Tenant,
    filter: &Filter,
    page: &PageQuery,
    language: Language,
) -> Result<MessagesBody, Problem> {
    let owner = tenant.school.to_string();
    let start: Option<MessageId> = page.place(LIST, &owner)?;
    let (table, now) = (&deps.table, deps.clock.now());
    let log_query =
        LogQuery { table, school: tenant.school, filter, consistency: Consistency::Eventual, now };
    let take = |logged: Logged<'_>| MessageBody::new(&logged, language);
    let page = log_query.page(start, page.limit.get(), take).await?;
    let next_cursor = page.next.map(|next| Cursor::new(LIST, &owner, &next.correlation()).into());
    Ok(MessagesBody { messages: page.found, next_cursor })
}
