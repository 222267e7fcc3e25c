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

impl ToSchema for ExportFormat {}

#[derive(Serialize, ToSchema)]
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
struct ExportedSchool {
    name: SchoolName,
    #[schema(required)]
    uai: Option<Uai>,
}

#[derive(Serialize, ToSchema)]
struct ExportedTemplate {
    label: TemplateLabel,
    audience: Audience,
    context: Context,
    #[schema(value_type = Body)]
    body: String,
}

/// Templates for next year, or for another school
///
/// All that are not archived.
#[utoipa::path(
    get,
    path = "/v1/templates/export",
    operation_id = "export_templates",
    tag = "templates",
    security(("bearer" = ["admin"])),
    responses(
        (status = OK, description = "A file to import elsewhere.", body = ExportBody),
        (status = NOT_FOUND, description = "The school never applied."),
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
