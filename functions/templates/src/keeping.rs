//! Archives, restores and copies templates, and lists their versions.

use std::collections::HashSet;

use api::{AdminOf, Etag, FieldErrors, IfMatch, OptionalJsonBody, PathId, Problem, SenderOf, Tenant, etag};
use axum::{Json, extract::State, http::StatusCode, response::IntoResponse};
use deserr::Deserr;
use domain::{
    audit::{Act, Figure},
    id::TemplateId,
    line::shortened,
    template::{Template, TemplateLabel},
};
use serde::Serialize;
use store::{StoreError, Table, TemplateStoreError};
use utoipa::ToSchema;

use crate::{
    deps::Deps,
    templates::{TemplateBody, find, problem},
};

/// Archive a template
///
/// An archived template cannot be sent. Its label remains reserved.
#[utoipa::path(
    post,
    path = "/v1/templates/{id}/archive",
    operation_id = "archiveTemplate",
    tag = "templates",
    security(("bearer" = ["admin"])),
    params(("id" = TemplateId, Path, description = "The template."), IfMatch),
    responses((status = OK, description = "The template.", body = TemplateBody, headers(("ETag" = Etag)))),
)]
pub(crate) async fn archive(
    AdminOf(tenant): AdminOf,
    State(deps): State<Deps>,
    PathId(id): PathId<TemplateId>,
    if_match: IfMatch,
) -> Result<impl IntoResponse, Problem> {
    set_archived(&deps, &tenant, id, if_match, true).await
}

/// Restore a template
#[utoipa::path(
    post,
    path = "/v1/templates/{id}/restore",
    operation_id = "restoreTemplate",
    tag = "templates",
    security(("bearer" = ["admin"])),
    params(("id" = TemplateId, Path, description = "The template."), IfMatch),
    responses((status = OK, description = "The template.", body = TemplateBody, headers(("ETag" = Etag)))),
)]
pub(crate) async fn restore(
    AdminOf(tenant): AdminOf,
    State(deps): State<Deps>,
    PathId(id): PathId<TemplateId>,
    if_match: IfMatch,
) -> Result<impl IntoResponse, Problem> {
    set_archived(&deps, &tenant, id, if_match, false).await
}

async fn set_archived(
    deps: &Deps,
    tenant: &Tenant,
    id: TemplateId,
    if_match: IfMatch,
    archived: bool,
) -> Result<impl IntoResponse + use<>, Problem> {
    let before = find(deps, tenant.school, id).await?;
    if_match.check(before.version)?;
    if before.archived == archived {
        return Ok(([etag(before.version)], Json(TemplateBody::from(before))));
    }
    let template = Template { archived, version: before.version + 1, ..before.clone() };
    let act = if archived { Act::TemplateArchived } else { Act::TemplateRestored };
    let entry = tenant.does(act, deps.clock.now()).about(id).with(Figure::Version, template.version);
    match deps.table.replace_template(tenant.school, template.clone(), before, entry).await {
        Err(TemplateStoreError::Store(StoreError::Conflict)) => Err(IfMatch::failed()),
        Err(error) => Err(problem(error)),
        Ok(()) => Ok(([etag(template.version)], Json(TemplateBody::from(template)))),
    }
}

#[derive(Debug, Default, Deserr, ToSchema)]
#[deserr(error = FieldErrors, deny_unknown_fields)]
#[schema(as = TemplateCopy, examples(json!({ "label": "Absence, internes" })))]
pub(crate) struct CopyBody {
    /// The label of the copy. Derived from the label of the template if absent.
    #[deserr(default)]
    label: Option<TemplateLabel>,
}

/// Duplicate a template
#[utoipa::path(
    post,
    path = "/v1/templates/{id}/duplicate",
    operation_id = "duplicateTemplate",
    tag = "templates",
    security(("bearer" = ["admin"])),
    params(("id" = TemplateId, Path, description = "The template.")),
    request_body = Option<CopyBody>,
    responses(
        (status = CREATED, description = "The copy.", body = TemplateBody, headers(("ETag" = Etag))),
        (status = CONFLICT, description = "Another template has the label."),
    ),
)]
pub(crate) async fn duplicate(
    AdminOf(tenant): AdminOf,
    State(deps): State<Deps>,
    PathId(id): PathId<TemplateId>,
    OptionalJsonBody(body): OptionalJsonBody<CopyBody>,
) -> Result<impl IntoResponse, Problem> {
    let original = find(&deps, tenant.school, id).await?;
    let label = match body.label {
        Some(label) => label,
        None => {
            let taken = deps.table.templates(tenant.school).await?;
            let taken: HashSet<_> = taken.iter().map(|other| Table::comparable_label(&other.label)).collect();
            let marks = std::iter::once(" (copie)".to_owned()).chain((2..).map(|n| format!(" (copie {n})")));
            let mut labels = marks.map(|mark: String| marked(&original.label, &mark));
            labels
                .find(|label| !taken.contains(&Table::comparable_label(label)))
                .expect("the range is infinite")
        }
    };
    let now = deps.clock.now();
    let copy = Template {
        id: TemplateId::generate(now),
        label,
        wording: original.wording,
        archived: false,
        version: 1,
    };
    let entry = tenant.does(Act::TemplateCreated, now).about(copy.id);
    deps.table.create_templates(tenant.school, vec![copy.clone()], entry).await.map_err(problem)?;
    Ok((StatusCode::CREATED, [etag(copy.version)], Json(TemplateBody::from(copy))))
}

/// A label with a suffix, shortened to the limit of a label.
pub(crate) fn marked(label: &TemplateLabel, mark: &str) -> TemplateLabel {
    let room = TemplateLabel::LIMIT - mark.chars().count();
    let marked = format!("{}{mark}", shortened(label.as_str(), room));
    TemplateLabel::parse(&marked).unwrap_or_else(|_| label.clone())
}

#[derive(Serialize, ToSchema)]
#[schema(as = TemplateVersionList)]
pub(crate) struct VersionsBody {
    /// The versions, newest first. The first one is the current version, unless the template is deleted.
    versions: Vec<TemplateBody>,
}

/// List the versions of a template
///
/// Including deleted templates: sends refer to versions.
#[utoipa::path(
    get,
    path = "/v1/templates/{id}/versions",
    operation_id = "listTemplateVersions",
    tag = "templates",
    security(("bearer" = ["sender"])),
    params(("id" = TemplateId, Path, description = "The template.")),
    responses((status = OK, description = "The versions, newest first.", body = VersionsBody)),
)]
pub(crate) async fn versions(
    SenderOf(tenant): SenderOf,
    State(deps): State<Deps>,
    PathId(id): PathId<TemplateId>,
) -> Result<Json<VersionsBody>, Problem> {
    let mut versions = deps.table.earlier_versions(tenant.school, id).await?;
    versions.extend(deps.table.template(tenant.school, id).await?);
    if versions.is_empty() {
        return Err(Problem::not_found());
    }
    let versions = versions.into_iter().rev().map(TemplateBody::from).collect();
    Ok(Json(VersionsBody { versions }))
}
