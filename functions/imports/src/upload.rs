//! `POST /v1/imports`: files of school software become a plan.

use api::{
    AdminOf, FieldError, FieldErrors, PageLimit, Problem, QueryFlag, QueryOf, Tenant, documentation::Binary,
};
use axum::{Extension, Json, extract::State, http::StatusCode};
use deserr::Deserr;
use domain::{
    audience::Audience,
    id::ImportId,
    import::{Import, Scope},
    language::{Language, Phrase},
    school::{SchoolYear, Uai},
};
use roster::Roster;
use utoipa::{IntoParams, ToSchema};

use crate::{
    deps::Deps,
    files::Files,
    import_body::ImportBody,
    plan::home,
    show::{Page, show_import},
    upload_content::Upload,
};

#[derive(Debug, Deserr, IntoParams)]
#[deserr(error = FieldErrors, deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct UploadQuery {
    /// What the files describe. Who is missing from files of the whole school is archived.
    scope: Scope,
    /// The audience of the people, for a file without categories.
    #[deserr(default)]
    audience: Option<Audience>,
    /// Whether the only pupil of a name is the same child, whatever the class and the school year. By default, such a
    /// pupil is doubtful unless a birth date, an identifier or the family confirms the identity.
    #[deserr(default)]
    #[param(required = false)]
    pupils_moved: QueryFlag,
}

/// Files of a form.
#[derive(ToSchema)]
#[schema(as = ImportFiles)]
#[expect(dead_code, reason = "only its schema is used")]
pub(crate) struct FilesBody {
    /// One or several files.
    #[schema(value_type = Vec<Binary>)]
    file: Vec<Vec<u8>>,
}

/// Plan an import of people
///
/// From files of the software of the school: CSV, a workbook (xlsx, xls, ods), the XML or zip exports of SIECLE, of STS and
/// for an ENT. One file is the body itself; several are the fields of a form. People are matched by identifiers, birth
/// dates, families, names and classes; a doubtful identity waits for a decision. Nothing is written to the directory.
#[utoipa::path(
    post,
    path = "/v1/imports",
    operation_id = "planImport",
    tag = "people",
    security(("bearer" = ["admin"])),
    params(UploadQuery),
    request_body(content(
        (Binary = "text/csv", example = "Catégorie;Nom;Prénom;Classe;Portable\nélève;MARTIN;Emma;6e A;\n"),
        (Binary = "application/octet-stream"),
        (FilesBody = "multipart/form-data"),
    )),
    responses((status = CREATED, description = "The plan.", body = ImportBody)),
)]
pub(crate) async fn upload(
    AdminOf(tenant): AdminOf,
    State(deps): State<Deps>,
    Extension(language): Extension<Language>,
    QueryOf(query): QueryOf<UploadQuery>,
    files: Files,
) -> Result<(StatusCode, Json<ImportBody>), Problem> {
    let now = deps.clock.now();
    let upload = read(&deps, &tenant, &query, files).await?;
    let import = Import::uploaded(ImportId::generate(now), tenant.school, tenant.subject.clone(), now);
    deps.table.upload_import(&import, &upload).await?;
    let body = show_import(&deps, import, Page::first(PageLimit::default()), language).await?;
    Ok((StatusCode::CREATED, Json(body)))
}

async fn read(deps: &Deps, tenant: &Tenant, query: &UploadQuery, files: Files) -> Result<Upload, Problem> {
    let school = deps.table.school(tenant.school).await?;
    let mapping = deps.table.column_mapping(tenant.school).await?.unwrap_or_default();
    let home = home(school.as_ref());
    let year = SchoolYear::of(deps.clock.now(), home.time_zone());
    let uai = school.and_then(|school| school.uai);
    let (mut roster, mut names) = (Roster::default(), Vec::new());
    for (place, (name, bytes)) in (0_u16..).zip(files.0) {
        let one = roster::read(&bytes, place, home, query.audience, &mapping)
            .map_err(|error| Problem::from(FieldErrors::one(FieldError::new(pointer(place), &error))))?;
        check_source(&one, place, uai, year)?;
        roster.append(one);
        names.push(name);
    }
    Ok(Upload { roster, files: names, scope: query.scope, pupils_moved: query.pupils_moved.0 })
}

/// The first file is the body, or the first field of a form.
fn pointer(file: u16) -> String {
    if file == 0 { String::new() } else { format!("/{file}") }
}

/// Refuses the file of another school, or of another year: a folder of downloads holds many of one name.
fn check_source(roster: &Roster, file: u16, own: Option<Uai>, year: SchoolYear) -> Result<(), Problem> {
    let another_school = roster.uai.zip(own).is_some_and(|(of_file, own)| of_file != own);
    let another_year = roster.school_year.is_some_and(|of_file| of_file != year);
    let (code, phrase) = match (another_school, another_year) {
        (true, _) => (
            "another_school",
            Phrase::fixed(
                "Ce fichier est celui d’un autre établissement : vérifiez l’UAI (RNE) du fichier et celui de l’établissement.",
                "This file is another school's: check the UAI of the file and that of the school.",
            ),
        ),
        (false, true) => (
            "another_school_year",
            Phrase::fixed(
                "Ce fichier est celui d’une autre année scolaire : exportez celui de l’année en cours.",
                "This file is of another school year: export that of the current year.",
            ),
        ),
        (false, false) => return Ok(()),
    };
    Err(FieldErrors::one(FieldError::described(pointer(file), code, phrase)).into())
}
