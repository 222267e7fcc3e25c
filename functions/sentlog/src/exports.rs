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

/// An export of messages to a file.
#[derive(Serialize, ToSchema)]
#[schema(as = Export)]
struct JobBody {
    id: ExportId,
    /// The state of the latest download. `expired` once the link has expired.
    #[schema(value_type = ExportState)]
    state: &'static str,
    format: Format,
    #[schema(format = DateTime)]
    asked_at: String,
    /// The link to the file, without further authentication. Only in the response to the creation.
    #[serde(skip_serializing_if = "Option::is_none")]
    link: Option<String>,
    /// The expiry of the link.
    #[schema(format = DateTime)]
    expires_at: String,
    progress: ProgressBody,
}

/// The progress of the latest download.
#[derive(Serialize, ToSchema)]
#[schema(as = ExportProgress)]
struct ProgressBody {
    /// The number of written messages.
    messages: u64,
    sends: SendsBody,
}

#[derive(Serialize, ToSchema)]
#[schema(as = ExportSends)]
struct SendsBody {
    /// The number of processed sends.
    done: u32,
    /// The number of sends found until now.
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

/// Create an export
///
/// The response contains a link to the file, valid for one hour. Each download reads the current messages.
#[utoipa::path(
    post,
    path = "/v1/exports",
    operation_id = "createExport",
    tag = "messages",
    security(("bearer" = ["reader"])),
    request_body = ExportBody,
    responses(
        (
            status = ACCEPTED,
            description = "The export and its link.",
            body = JobBody,
            headers(("Location" = String, description = "The address of the export.")),
        ),
        (status = NOT_FOUND, description = "The school has no registration, which a filter by date requires."),
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

/// Get an export
#[utoipa::path(
    get,
    path = "/v1/exports/{id}",
    operation_id = "getExport",
    tag = "messages",
    security(("bearer" = ["reader"])),
    params(("id" = ExportId, Path, description = "The export.")),
    responses((status = OK, description = "The export, without its link.", body = JobBody)),
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
