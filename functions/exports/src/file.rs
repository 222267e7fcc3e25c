//! `GET /v1/exports/{id}/file?token=…`: the file of a link.

use api::{FieldErrors, PathId, Problem, ProblemKind, QueryOf, file_headers};
use axum::{
    body::Body,
    extract::State,
    response::{IntoResponse, Response},
};
use deserr::Deserr;
use domain::{
    id::ExportId,
    language::Phrase,
    school::School,
    sent_log::export::{ExportState, LinkToken},
    territory::Territory,
};
use utoipa::IntoParams;

use crate::{deps::Deps, download::Download};

#[derive(Debug, Deserr, IntoParams)]
#[deserr(error = FieldErrors, deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct FileQuery {
    /// The token of the link.
    token: String,
}

/// Download an export
///
/// Use the `link` of the export unchanged: its host may differ from the host of the API. The link is valid for one hour
/// and needs no further authentication.
#[utoipa::path(
    get,
    path = "/v1/exports/{id}/file",
    operation_id = "downloadExport",
    tag = "messages",
    params(("id" = ExportId, Path, description = "The export."), FileQuery),
    responses(
        (
            status = OK,
            description = "The messages of the export in their current state.",
            content((String = "text/csv"), (String = "application/x-ndjson")),
            headers(("Content-Disposition" = String, description = "The name of the file.")),
        ),
        (status = NOT_FOUND, description = "The link is invalid."),
        (status = GONE, description = "The link has expired."),
    ),
)]
pub(crate) async fn show(
    PathId(id): PathId<ExportId>,
    State(deps): State<Deps>,
    QueryOf(query): QueryOf<FileQuery>,
) -> Result<Response, Problem> {
    let token = LinkToken::parse(&query.token).map_err(|_| no_such_link())?;
    let export = deps.table.export(id).await?.ok_or_else(no_such_link)?;
    let filter = token.open(&export.filter).ok_or_else(no_such_link)?;
    let now = deps.clock.now();
    if export.state(now) == ExportState::Expired {
        return Err(expired());
    }
    let school = deps.table.school(export.school).await?;
    let zone = school.as_ref().map_or(Territory::Metropole.time_zone(), School::time_zone);
    let headers = file_headers(export.format, export.language, now, zone);
    let download = Download { deps, export, filter, zone: zone.clone() };
    Ok((headers, Body::from_stream(download.pieces())).into_response())
}

fn no_such_link() -> Problem {
    Problem::new(
        ProblemKind::NotFound,
        Phrase::fixed(
            "Ce lien ne mène à rien : reprenez-le en entier, ou demandez un nouveau fichier.",
            "This link leads nowhere: take all of it, or ask for a new file.",
        ),
    )
}

fn expired() -> Problem {
    Problem::new(
        ProblemKind::LinkExpired,
        Phrase::fixed(
            "Un lien vaut une heure : demandez un nouveau fichier.",
            "A link works for an hour: ask for a new file.",
        ),
    )
}
