//! `POST /v1/exports`, `GET /v1/exports/{id}`: a file that is too long for one answer, behind a link.

use axum::{
    Extension, Json,
    extract::State,
    http::{StatusCode, header},
    response::{IntoResponse, Response},
};
use serde::Serialize;
use shared::{
    audit::{Act, Asked},
    http::{JsonBody, PathId, Problem, ReaderOf, at},
    id::ExportId,
    language::Language,
    log::export::{Export, Format, LinkToken, Progress, Stage},
};

use crate::{Deps, asked::ExportBody};

/// A job, as the API tells it.
#[derive(Serialize)]
struct JobBody {
    id: ExportId,
    /// What the last download of the file came to; `expired` when there will be none.
    state: &'static str,
    format: &'static str,
    asked_at: String,
    /// Told once: it is kept nowhere.
    #[serde(skip_serializing_if = "Option::is_none")]
    link: Option<String>,
    expires_at: String,
    progress: ProgressBody,
}

/// How far the last download came.
#[derive(Serialize)]
struct ProgressBody {
    /// Messages that were written.
    messages: u64,
    sends: SendsBody,
}

#[derive(Serialize)]
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
            format: export.format.as_str(),
            asked_at: export.asked_at.to_string(),
            link,
            expires_at: export.expires_at().to_string(),
            progress: ProgressBody { messages, sends: SendsBody { done: sends_passed, of: sends_found } },
        }
    }
}

/// Nothing is read yet: the link does.
pub(crate) async fn ask(
    ReaderOf(tenant): ReaderOf,
    State(deps): State<Deps>,
    Extension(language): Extension<Language>,
    body: JsonBody<ExportBody>,
) -> Result<Response, Problem> {
    let format = at("/format", Format::parse(&body.value.format))?;
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

/// How a job of one's own school stands.
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
