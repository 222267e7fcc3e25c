//! `POST /v1/exports`, `GET /v1/exports/{id}`: files too long for one response, by link.

use api::{JsonBody, PathId, Problem, ReaderOf};
use axum::{
    Extension, Json,
    extract::State,
    http::{StatusCode, header},
    response::{IntoResponse, Response},
};
use domain::{
    audit::{Act, Asked},
    id::ExportId,
    language::Language,
    sent_log::export::{Export, ExportState, Format, LinkToken, Progress, Stage},
};
use serde::Serialize;
use utoipa::ToSchema;

use crate::{asked::ExportBody, deps::Deps};

/// A file that was asked for.
#[derive(Serialize, ToSchema)]
#[schema(as = File)]
struct JobBody {
    id: ExportId,
    /// What the last download of the file came to; `expired` when there will be none.
    #[schema(value_type = ExportState)]
    state: &'static str,
    format: Format,
    #[schema(format = DateTime)]
    asked_at: String,
    /// Where the file is, for whoever has it. Told once: it is kept nowhere.
    #[serde(skip_serializing_if = "Option::is_none")]
    link: Option<String>,
    /// Until when the link works.
    #[schema(format = DateTime)]
    expires_at: String,
    progress: ProgressBody,
}

/// How far the last download came.
#[derive(Serialize, ToSchema)]
#[schema(as = FileProgress)]
struct ProgressBody {
    /// Messages that were written.
    messages: u64,
    sends: SendsBody,
}

#[derive(Serialize, ToSchema)]
#[schema(as = FileSends)]
struct SendsBody {
    /// Looked at to the end.
    done: u32,
    /// Found so far.
    of: u32,
}

impl JobBody {
    fn new(export: &Export, state: &'static str, link: Option<String>) -> Self {
        let Progress { messages, sends_passed, sends_found } = export.progress;
        Self {
            id: export.id,
            state,
            format: export.format,
            asked_at: export.asked_at.to_string(),
            link,
            expires_at: export.expires_at().to_string(),
            progress: ProgressBody { messages, sends: SendsBody { done: sends_passed, of: sends_found } },
        }
    }
}

/// Asks for a file of messages
///
/// The answer holds a link to it, which works for an hour. Nothing is read yet: the link does, as often as it is taken.
#[utoipa::path(
    post,
    path = "/v1/exports",
    operation_id = "ask_for_file",
    tag = "messages",
    security(("bearer" = ["reader"])),
    request_body = ExportBody,
    responses(
        (
            status = ACCEPTED,
            description = "The file and its link.",
            body = JobBody,
            headers(("Location" = String, description = "Where to ask how it stands.")),
        ),
        (status = NOT_FOUND, description = "Days were asked for of a school that never applied."),
    ),
)]
pub(crate) async fn ask(
    ReaderOf(tenant): ReaderOf,
    State(deps): State<Deps>,
    Extension(language): Extension<Language>,
    body: JsonBody<ExportBody>,
) -> Result<Response, Problem> {
    let format = body.value.format;
    let filter = body.value.filter(&deps.table, tenant.school).await?;
    let (token, now) = (LinkToken::generate(), deps.clock.now());
    let id = ExportId::generate(now);
    let entry = tenant.does(Act::ExportAsked, now).about(id).asking(Asked::new(format, &filter));
    let export = Export {
        id,
        school: tenant.school,
        format,
        language,
        asked_by: tenant.subject,
        asked_at: now,
        filter: token.seal(&filter),
        stage: Stage::Waiting,
        progress: Progress::default(),
        noted_at: now,
    };
    deps.table.put_export(&export, entry).await?;
    let path = format!("/v1/exports/{}", export.id);
    let link = format!("{}{path}/file?token={}", deps.exports_url, token.reveal());
    let job = JobBody::new(&export, export.state(now).as_str(), Some(link));
    let headers = [(header::LOCATION, path), (header::CACHE_CONTROL, "no-store".to_owned())];
    Ok((StatusCode::ACCEPTED, headers, Json(job)).into_response())
}

/// How a file stands that was asked for
#[utoipa::path(
    get,
    path = "/v1/exports/{id}",
    operation_id = "show_file",
    tag = "messages",
    security(("bearer" = ["reader"])),
    params(("id" = ExportId, Path, description = "Which file.")),
    responses((status = OK, description = "The file, without its link.", body = JobBody)),
)]
pub(crate) async fn show(
    ReaderOf(tenant): ReaderOf,
    State(deps): State<Deps>,
    PathId(id): PathId<ExportId>,
) -> Result<Response, Problem> {
    let found = deps.table.export(id).await?.filter(|export| export.school == tenant.school);
    let export = found.ok_or_else(Problem::not_found)?;
    let job = JobBody::new(&export, export.state(deps.clock.now()).as_str(), None);
    Ok(([(header::CACHE_CONTROL, "no-store")], Json(job)).into_response())
}
