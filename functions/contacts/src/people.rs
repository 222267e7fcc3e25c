//! `/v1/people`: people one by one.

use axum::{Json, extract::State, http::StatusCode, response::IntoResponse};
use deserr::Deserr;
use serde::Serialize;
use shared::{
    directory::{Audience, ClassName, ExternalId, GivenName, Guardianship, Person, PersonDetails},
    http::{
        AdminOf, Cursor, FieldError, FieldErrors, IfMatch, JsonBody, PageQuery, PathId, Problem, QueryOf,
        SenderOf, TypedPhone, etag,
    },
    id::{PersonId, SchoolId},
    language::Phrase,
    school::Territory,
    store::StoreError,
};

use crate::Deps;

/// The list that cursors of this module belong to.
const LIST: &str = "people";
/// A guardian of more children than this is a mistake.
const MAX_GUARDIANSHIPS: usize = 20;

#[derive(Debug, Deserr)]
#[deserr(error = FieldErrors, deny_unknown_fields)]
pub(crate) struct NewPersonBody {
    audience: Audience,
    first_name: GivenName,
    last_name: GivenName,
    #[deserr(default)]
    class: Option<ClassName>,
    #[deserr(default)]
    phone: Option<TypedPhone>,
    #[deserr(default = true)]
    accepts_sms: bool,
    #[deserr(default)]
    guardianships: Vec<NewGuardianship>,
    #[deserr(default)]
    external_id: Option<ExternalId>,
}

#[derive(Debug, Deserr)]
#[deserr(error = FieldErrors, deny_unknown_fields)]
struct NewGuardianship {
    pupil: PersonId,
    #[deserr(default = 1)]
    rank: u8,
}

#[derive(Serialize)]
pub(crate) struct PersonBody {
    id: PersonId,
    audience: Audience,
    first_name: GivenName,
    last_name: GivenName,
    class: Option<ClassName>,
    phone: Option<String>,
    accepts_sms: bool,
    guardianships: Vec<Guardianship>,
    external_id: Option<ExternalId>,
    version: u64,
}

impl From<Person> for PersonBody {
    fn from(Person { id, details, version }: Person) -> Self {
        Self {
            id,
            audience: details.audience,
            first_name: details.first_name,
            last_name: details.last_name,
            class: details.class,
            phone: details.phone.map(|phone| phone.e164()),
            accepts_sms: details.accepts_sms,
            guardianships: details.guardianships,
            external_id: details.external_id,
            version,
        }
    }
}

/// The territory of the school, where its phone numbers are at home.
pub(crate) async fn home(deps: &Deps, school: SchoolId) -> Result<Territory, Problem> {
    Ok(deps.table.school(school).await?.map_or(Territory::Metropole, |school| school.territory))
}

/// Reads what depends on the school: the phone, and the children of a guardian.
async fn details(deps: &Deps, school: SchoolId, body: NewPersonBody) -> Result<PersonDetails, Problem> {
    let mut errors = Vec::new();
    let phone = match body.phone {
        None => None,
        Some(typed) => match typed.read(home(deps, school).await?) {
            Ok(phone) => Some(phone),
            Err(error) => {
                errors.push(FieldError::new("/phone", &error));
                None
            }
        },
    };
    if body.class.is_some() && body.audience != Audience::Pupils {
        errors.push(FieldError::described(
            "/class",
            "class",
            Phrase::fixed("Seul un élève a une classe.", "Only a pupil has a class."),
        ));
    }
    errors.extend(guardianship_errors(deps, school, body.audience, &body.guardianships).await?);
    let guardianships =
        body.guardianships.iter().map(|tie| Guardianship { pupil: tie.pupil, rank: tie.rank }).collect();
    let details = PersonDetails {
        audience: body.audience,
        first_name: body.first_name,
        last_name: body.last_name,
        class: body.class,
        phone,
        accepts_sms: body.accepts_sms,
        guardianships,
        external_id: body.external_id,
    };
    Ok(FieldErrors::none_or(errors, details)?)
}

