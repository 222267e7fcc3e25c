//! `/v1/people`: people one by one.

use api::{
    AdminOf, Cursor, Etag, FieldError, FieldErrors, IfMatch, JsonBody, PageQuery, PathId, Problem, QueryFlag,
    QueryOf, SenderOf, etag,
};
use axum::{
    Json,
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use deserr::Deserr;
use domain::{
    audience::Audience,
    directory::{IdentifierScheme, Person},
    id::{PersonId, SchoolId},
    language::Phrase,
};
use serde::Serialize;
use store::{PersonError, StoreError};
use utoipa::{IntoParams, ToSchema};

use crate::{
    deps::Deps,
    erasure::{self, ErasureBody},
    guardians::guardians_of,
    person_body::{NewPersonBody, PersonBody, details},
};

/// The list name in this module's cursors.
const LIST: &str = "people";

/// Create a person
#[utoipa::path(
    post,
    path = "/v1/people",
    operation_id = "createPerson",
    tag = "people",
    security(("bearer" = ["admin"])),
    request_body = NewPersonBody,
    responses((status = CREATED, description = "The person.", body = PersonBody, headers(("ETag" = Etag)))),
)]
pub(crate) async fn create(
    AdminOf(tenant): AdminOf,
    State(deps): State<Deps>,
    JsonBody { value: body, .. }: JsonBody<NewPersonBody>,
) -> Result<impl IntoResponse, Problem> {
    let details = details(&deps, tenant.school, body, None).await?;
    let person = Person { id: PersonId::generate(deps.clock.now()), details, version: 1 };
    deps.table.create_person(tenant.school, person.clone()).await.map_err(refused)?;
    let opt_outs = deps.table.opt_outs(tenant.school).await?;
    Ok((StatusCode::CREATED, [etag(person.version)], Json(PersonBody::new(person, &opt_outs))))
}

#[derive(Serialize, ToSchema)]
#[schema(as = PeoplePage)]
pub(crate) struct PeopleBody {
    people: Vec<PersonBody>,
    #[serde(skip_serializing_if = "Option::is_none")]
    next_cursor: Option<String>,
}

/// List people
#[utoipa::path(
    get,
    path = "/v1/people",
    operation_id = "listPeople",
    tag = "people",
    security(("bearer" = ["sender"])),
    params(PageQuery),
    responses((status = OK, description = "A page of people.", body = PeopleBody)),
)]
pub(crate) async fn list(
    SenderOf(tenant): SenderOf,
    State(deps): State<Deps>,
    QueryOf(query): QueryOf<PageQuery>,
) -> Result<Json<PeopleBody>, Problem> {
    let owner = tenant.school.to_string();
    let after: Option<PersonId> = query.place(LIST, &owner)?;
    let (people, next) = deps.table.people_page(tenant.school, after, query.limit.as_i32()).await?;
    let opt_outs = deps.table.opt_outs(tenant.school).await?;
    let next_cursor = next.map(|place| Cursor::new(LIST, &owner, &place.to_string()).into());
    Ok(Json(PeopleBody {
        people: people.into_iter().map(|person| PersonBody::new(person, &opt_outs)).collect(),
        next_cursor,
    }))
}

async fn find(deps: &Deps, school: SchoolId, id: PersonId) -> Result<Person, Problem> {
    deps.table.person(school, id).await?.ok_or_else(Problem::not_found)
}

/// Get a person
#[utoipa::path(
    get,
    path = "/v1/people/{id}",
    operation_id = "getPerson",
    tag = "people",
    security(("bearer" = ["sender"])),
    params(("id" = PersonId, Path, description = "The person.")),
    responses((status = OK, description = "The person.", body = PersonBody, headers(("ETag" = Etag)))),
)]
pub(crate) async fn show(
    SenderOf(tenant): SenderOf,
    State(deps): State<Deps>,
    PathId(id): PathId<PersonId>,
) -> Result<impl IntoResponse, Problem> {
    let person = find(&deps, tenant.school, id).await?;
    let opt_outs = deps.table.opt_outs(tenant.school).await?;
    Ok(([etag(person.version)], Json(PersonBody::new(person, &opt_outs))))
}

