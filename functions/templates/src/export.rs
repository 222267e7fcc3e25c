//! `GET /v1/templates/export`: templates for next year, or for another school.

use api::{AdminOf, Problem};
use axum::{Json, extract::State, http::header::CONTENT_DISPOSITION, response::IntoResponse};
use domain::{
    audience::Audience,
    audit::{Act, Figure},
    school::{SchoolName, SchoolYear, Uai},
    template::{Body, Context, TemplateLabel},
};
use serde::Serialize;
use std::borrow::Cow;

use utoipa::{
    PartialSchema, ToSchema,
    openapi::{ObjectBuilder, RefOr, Schema, schema::Type},
};

use crate::deps::Deps;

/// The format identifier in the file; a new format gets a new number.
pub(crate) const FORMAT: &str = "carillon-templates/1";

/// The schema of [`FORMAT`].
pub(crate) struct ExportFormat;

impl PartialSchema for ExportFormat {
    fn schema() -> RefOr<Schema> {
        ObjectBuilder::new().schema_type(Type::String).enum_values(Some([FORMAT])).into()
    }
}

impl ToSchema for ExportFormat {
    fn name() -> Cow<'static, str> {
        Cow::Borrowed("TemplateArchiveFormat")
    }
}

#[derive(Serialize, ToSchema)]
#[schema(as = TemplateArchive)]
pub(crate) struct ExportBody {
    #[schema(value_type = ExportFormat)]
    format: &'static str,
    #[schema(format = DateTime)]
    exported_at: String,
    school_year: String,
    school: ExportedSchool,
    templates: Vec<ExportedTemplate>,
}

#[derive(Serialize, ToSchema)]
#[schema(as = TemplateArchiveSchool)]
struct ExportedSchool {
    name: SchoolName,
    #[schema(required)]
    uai: Option<Uai>,
}

#[derive(Serialize, ToSchema)]
#[schema(as = TemplateArchiveEntry)]
struct ExportedTemplate {
    label: TemplateLabel,
    audience: Audience,
    context: Context,
    #[schema(value_type = Body)]
    body: String,
}

/// Export templates
///
/// All templates that are not archived, for another school year or another school.
#[utoipa::path(
    get,
    path = "/v1/templates/export",
    operation_id = "exportTemplates",
    tag = "templates",
    security(("bearer" = ["admin"])),
    responses(
        (status = OK, description = "The archive, for `POST /v1/templates/import`.", body = ExportBody),
        (status = NOT_FOUND, description = "The school has no registration."),
    ),
)]
pub(crate) async fn export(
    AdminOf(tenant): AdminOf,
    State(deps): State<Deps>,
) -> Result<impl IntoResponse, Problem> {
    let now = deps.clock.now();
    let school = deps.table.school(tenant.school).await?.ok_or_else(Problem::not_found)?;
    let templates = deps.table.templates(tenant.school).await?;
    let exported =
        templates.into_iter().filter(|template| !template.archived).map(|template| ExportedTemplate {
            audience: template.wording.audience(),
            context: template.wording.context(),
            body: template.wording.body().source().to_owned(),
            label: template.label,
        });
    let exported: Vec<_> = exported.collect();
    let entry = tenant.does(Act::TemplatesExported, now).with(Figure::Templates, exported.len());
    deps.table.note(tenant.school, entry).await?;
    let body = ExportBody {
        format: FORMAT,
        exported_at: now.to_string(),
        school_year: SchoolYear::of(now, school.time_zone()).to_string(),
        templates: exported,
        school: ExportedSchool { name: school.name, uai: school.uai },
    };
    Ok(([(CONTENT_DISPOSITION, "attachment; filename=\"modeles-sms.json\"")], Json(body)))
}
