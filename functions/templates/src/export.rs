//! `GET /v1/templates/export`: templates for next year, or for another school.

use axum::{Json, extract::State, http::header::CONTENT_DISPOSITION, response::IntoResponse};
use serde::Serialize;
use shared::{
    audit::{Act, Figure},
    directory::Audience,
    http::{AdminOf, Problem},
    school::{SchoolName, SchoolYear, Uai},
    template::{Context, TemplateLabel},
};

use crate::Deps;

/// What the file says of itself; another number is another form.
pub(crate) const FORMAT: &str = "carillon-templates/1";

#[derive(Serialize)]
pub(crate) struct ExportBody {
    format: &'static str,
    exported_at: String,
    school_year: String,
    school: ExportedSchool,
    templates: Vec<ExportedTemplate>,
}

#[derive(Serialize)]
struct ExportedSchool {
    name: SchoolName,
    uai: Option<Uai>,
}

#[derive(Serialize)]
struct ExportedTemplate {
    label: TemplateLabel,
    audience: Audience,
    context: Context,
    body: String,
}

/// All templates that are not archived.
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
