//! `POST /v1/people/import`: a CSV file, and a report for each of its lines.

use std::collections::BTreeMap;

use api::{
    AdminOf, FieldError, FieldErrors, Problem, ProblemKind, QueryFlag, QueryOf, RawBody, Tenant,
    documentation::Binary,
};
use axum::{
    Extension, Json,
    extract::State,
    http::{HeaderMap, header::CONTENT_TYPE},
};
use deserr::Deserr;
use domain::{
    audience::Audience,
    audit::{Act, Figure},
    id::{PersonId, RandomToken},
    language::{Explain, Language, Phrase},
};
use serde::Serialize;
use store::StoreError;
use utoipa::{IntoParams, ToSchema};

use crate::{
    deps::Deps,
    import::{Import, ImportOptions, LineReport, Outcome, reconcile},
    person_body::home,
};

#[derive(Debug, Deserr, IntoParams)]
#[deserr(error = FieldErrors, deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct ImportQuery {
    /// The audience of the people, for a file without a column for it.
    #[deserr(default)]
    audience: Option<Audience>,
    /// Whether pupils may change class, as at the start of a school year.
    #[deserr(default)]
    #[param(required = false)]
    pupils_moved: QueryFlag,
}

#[derive(Serialize, ToSchema)]
#[schema(as = PeopleImportReport)]
pub(crate) struct ImportBody {
    created: usize,
    updated: usize,
    unchanged: usize,
    refused: usize,
    ignored_columns: Vec<String>,
    lines: Vec<LineBody>,
    /// The explanations of the reasons of refused lines.
    reasons: BTreeMap<&'static str, String>,
}

#[derive(Serialize, ToSchema)]
#[schema(as = PeopleImportLine)]
struct LineBody {
    /// The number of the line in the file.
    line: u64,
    outcome: LineOutcome,
    #[serde(skip_serializing_if = "Option::is_none")]
    person: Option<PersonId>,
    /// The reason for `refused`: a key of `reasons`.
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<&'static str>,
}

/// The result of one line.
#[derive(Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = PeopleImportOutcome)]
enum LineOutcome {
    Created,
    Updated,
    Unchanged,
    Refused,
}

impl ImportBody {
    fn new(import: &Import, language: Language) -> Self {
        let count = |outcome| import.lines.iter().filter(|report| outcome_of(report) == outcome).count();
        let refusals = import.lines.iter().filter_map(|report| match report.outcome {
            Outcome::Refused(refusal) => {
                Some((refusal.code(), refusal.explain().in_language(language).to_owned()))
            }
            _ => None,
        });
        Self {
            created: count(LineOutcome::Created),
            updated: count(LineOutcome::Updated),
            unchanged: count(LineOutcome::Unchanged),
            refused: count(LineOutcome::Refused),
            ignored_columns: import.ignored_columns.clone(),
            reasons: refusals.collect(),
            lines: import.lines.iter().map(line).collect(),
        }
    }
}

const fn outcome_of(report: &LineReport) -> LineOutcome {
    match report.outcome {
        Outcome::Created(_) => LineOutcome::Created,
        Outcome::Updated(_) => LineOutcome::Updated,
        Outcome::Unchanged(_) => LineOutcome::Unchanged,
        Outcome::Refused(_) => LineOutcome::Refused,
    }
}

fn line(report: &LineReport) -> LineBody {
    let (person, reason) = match report.outcome {
        Outcome::Created(person) | Outcome::Updated(person) | Outcome::Unchanged(person) => {
            (Some(person), None)
        }
        Outcome::Refused(refusal) => (None, Some(refusal.code())),
    };
    LineBody { line: report.line, outcome: outcome_of(report), person, reason }
}

