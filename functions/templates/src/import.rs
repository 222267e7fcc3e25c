//! `POST /v1/templates/import`: templates from last year, or from another school.

use api::{
    AdminOf, FieldError, FieldErrors, JsonBody, Problem, QueryFlag, QueryOf, documentation::list_of_at_most,
};
use axum::{Extension, Json, extract::State};
use deserr::Deserr;
use domain::{
    audience::Audience,
    audit::{Act, Figure},
    id::TemplateId,
    language::{Explain, Language, Phrase},
    school::SchoolYear,
    template::{Context, TemplateLabel, Wording, WordingError},
};
use serde::Serialize;
use store::Table;
use utoipa::{IntoParams, ToSchema};

use crate::{
    deps::Deps,
    export::{ExportFormat, FORMAT},
    shelf::{Outcome, OutcomeBody, ReasonBody, Shelf},
    templates::problem,
};

/// More templates than any school has: a larger file is not an export of ours.
const MAX_IN_A_FILE: usize = 500;

/// A template archive to import. Errors of a template are reported for that template.
#[derive(Debug, Deserr, ToSchema)]
#[deserr(error = FieldErrors, deny_unknown_fields)]
#[schema(as = TemplateImportRequest, examples(json!({
    "format": FORMAT,
    "school_year": "2025-2026",
    "templates": [{
        "label": "Réunion de rentrée",
        "audience": "guardians",
        "context": "meeting",
        "body": "{{school.name}} : réunion le {{meeting.date}} à {{meeting.time}}.",
    }],
})))]
pub(crate) struct ImportBody {
    #[schema(value_type = ExportFormat)]
    format: String,
    #[deserr(default)]
    school_year: Option<String>,
    #[deserr(default, rename = "exported_at")]
    #[schema(rename = "exported_at")]
    _exported_at: Option<String>,
    #[deserr(default, rename = "school")]
    #[schema(rename = "school")]
    _school: Option<serde_json::Value>,
    #[schema(schema_with = list_of_at_most::<ImportedTemplate, MAX_IN_A_FILE>)]
    templates: Vec<ImportedTemplate>,
}

#[derive(Debug, Deserr, ToSchema)]
#[deserr(error = FieldErrors, deny_unknown_fields)]
#[schema(as = TemplateImportEntry)]
pub(crate) struct ImportedTemplate {
    label: String,
    audience: String,
    context: String,
    body: String,
}

impl ImportedTemplate {
    /// Label and wording, or all their errors.
    fn read(&self, language: Language) -> Result<(TemplateLabel, Wording), Vec<ReasonBody>> {
        let mut reasons = Vec::new();
        let mut reason = |field, said: &dyn Explain| {
            reasons.push(ReasonBody::of(field, said, language));
        };
        let label = TemplateLabel::parse(&self.label).map_err(|error| reason("label", &error)).ok();
        let audience = Audience::parse(&self.audience).map_err(|error| reason("audience", &error)).ok();
        let context = Context::parse(&self.context).map_err(|error| reason("context", &error)).ok();
        let wording = audience.zip(context).and_then(|(audience, context)| {
            Wording::new(audience, context, &self.body)
                .map_err(|error| match error {
                    WordingError::Context(error) => reason("context", &error),
                    WordingError::Body(error) => reason("body", &error),
                })
                .ok()
        });
        label.zip(wording).ok_or(reasons)
    }
}

#[derive(Debug, Deserr, IntoParams)]
#[deserr(error = FieldErrors, deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct ImportQuery {
    /// Whether the import only returns its report.
    #[deserr(default)]
    #[param(required = false)]
    dry_run: QueryFlag,
}

#[derive(Serialize, ToSchema)]
#[schema(as = TemplateImportReport)]
pub(crate) struct ReportBody {
    imported: usize,
    renamed: usize,
    unchanged: usize,
    refused: usize,
    templates: Vec<OutcomeBody>,
}

/// Import templates
///
/// From an archive of another school year or another school. The import of all valid templates is atomic.
#[utoipa::path(
    post,
    path = "/v1/templates/import",
    operation_id = "importTemplates",
    tag = "templates",
    security(("bearer" = ["admin"])),
    params(ImportQuery),
    request_body = ImportBody,
    responses(
        (status = OK, description = "The report of the import.", body = ReportBody),
        (status = CONFLICT, description = "A concurrent change took one of the labels."),
    ),
)]
pub(crate) async fn import(
    AdminOf(tenant): AdminOf,
    State(deps): State<Deps>,
    Extension(language): Extension<Language>,
    QueryOf(query): QueryOf<ImportQuery>,
    JsonBody { value: body, .. }: JsonBody<ImportBody>,
) -> Result<Json<ReportBody>, Problem> {
    check_form(&body)?;
    let mark = body.school_year.as_deref().and_then(|year| SchoolYear::parse(year).ok());
    let mut shelf = Shelf::new(deps.table.templates(tenant.school).await?, mark);
    let now = deps.clock.now();
    let mut next_id = TemplateId::generate(now);
    let mut templates: Vec<OutcomeBody> = body
        .templates
        .iter()
        .map(|template| match template.read(language) {
            Err(reasons) => OutcomeBody::refused(&template.label, reasons),
            Ok((label, wording)) => {
                next_id = next_id.following();
                shelf.take(next_id, label, wording, language)
            }
        })
        .collect();
    if shelf.taken.len() > Table::MAX_NEW_TEMPLATES {
        return Err(too_many_new().into());
    }
    if query.dry_run.0 {
        templates.iter_mut().for_each(OutcomeBody::forget_new_template);
    }
    let count = |outcome| templates.iter().filter(|template| template.outcome == outcome).count();
    let report = ReportBody {
        imported: count(Outcome::Imported),
        renamed: count(Outcome::Renamed),
        unchanged: count(Outcome::Unchanged),
        refused: count(Outcome::Refused),
        templates,
    };
    if !query.dry_run.0 && !shelf.taken.is_empty() {
        let entry = tenant.does(Act::TemplatesImported, now).with(Figure::Templates, shelf.taken.len());
        deps.table.create_templates(tenant.school, shelf.taken, entry).await.map_err(problem)?;
        tracing::info!(imported = report.imported + report.renamed, "templates imported");
    }
    Ok(Json(report))
}

fn check_form(body: &ImportBody) -> Result<(), FieldErrors> {
    if body.format != FORMAT {
        return Err(FieldErrors::one(FieldError::described(
            "/format",
            "unknown_format",
            Phrase::new(
                format!("Il faut un export de modèles, au format « {FORMAT} »."),
                format!("This must be an export of templates, in the format “{FORMAT}”."),
            ),
        )));
    }
    if body.templates.len() > MAX_IN_A_FILE {
        return Err(FieldErrors::one(FieldError::described(
            "/templates",
            "too_long",
            Phrase::new(
                format!("Un fichier compte {MAX_IN_A_FILE} modèles au plus. Rien n’a été importé."),
                format!("A file has at most {MAX_IN_A_FILE} templates. Nothing was imported."),
            ),
        )));
    }
    Ok(())
}

fn too_many_new() -> FieldErrors {
    let max = Table::MAX_NEW_TEMPLATES;
    FieldErrors::one(FieldError::described(
        "/templates",
        "too_many",
        Phrase::new(
            format!(
                "Un import ajoute {max} modèles au plus, tous ou aucun : découpez la liste templates. Rien n’a été importé."
            ),
            format!(
                "An import adds at most {max} templates, all or none: cut the list templates. Nothing was imported."
            ),
        ),
    ))
}
