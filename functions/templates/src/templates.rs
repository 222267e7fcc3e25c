//! `/v1/templates`: a label, an audience, a context and a text with variables.

use api::{
    AdminOf, Etag, FieldError, FieldErrors, IfMatch, JsonBody, PathId, Problem, ProblemKind, QueryFlag,
    QueryOf, SenderOf, etag,
};
use axum::{Extension, Json, extract::State, http::StatusCode, response::IntoResponse};
use deserr::Deserr;
use domain::{
    audience::Audience,
    audit::{Act, Figure},
    id::TemplateId,
    language::{Language, Phrase},
    template::{Body, Context, Template, TemplateLabel, Variable, View, Wording, WordingError},
};
use serde::Serialize;
use store::{StoreError, TemplateStoreError};
use utoipa::{IntoParams, ToSchema};

use crate::{
    deps::Deps,
    measure::{CostBody, Measure},
};

#[derive(Debug, Deserr, ToSchema)]
#[deserr(error = FieldErrors, deny_unknown_fields)]
#[schema(as = TemplateDetails, examples(json!({
    "label": "Absence non justifiée",
    "audience": "guardians",
    "context": "absence",
    "body": "{{school.name}} : {{pupil.first_name}} est absent ce jour. Rappelez le {{school.callback_number}}.",
})))]
pub(crate) struct NewTemplateBody {
    label: TemplateLabel,
    audience: Audience,
    context: Context,
    #[schema(value_type = Body)]
    body: String,
}

#[derive(Serialize, ToSchema)]
#[schema(as = Template)]
pub(crate) struct TemplateBody {
    id: TemplateId,
    label: TemplateLabel,
    audience: Audience,
    context: Context,
    #[schema(value_type = Body)]
    body: String,
    #[schema(value_type = Vec<Variable>)]
    variables: Vec<&'static str>,
    /// The views that accept the template. Empty for an archived template.
    views: Vec<View>,
    archived: bool,
    version: u64,
}

impl From<Template> for TemplateBody {
    fn from(template: Template) -> Self {
        let wording = &template.wording;
        Self {
            id: template.id,
            audience: wording.audience(),
            context: wording.context(),
            body: wording.body().source().to_owned(),
            variables: wording.body().variables().into_iter().map(Variable::name).collect(),
            views: View::ALL.into_iter().filter(|view| !template.archived && view.offers(wording)).collect(),
            archived: template.archived,
            label: template.label,
            version: template.version,
        }
    }
}

fn wording(body: &NewTemplateBody) -> Result<Wording, FieldErrors> {
    Wording::new(body.audience, body.context, &body.body).map_err(|error| {
        FieldErrors::one(match error {
            WordingError::Context(error) => FieldError::new("/context", &error),
            WordingError::Body(error) => FieldError::new("/body", &error),
        })
    })
}

pub(crate) fn problem(error: TemplateStoreError) -> Problem {
    match error {
        TemplateStoreError::LabelTaken => Problem::new(
            ProblemKind::LabelTaken,
            Phrase::fixed(
                "Choisissez un autre libellé ; la casse et les accents ne comptent pas, et un modèle archivé garde le sien.",
                "Choose another label; case and accents do not count, and an archived template keeps its own.",
            ),
        ),
        TemplateStoreError::Store(error) => error.into(),
    }
}

/// Create a template
#[utoipa::path(
    post,
    path = "/v1/templates",
    operation_id = "createTemplate",
    tag = "templates",
    security(("bearer" = ["admin"])),
    request_body = NewTemplateBody,
    responses(
        (status = CREATED, description = "The template.", body = TemplateBody, headers(("ETag" = Etag))),
        (status = CONFLICT, description = "Another template has the label."),
    ),
)]
pub(crate) async fn create(
    AdminOf(tenant): AdminOf,
    State(deps): State<Deps>,
    JsonBody { value: body, .. }: JsonBody<NewTemplateBody>,
) -> Result<impl IntoResponse, Problem> {
    let wording = wording(&body)?;
    let now = deps.clock.now();
    let template =
        Template { id: TemplateId::generate(now), label: body.label, wording, archived: false, version: 1 };
    let entry = tenant.does(Act::TemplateCreated, now).about(template.id);
    deps.table.create_templates(tenant.school, vec![template.clone()], entry).await.map_err(problem)?;
    Ok((StatusCode::CREATED, [etag(template.version)], Json(TemplateBody::from(template))))
}

#[derive(Debug, Deserr, IntoParams)]
#[deserr(error = FieldErrors, deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct ListQuery {
    /// Restricts the list to templates for this view.
    #[deserr(default)]
    view: Option<View>,
    /// Whether the list contains archived templates instead.
    #[deserr(default)]
    #[param(required = false)]
    archived: QueryFlag,
}

#[derive(Serialize, ToSchema)]
#[schema(as = TemplateList)]
pub(crate) struct TemplatesBody {
    templates: Vec<TemplateBody>,
}