/// Import people
///
/// From a CSV file of the software of the school, with a header line. A repeated import of the same file changes nothing.
#[utoipa::path(
    post,
    path = "/v1/people/import",
    operation_id = "importPeople",
    tag = "people",
    security(("bearer" = ["admin"])),
    params(ImportQuery),
    request_body(content(
        (Binary = "text/csv", example = "Catégorie;Nom;Prénom;Classe;Portable\nélève;MARTIN;Emma;6e A;\n"),
        (Binary = "application/octet-stream"),
    )),
    responses(
        (status = OK, description = "The report of the import.", body = ImportBody),
        (status = CONFLICT, description = "Another import is running."),
    ),
)]
pub(crate) async fn import(
    AdminOf(tenant): AdminOf,
    State(deps): State<Deps>,
    Extension(language): Extension<Language>,
    QueryOf(query): QueryOf<ImportQuery>,
    headers: HeaderMap,
    RawBody(bytes): RawBody,
) -> Result<Json<ImportBody>, Problem> {
    if headers.get(CONTENT_TYPE).is_some_and(|kind| kind.as_bytes().starts_with(b"multipart/")) {
        return Err(Problem::new(
            ProblemKind::UnsupportedMediaType,
            Phrase::fixed(
                "Envoyez le fichier CSV lui-même comme corps de la requête, pas un formulaire. Content-Type: text/csv s’il est en UTF-8, sinon application/octet-stream.",
                "Send the CSV file itself as the body of the request, not a form. Content-Type: text/csv if it is in UTF-8, else application/octet-stream.",
            ),
        ));
    }
    let options = ImportOptions { audience: query.audience, pupils_moved: query.pupils_moved.0 };
    let school = tenant.school;
    let now = deps.clock.now();
    let holder = RandomToken::generate();
    match deps.table.begin_import(school, holder, now).await {
        Ok(()) => {}
        Err(StoreError::Conflict) => {
            return Err(Problem::new(
                ProblemKind::ImportRunning,
                Phrase::fixed(
                    "Attendez la fin de l’import en cours, une minute au plus.",
                    "Wait for the running import to end, a minute at most.",
                ),
            ));
        }
        Err(error) => return Err(error.into()),
    }
    let imported = import_alone(&deps, &tenant, options, &bytes).await;
    if let Err(error) = deps.table.end_import(school, holder).await {
        // The lock expires after a minute; the imported people stay.
        tracing::warn!(%error, "directory lock not released");
    }
    let import = imported?;
    let body = ImportBody::new(&import, language);
    tracing::info!(created = body.created, updated = body.updated, refused = body.refused, "imported");
    Ok(Json(body))
}

/// Runs an import that holds the directory's lock.
async fn import_alone(
    deps: &Deps,
    tenant: &Tenant,
    options: ImportOptions,
    bytes: &[u8],
) -> Result<Import, Problem> {
    let (school, now) = (tenant.school, deps.clock.now());
    let home = home(deps, school).await?;
    let people = deps.table.all_people(school).await?;
    let mut import = reconcile(bytes, options, home, people, now)
        .map_err(|error| Problem::from(FieldErrors::one(FieldError::new("", &error))))?;
    if !import.created.is_empty() || !import.updated.is_empty() {
        // An import is many writes, so its audit entry precedes them, with the counts of the plan: changes
        // without an audit entry would be worse than an entry for a partial import.
        let refused = import.lines.iter().filter(|report| outcome_of(report) == LineOutcome::Refused).count();
        let entry = tenant.does(Act::PeopleImported, now).with(Figure::Created, import.created.len());
        let entry = entry.with(Figure::Updated, import.updated.len()).with(Figure::Refused, refused);
        deps.table.note(school, entry).await?;
    }
    // New people first: updated guardians may refer to new pupils.
    deps.table.create_people(school, std::mem::take(&mut import.created)).await?;
    let changed_meanwhile = deps.table.replace_people(school, std::mem::take(&mut import.updated)).await?;
    import.refuse_changed_meanwhile(&changed_meanwhile);
    Ok(import)
}