/// Replace a person
///
/// Absent addresses, preferences and guardianships remain. All other absent fields are removed.
#[utoipa::path(
    put,
    path = "/v1/people/{id}",
    operation_id = "replacePerson",
    tag = "people",
    security(("bearer" = ["admin"])),
    params(("id" = PersonId, Path, description = "The person."), IfMatch),
    request_body = NewPersonBody,
    responses((status = OK, description = "The person.", body = PersonBody, headers(("ETag" = Etag)))),
)]
pub(crate) async fn replace(
    AdminOf(tenant): AdminOf,
    State(deps): State<Deps>,
    PathId(id): PathId<PersonId>,
    if_match: IfMatch,
    JsonBody { value: body, .. }: JsonBody<NewPersonBody>,
) -> Result<impl IntoResponse, Problem> {
    let before = find(&deps, tenant.school, id).await?;
    if_match.check(before.version)?;
    if body.audience != before.details.audience {
        // Guardians are tied to pupils, and messages record the audience of their recipients.
        return Err(FieldErrors::one(FieldError::described(
            "/audience",
            "audience_fixed",
            Phrase::fixed(
                "La catégorie d’une personne ne change pas : créez une autre fiche.",
                "A person's audience does not change: create another person.",
            ),
        ))
        .into());
    }
    let details = details(&deps, tenant.school, body, Some(&before)).await?;
    let person = Person { id, details, version: before.version + 1 };
    deps.table.replace_person(tenant.school, &before, person.clone()).await.map_err(refused)?;
    let opt_outs = deps.table.opt_outs(tenant.school).await?;
    Ok(([etag(person.version)], Json(PersonBody::new(person, &opt_outs))))
}

/// Two people with one identifier would be one person for the next import.
fn refused(error: PersonError) -> Problem {
    match error {
        PersonError::Changed => IfMatch::failed(),
        PersonError::IdentifierTaken(scheme, _) => {
            let field = match scheme {
                IdentifierScheme::Other => "/external_id".to_owned(),
                IdentifierScheme::Ine
                | IdentifierScheme::Siecle
                | IdentifierScheme::Elenoet
                | IdentifierScheme::PersId
                | IdentifierScheme::Onde => format!("/identifiers/{}", scheme.as_str()),
            };
            FieldErrors::one(FieldError::described(
                field,
                "identifier_taken",
                Phrase::fixed(
                    "Une autre personne de cette catégorie a déjà cet identifiant : corrigez l’un des deux.",
                    "Another person of this audience already has this identifier: correct one of the two.",
                ),
            ))
            .into()
        }
        PersonError::Store(error) => error.into(),
    }
}

/// How a person is deleted.
#[derive(Debug, Deserr, IntoParams)]
#[deserr(error = FieldErrors, deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct DeleteQuery {
    /// Whether all data about the person is erased, in addition to the directory entry.
    #[deserr(default)]
    erase: QueryFlag,
}

/// Delete or erase a person
///
/// Messages remain in the sent log. With `erase`, they are redacted: counts and costs remain, and scheduled messages are
/// cancelled. The erasure of a person who is no longer in the directory needs no `If-Match`.
#[utoipa::path(
    delete,
    path = "/v1/people/{id}",
    operation_id = "deletePerson",
    tag = "people",
    security(("bearer" = ["admin"])),
    params(("id" = PersonId, Path, description = "The person."), DeleteQuery, IfMatch),
    responses(
        (status = OK, description = "The completed erasure.", body = ErasureBody),
        (status = ACCEPTED, description = "The erasure in progress.", body = ErasureBody),
        (status = NO_CONTENT, description = "The person is deleted from the directory."),
        (status = CONFLICT, description = "A court decision about the pupil is on record."),
    ),
)]
pub(crate) async fn delete(
    AdminOf(tenant): AdminOf,
    State(deps): State<Deps>,
    PathId(id): PathId<PersonId>,
    QueryOf(query): QueryOf<DeleteQuery>,
    if_match: Result<IfMatch, Problem>,
) -> Result<Response, Problem> {
    if query.erase.0 {
        return erasure::erase(&deps, tenant, id, if_match).await;
    }
    let person = find(&deps, tenant.school, id).await?;
    if_match?.check(person.version)?;
    let guardians = match person.details.audience {
        Audience::Pupils => guardians_of(&deps, tenant.school, id).await?,
        _ => Vec::new(),
    };
    match deps.table.delete_person(tenant.school, &person).await {
        Err(StoreError::Conflict) => return Err(IfMatch::failed()),
        result => result?,
    }
    // After a concurrent change of the guardian, a tie may stay. It refers to no person and reaches no phone.
    let untied = guardians.into_iter().filter_map(|guardian| guardian.untied_from(id));
    deps.table.replace_people(tenant.school, untied.collect()).await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}