async fn guardianship_errors(
    deps: &Deps,
    school: SchoolId,
    audience: Audience,
    guardianships: &[NewGuardianship],
) -> Result<Vec<FieldError>, Problem> {
    if guardianships.is_empty() {
        return Ok(Vec::new());
    }
    if audience != Audience::Guardians || guardianships.len() > MAX_GUARDIANSHIPS {
        return Ok(vec![FieldError::described(
            "/guardianships",
            "guardianships",
            Phrase::new(
                format!("Seul un responsable a des enfants, et {MAX_GUARDIANSHIPS} au plus."),
                format!("Only a guardian has children, and {MAX_GUARDIANSHIPS} at most."),
            ),
        )]);
    }
    let mut errors = Vec::new();
    for (index, tie) in guardianships.iter().enumerate() {
        let child = deps.table.person(school, tie.pupil).await?;
        let is_pupil = child.is_some_and(|person| person.details.audience == Audience::Pupils);
        let twice = guardianships[..index].iter().any(|earlier| earlier.pupil == tie.pupil);
        if !is_pupil || twice {
            errors.push(FieldError::described(
                format!("/guardianships/{index}/pupil"),
                "unknown_pupil",
                Phrase::fixed(
                    "Il faut ici un élève de l’établissement, une seule fois.",
                    "This must be a pupil of the school, named once.",
                ),
            ));
        }
        if tie.rank == 0 {
            errors.push(FieldError::described(
                format!("/guardianships/{index}/rank"),
                "out_of_range",
                Phrase::fixed("Le premier contact a le rang 1.", "The first contact has rank 1."),
            ));
        }
    }
    Ok(errors)
}

pub(crate) async fn create(
    AdminOf(tenant): AdminOf,
    State(deps): State<Deps>,
    JsonBody { value: body, .. }: JsonBody<NewPersonBody>,
) -> Result<impl IntoResponse, Problem> {
    let details = details(&deps, tenant.school, body).await?;
    let person = Person { id: PersonId::generate(deps.clock.now()), details, version: 1 };
    deps.table.create_person(tenant.school, person.clone()).await?;
    Ok((StatusCode::CREATED, [etag(person.version)], Json(PersonBody::from(person))))
}

#[derive(Serialize)]
pub(crate) struct PeopleBody {
    people: Vec<PersonBody>,
    #[serde(skip_serializing_if = "Option::is_none")]
    next_cursor: Option<String>,
}

pub(crate) async fn list(
    SenderOf(tenant): SenderOf,
    State(deps): State<Deps>,
    QueryOf(query): QueryOf<PageQuery>,
) -> Result<Json<PeopleBody>, Problem> {
    let owner = tenant.school.to_string();
    let after: Option<PersonId> = query.place(LIST, &owner)?;
    let (people, next) = deps.table.people_page(tenant.school, after, query.limit.as_i32()).await?;
    let next_cursor = next.map(|place| Cursor::new(LIST, &owner, &place.to_string()).into());
    Ok(Json(PeopleBody { people: people.into_iter().map(PersonBody::from).collect(), next_cursor }))
}

async fn find(deps: &Deps, school: SchoolId, id: PersonId) -> Result<Person, Problem> {
    deps.table.person(school, id).await?.ok_or_else(Problem::not_found)
}

pub(crate) async fn show(
    SenderOf(tenant): SenderOf,
    State(deps): State<Deps>,
    PathId(id): PathId<PersonId>,
) -> Result<impl IntoResponse, Problem> {
    let person = find(&deps, tenant.school, id).await?;
    Ok(([etag(person.version)], Json(PersonBody::from(person))))
}

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
        // Guardians are tied to pupils, and messages tell what their recipients were.
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
    let details = details(&deps, tenant.school, body).await?;
    let person = Person { id, details, version: before.version + 1 };
    match deps.table.replace_person(tenant.school, person.clone()).await {
        Err(StoreError::Conflict) => Err(IfMatch::failed()),
        Err(error) => Err(error.into()),
        Ok(()) => Ok(([etag(person.version)], Json(PersonBody::from(person)))),
    }
}

pub(crate) async fn delete(
    AdminOf(tenant): AdminOf,
    State(deps): State<Deps>,
    PathId(id): PathId<PersonId>,
    if_match: IfMatch,
) -> Result<StatusCode, Problem> {
    let person = find(&deps, tenant.school, id).await?;
    if_match.check(person.version)?;
    match deps.table.delete_person(tenant.school, id, person.version).await {
        Err(StoreError::Conflict) => Err(IfMatch::failed()),
        Err(error) => Err(error.into()),
        Ok(()) => Ok(StatusCode::NO_CONTENT),
    }
}
