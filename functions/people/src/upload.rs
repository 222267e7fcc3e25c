//! `POST /v1/people/import`: a file of school software, and a report of its people.

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
    directory::Person,
    id::RandomToken,
    language::{Language, Phrase},
    school::{SchoolYear, Uai},
    territory::Territory,
};
use jiff::Timestamp;
use roster::{Options, Outcome, Plan, Roster, Scope};
use store::StoreError;
use utoipa::IntoParams;

use crate::{deps::Deps, import_report::ImportBody};

#[derive(Debug, Deserr, IntoParams)]
#[deserr(error = FieldErrors, deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct ImportQuery {
    /// The audience of the people, for a file without categories.
    #[deserr(default)]
    audience: Option<Audience>,
    /// Whether the only pupil of a name is the same child, whatever the class and the school year. By default, such a
    /// pupil is refused unless a birth date, an identifier or the family confirms the identity.
    #[deserr(default)]
    #[param(required = false)]
    pupils_moved: QueryFlag,
    /// Whether the file describes a part of the school only. References to children then need a class or an identifier.
    #[deserr(default)]
    #[param(required = false)]
    partial: QueryFlag,
}

/// Import people
///
/// From a file of the software of the school: CSV, a workbook (xlsx, xls, ods), the XML or zip exports of SIECLE, of STS
/// and for an ENT. People are matched by identifiers, birth dates, families, names and classes; a doubtful identity is
/// refused with a reason. A repeated import of the same file changes nothing.
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
    let imported = import_alone(&deps, &tenant, &query, &bytes, language).await;
    if let Err(error) = deps.table.end_import(school, holder).await {
        // The lock expires after a minute; the imported people stay.
        tracing::warn!(%error, "directory lock not released");
    }
    let body = imported?;
    tracing::info!(created = body.created, updated = body.updated, refused = body.refused, "imported");
    Ok(Json(body))
}

/// Runs an import that holds the directory's lock.
async fn import_alone(
    deps: &Deps,
    tenant: &Tenant,
    query: &ImportQuery,
    bytes: &[u8],
    language: Language,
) -> Result<ImportBody, Problem> {
    let (school, now) = (tenant.school, deps.clock.now());
    let settings = deps.table.school(school).await?;
    let home = settings.as_ref().map_or(Territory::Metropole, |school| school.territory);
    let roster = roster::read(bytes, 0, home, query.audience)
        .map_err(|error| Problem::from(FieldErrors::one(FieldError::new("", &error))))?;
    let year = SchoolYear::of(now, home.time_zone());
    check_source(&roster, settings.and_then(|school| school.uai), year)?;
    let mut people = deps.table.all_people(school).await?;
    if !deps.table.claim_missing(school, &people).await?.is_empty() {
        people = deps.table.all_people(school).await?;
    }
    let plan = roster::reconcile(&roster, people, &options(query, home, now));
    let (created, updated) = writes(&plan);
    if !created.is_empty() || !updated.is_empty() {
        // An import is many writes, so its audit entry precedes them, with the counts of the plan: changes
        // without an audit entry would be worse than an entry for a partial import.
        let planned = ImportBody::new(&roster, &plan, &[], language);
        let entry = tenant.does(Act::PeopleImported, now).with(Figure::Created, planned.created);
        let entry = entry.with(Figure::Updated, planned.updated).with(Figure::Refused, planned.refused);
        deps.table.note(school, entry).await?;
    }
    // New people first: updated guardians may refer to new pupils.
    let mut changed = deps.table.create_people(school, created).await?;
    changed.extend(deps.table.update_people(school, updated).await?);
    Ok(ImportBody::new(&roster, &plan, &changed, language))
}

/// Refuses the file of another school, or of another year: a folder of downloads holds many of one name.
fn check_source(roster: &Roster, own: Option<Uai>, year: SchoolYear) -> Result<(), Problem> {
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
    Err(FieldErrors::one(FieldError::described("", code, phrase)).into())
}

fn options(query: &ImportQuery, home: Territory, now: Timestamp) -> Options {
    let zone = home.time_zone();
    Options {
        now,
        today: now.to_zoned(zone.clone()).date(),
        year: SchoolYear::of(now, zone),
        scope: if query.partial.0 { Scope::Part } else { Scope::WholeSchool },
        same_names: query.pupils_moved.0,
        decisions: BTreeMap::new(),
    }
}

/// The new people, and the changed ones as they were and as they will be.
fn writes(plan: &Plan) -> (Vec<Person>, Vec<(Person, Person)>) {
    let (mut created, mut updated) = (Vec::new(), Vec::new());
    for entry in &plan.entries {
        match &entry.outcome {
            Outcome::Created(person) => created.push((**person).clone()),
            Outcome::Updated { before, after } => updated.push(((**before).clone(), (**after).clone())),
            Outcome::Unchanged(_) | Outcome::Doubtful(_) | Outcome::Left(_) | Outcome::NoPupil => {}
        }
    }
    (created, updated)
}
