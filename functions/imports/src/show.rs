//! `GET /v1/imports`: the imports of a school, and what one does, as pages or as a file.

use api::{AdminOf, Cursor, FieldErrors, PageLimit, PathId, Problem, ProblemKind, QueryOf, most_wanted};
use axum::{
    Extension, Json,
    extract::State,
    http::{HeaderMap, header},
    response::{IntoResponse, Response},
};
use deserr::Deserr;
use domain::{
    id::{ImportId, SchoolId},
    import::{Import, ImportStage},
    language::{Language, Phrase},
};
use serde::Serialize;
use store::ImportContent;
use utoipa::{IntoParams, ToSchema};

use crate::{
    deps::Deps,
    import_body::{ImportBody, SummaryBody},
    plan::{Planned, home},
    report::{Report, RowOutcome},
    report_file,
    upload_content::Upload,
};

/// The list name in this module's cursors.
const LIST: &str = "import";
const CSV: &str = "text/csv";

#[derive(Serialize, ToSchema)]
#[schema(as = ImportList)]
pub(crate) struct ListBody {
    imports: Vec<SummaryBody>,
}

/// List imports
///
/// Of the last seven days, newest first.
#[utoipa::path(
    get,
    path = "/v1/imports",
    operation_id = "listImports",
    tag = "people",
    security(("bearer" = ["admin"])),
    responses((status = OK, description = "The imports.", body = ListBody)),
)]
pub(crate) async fn list(
    AdminOf(tenant): AdminOf,
    State(deps): State<Deps>,
) -> Result<Json<ListBody>, Problem> {
    let now = deps.clock.now();
    let imports = deps.table.imports(tenant.school).await?;
    let imports = imports.iter().filter(|import| !import.is_expired(now)).map(SummaryBody::from).collect();
    Ok(Json(ListBody { imports }))
}

#[derive(Debug, Deserr, IntoParams)]
#[deserr(error = FieldErrors, deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct ShowQuery {
    /// Only people or lines of this outcome.
    #[deserr(default)]
    outcome: Option<RowOutcome>,
    /// The maximum number of people in the page.
    #[deserr(default)]
    #[param(required = false)]
    limit: PageLimit,
    /// The `next_cursor` of the previous page.
    #[deserr(default)]
    cursor: Option<String>,
}

/// Get an import
///
/// The plan for the directory as it is, or what the import did. By `Accept`, all of it is a CSV file.
#[utoipa::path(
    get,
    path = "/v1/imports/{id}",
    operation_id = "getImport",
    tag = "people",
    security(("bearer" = ["admin"])),
    params(("id" = ImportId, Path, description = "The import."), ShowQuery),
    responses((status = OK, description = "The import.", content(
        (ImportBody = "application/json"),
        (String = "text/csv"),
    ))),
)]
pub(crate) async fn show(
    AdminOf(tenant): AdminOf,
    State(deps): State<Deps>,
    Extension(language): Extension<Language>,
    PathId(id): PathId<ImportId>,
    QueryOf(query): QueryOf<ShowQuery>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let import = find(&deps, tenant.school, id).await?;
    let answer = if most_wanted(&headers, &["application/json", CSV]) == CSV {
        let (report, _) = report_of(&deps, &import).await?;
        report_file::answer(&report, query.outcome, language)
    } else {
        let page = Page { outcome: query.outcome, limit: query.limit, cursor: query.cursor };
        Json(show_import(&deps, import, page, language).await?).into_response()
    };
    Ok(([(header::VARY, "accept")], answer).into_response())
}

/// Which rows are shown.
pub(crate) struct Page {
    outcome: Option<RowOutcome>,
    limit: PageLimit,
    cursor: Option<String>,
}

impl Page {
    /// The first page of all rows.
    pub const fn first(limit: PageLimit) -> Self {
        Self { outcome: None, limit, cursor: None }
    }

    /// Returns the places of the rows of the page, and the cursor of the next.
    fn rows(&self, import: ImportId, report: &Report) -> Result<(Vec<usize>, Option<String>), Problem> {
        let owner = format!("{import} {}", self.outcome.map_or("", RowOutcome::as_str));
        let from: usize = match &self.cursor {
            None => 0,
            Some(cursor) => Cursor::place(cursor, LIST, &owner)?.parse().map_err(|_| api::BadCursor)?,
        };
        let wanted = |place: &usize| self.outcome.is_none_or(|wanted| report.rows[*place].outcome == wanted);
        let mut rows: Vec<usize> =
            (from..report.rows.len()).filter(wanted).take(self.limit.get() + 1).collect();
        let next = (rows.len() > self.limit.get()).then(|| rows.pop()).flatten();
        Ok((rows, next.map(|place| Cursor::new(LIST, &owner, &place.to_string()).into())))
    }
}

/// Returns an import that is not gone.
pub(crate) async fn find(deps: &Deps, school: SchoolId, id: ImportId) -> Result<Import, Problem> {
    let import = deps.table.import(school, id).await?;
    let now = deps.clock.now();
    import.filter(|import| !import.is_expired(now)).ok_or_else(Problem::not_found)
}

/// Returns what the files of an import say.
pub(crate) async fn upload_of(deps: &Deps, import: &Import) -> Result<Upload, Problem> {
    let upload = deps.table.import_content(import.school, import.id, ImportContent::Upload).await?;
    upload.ok_or_else(discarded)
}

/// What an erasure takes from all imports of a school.
pub(crate) fn discarded() -> Problem {
    Problem::new(
        ProblemKind::StateConflict,
        Phrase::fixed(
            "Le contenu de cet import a été supprimé, parce que les données d’une personne ont été effacées depuis : envoyez de nouveau le fichier.",
            "The content of this import was deleted, because the data of a person were erased since: send the file again.",
        ),
    )
}

/// Works out the plan of an import for the directory as it is.
async fn plan_of(deps: &Deps, import: &Import, upload: &Upload) -> Result<Planned, Problem> {
    let school = deps.table.school(import.school).await?;
    let people = deps.table.all_people(import.school).await?;
    Ok(Planned::new(import, upload, people, home(school.as_ref()), Default::default()))
}

/// Returns the report of an import as it is, and the digest of a plan.
async fn report_of(deps: &Deps, import: &Import) -> Result<(Report, Option<String>), Problem> {
    match import.stage {
        ImportStage::Planned => {
            let planned = plan_of(deps, import, &upload_of(deps, import).await?).await?;
            let digest = planned.digest();
            Ok((planned.report, Some(digest)))
        }
        ImportStage::Applying | ImportStage::Applied | ImportStage::Undoing | ImportStage::Undone => {
            Ok((kept_report(deps, import).await?, None))
        }
    }
}

/// Returns the report of an import that was applied.
pub(crate) async fn kept_report(deps: &Deps, import: &Import) -> Result<Report, Problem> {
    let report = deps.table.import_content(import.school, import.id, ImportContent::Report).await?;
    report.ok_or_else(discarded)
}

/// Describes an import as it is.
pub(crate) async fn show_import(
    deps: &Deps,
    import: Import,
    page: Page,
    language: Language,
) -> Result<ImportBody, Problem> {
    let (report, digest) = report_of(deps, &import).await?;
    let (rows, next) = page.rows(import.id, &report)?;
    Ok(ImportBody::new(&import, digest, &report, &rows, next, language))
}