/// List templates
#[utoipa::path(
    get,
    path = "/v1/templates",
    operation_id = "listTemplates",
    tag = "templates",
    security(("bearer" = ["sender"])),
    params(ListQuery),
    responses((status = OK, description = "The templates.", body = TemplatesBody)),
)]
pub(crate) async fn list(
    SenderOf(tenant): SenderOf,
    State(deps): State<Deps>,
    QueryOf(query): QueryOf<ListQuery>,
) -> Result<Json<TemplatesBody>, Problem> {
    let templates = deps.table.templates(tenant.school).await?;
    let wanted = |template: &Template| {
        template.archived == query.archived.0 && query.view.is_none_or(|view| view.offers(&template.wording))
    };
    let templates = templates.into_iter().filter(wanted).map(TemplateBody::from).collect();
    Ok(Json(TemplatesBody { templates }))
}

pub(crate) async fn find(
    deps: &Deps,
    school: domain::id::SchoolId,
    id: TemplateId,
) -> Result<Template, Problem> {
    deps.table.template(school, id).await?.ok_or_else(Problem::not_found)
}

/// Get a template
#[utoipa::path(
    get,
    path = "/v1/templates/{id}",
    operation_id = "getTemplate",
    tag = "templates",
    security(("bearer" = ["sender"])),
    params(("id" = TemplateId, Path, description = "The template.")),
    responses((status = OK, description = "The template.", body = TemplateBody, headers(("ETag" = Etag)))),
)]
pub(crate) async fn show(
    SenderOf(tenant): SenderOf,
    State(deps): State<Deps>,
    PathId(id): PathId<TemplateId>,
) -> Result<impl IntoResponse, Problem> {
    let template = find(&deps, tenant.school, id).await?;
    Ok(([etag(template.version)], Json(TemplateBody::from(template))))
}

/// Replace a template
#[utoipa::path(
    put,
    path = "/v1/templates/{id}",
    operation_id = "replaceTemplate",
    tag = "templates",
    security(("bearer" = ["admin"])),
    params(("id" = TemplateId, Path, description = "The template."), IfMatch),
    request_body = NewTemplateBody,
    responses(
        (status = OK, description = "The template.", body = TemplateBody, headers(("ETag" = Etag))),
        (status = CONFLICT, description = "Another template has the label."),
    ),
)]
pub(crate) async fn replace(
    AdminOf(tenant): AdminOf,
    State(deps): State<Deps>,
    PathId(id): PathId<TemplateId>,
    if_match: IfMatch,
    JsonBody { value: body, .. }: JsonBody<NewTemplateBody>,
) -> Result<impl IntoResponse, Problem> {
    let wording = wording(&body)?;
    let before = find(&deps, tenant.school, id).await?;
    if_match.check(before.version)?;
    let version = before.version + 1;
    let template = Template { id, label: body.label, wording, archived: before.archived, version };
    let entry = tenant.does(Act::TemplateChanged, deps.clock.now()).about(id).with(Figure::Version, version);
    match deps.table.replace_template(tenant.school, template.clone(), before, entry).await {
        Err(TemplateStoreError::Store(StoreError::Conflict)) => Err(IfMatch::failed()),
        Err(error) => Err(problem(error)),
        Ok(()) => Ok(([etag(template.version)], Json(TemplateBody::from(template)))),
    }
}

/// Delete a template
///
/// The versions remain: sends refer to them.
#[utoipa::path(
    delete,
    path = "/v1/templates/{id}",
    operation_id = "deleteTemplate",
    tag = "templates",
    security(("bearer" = ["admin"])),
    params(("id" = TemplateId, Path, description = "The template."), IfMatch),
    responses((status = NO_CONTENT, description = "The template is deleted.")),
)]
pub(crate) async fn delete(
    AdminOf(tenant): AdminOf,
    State(deps): State<Deps>,
    PathId(id): PathId<TemplateId>,
    if_match: IfMatch,
) -> Result<StatusCode, Problem> {
    let template = find(&deps, tenant.school, id).await?;
    if_match.check(template.version)?;
    let entry = tenant.does(Act::TemplateDeleted, deps.clock.now()).about(id);
    match deps.table.delete_template(tenant.school, template, entry).await {
        Err(StoreError::Conflict) => Err(IfMatch::failed()),
        Err(error) => Err(error.into()),
        Ok(()) => Ok(StatusCode::NO_CONTENT),
    }
}

/// Preview a template
///
/// With the examples of all variables.
#[utoipa::path(
    post,
    path = "/v1/templates/{id}/preview",
    operation_id = "previewTemplate",
    tag = "templates",
    security(("bearer" = ["sender"])),
    params(("id" = TemplateId, Path, description = "The template.")),
    responses((status = OK, description = "The text and its cost.", body = CostBody)),
)]
pub(crate) async fn preview(
    SenderOf(tenant): SenderOf,
    State(deps): State<Deps>,
    Extension(language): Extension<Language>,
    PathId(id): PathId<TemplateId>,
) -> Result<Json<CostBody>, Problem> {
    let template = find(&deps, tenant.school, id).await?;
    let example = |variable: Variable| Some(variable.example().in_language(language).into());
    let text = template.wording.body().render(example).map_err(Problem::internal)?;
    let standing = deps.table.standing(tenant.school).await?;
    let measure = Measure { standing: &standing, mode: None, now: deps.clock.now(), language };
    Ok(Json(CostBody::of(&text, &measure)))
}
