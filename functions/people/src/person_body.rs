//! A person's JSON, with its validation.

use api::{FieldError, FieldErrors, ListOf, Patch, Problem, TypedPhone};
use deserr::Deserr;
use domain::{
    address::{City, PostalAddress, PostalCode, Street},
    audience::Audience,
    directory::{
        BirthDate, ClassName, ExternalId, GivenName, Guardianship, IdentifierScheme, Identifiers, Kinship,
        OptOut, OptOutOrigin, OptOuts, Person, PersonDetails, TieLevel,
    },
    id::{OptOutId, PersonId, SchoolId},
    language::{Explain, Phrase},
    school::SchoolYear,
    template::{Context, ContextSet},
    territory::Territory,
};
use jiff::Timestamp;
use serde::Serialize;
use utoipa::ToSchema;

use crate::deps::Deps;

/// More children than this is a mistake.
const MAX_GUARDIANSHIPS: usize = 20;

type NewGuardianships = ListOf<NewGuardianship, MAX_GUARDIANSHIPS>;

#[derive(Debug, Deserr, ToSchema)]
#[deserr(error = FieldErrors, deny_unknown_fields)]
#[schema(as = PersonDetails, examples(json!({
    "audience": "guardians",
    "first_name": "Claire",
    "last_name": "MARTIN",
    "phone": "06 39 98 00 10",
    "address": { "street": "12 rue des Lilas", "postal_code": "95100", "city": "Argenteuil" },
    "accepts_sms": true,
    "refused_contexts": ["canteen"],
    "guardianships": [{ "pupil": "per_01J0000000000000000000000A", "rank": 1 }],
    "external_id": "R1024",
})))]
pub(crate) struct NewPersonBody {
    pub audience: Audience,
    first_name: GivenName,
    last_name: GivenName,
    /// Distinguishes people of one name. Unchanged if absent.
    #[deserr(default)]
    #[schema(value_type = Option<BirthDate>)]
    birth_date: Patch<BirthDate>,
    /// The class of a pupil.
    #[deserr(default)]
    class: Option<ClassName>,
    #[deserr(default)]
    phone: Option<TypedPhone>,
    #[deserr(default)]
    #[schema(value_type = Option<AddressBody>)]
    address: Patch<AddressBody>,
    #[deserr(default)]
    accepts_sms: Option<bool>,
    /// Contexts that the person refuses.
    #[deserr(default)]
    refused_contexts: Option<ContextSet>,
    /// The pupils of a guardian.
    #[deserr(default)]
    guardianships: Option<NewGuardianships>,
    /// The identifier of the person in the software of the school. Only one person of an audience has it.
    #[deserr(default)]
    external_id: Option<ExternalId>,
    /// Identifiers of national registers. Unchanged if absent.
    #[deserr(default)]
    identifiers: Option<NewIdentifiers>,
    /// Whether the person has left the school, and is in no selection. Unchanged if absent.
    #[deserr(default)]
    archived: Option<bool>,
}

/// The identifiers that have a scheme of their own.
#[derive(Clone, Debug, Serialize, Deserr, ToSchema)]
#[deserr(error = FieldErrors, deny_unknown_fields)]
#[schema(as = PersonIdentifiers)]
struct NewIdentifiers {
    /// A pupil's national number.
    #[deserr(default)]
    #[serde(skip_serializing_if = "Option::is_none")]
    ine: Option<ExternalId>,
    /// A pupil's number in SIECLE.
    #[deserr(default)]
    #[serde(skip_serializing_if = "Option::is_none")]
    siecle: Option<ExternalId>,
    /// A pupil's number at the school.
    #[deserr(default)]
    #[serde(skip_serializing_if = "Option::is_none")]
    elenoet: Option<ExternalId>,
    /// An adult's number in SIECLE.
    #[deserr(default)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pers_id: Option<ExternalId>,
    /// A number of the software of primary schools.
    #[deserr(default)]
    #[serde(skip_serializing_if = "Option::is_none")]
    onde: Option<ExternalId>,
}

impl NewIdentifiers {
    fn of(identifiers: &Identifiers) -> Self {
        let get = |scheme| identifiers.get(scheme).cloned();
        Self {
            ine: get(IdentifierScheme::Ine),
            siecle: get(IdentifierScheme::Siecle),
            elenoet: get(IdentifierScheme::Elenoet),
            pers_id: get(IdentifierScheme::PersId),
            onde: get(IdentifierScheme::Onde),
        }
    }

    fn given(self) -> [(IdentifierScheme, Option<ExternalId>); 5] {
        [
            (IdentifierScheme::Ine, self.ine),
            (IdentifierScheme::Siecle, self.siecle),
            (IdentifierScheme::Elenoet, self.elenoet),
            (IdentifierScheme::PersId, self.pers_id),
            (IdentifierScheme::Onde, self.onde),
        ]
    }
}

#[derive(Debug, Deserr, ToSchema)]
#[deserr(error = FieldErrors, deny_unknown_fields)]
#[schema(as = GuardianshipDetails)]
struct NewGuardianship {
    pupil: PersonId,
    /// The order of contact, from 1.
    #[deserr(default = 1)]
    #[schema(minimum = 1, maximum = 255, required = false)]
    rank: u8,
    /// Unchanged if absent; initially `legal`.
    #[deserr(default)]
    level: Option<TieLevel>,
    /// Unchanged if absent.
    #[deserr(default)]
    kinship: Option<Kinship>,
    /// Whether the child lives with the guardian. Unchanged if absent.
    #[deserr(default)]
    lives_with: Option<bool>,
    /// Whether a court decision forbids messages to this guardian about this pupil.
    #[deserr(default)]
    no_contact: Option<bool>,
    #[deserr(default)]
    accepts_sms: Option<bool>,
    #[deserr(default)]
    refused_contexts: Option<ContextSet>,
}

impl NewGuardianship {
    /// Merges the tie into the present one: an omitted field stays. A front end without the field cannot lift
    /// a court decision.
    fn over(&self, present: Option<&Guardianship>) -> Guardianship {
        let present = present.copied().unwrap_or(Guardianship::new(self.pupil, self.rank));
        Guardianship {
            pupil: self.pupil,
            level: self.level.unwrap_or(present.level),
            kinship: self.kinship.or(present.kinship),
            rank: self.rank,
            lives_with: self.lives_with.or(present.lives_with),
            no_contact: self.no_contact.unwrap_or(present.no_contact),
            accepts_sms: self.accepts_sms.unwrap_or(present.accepts_sms),
            refused_contexts: self.refused_contexts.unwrap_or(present.refused_contexts),
        }
    }
}

#[derive(Debug, Serialize, Deserr, ToSchema)]
#[deserr(error = FieldErrors, deny_unknown_fields)]
#[schema(as = Address)]
struct AddressBody {
    street: Street,
    #[deserr(default)]
    postal_code: Option<PostalCode>,
    #[deserr(default)]
    city: Option<City>,
}

impl From<AddressBody> for PostalAddress {
    fn from(body: AddressBody) -> Self {
        Self::new(body.street, body.postal_code, body.city)
    }
}

impl From<&PostalAddress> for AddressBody {
    fn from(address: &PostalAddress) -> Self {
        Self {
            street: address.street().clone(),
            postal_code: address.postal_code().cloned(),
            city: address.city().cloned(),
        }
    }
}

#[derive(Serialize, ToSchema)]
#[schema(as = Person)]
pub(crate) struct PersonBody {
    id: PersonId,
    audience: Audience,
    first_name: GivenName,
    last_name: GivenName,
    #[schema(required)]
    birth_date: Option<BirthDate>,
    #[schema(required)]
    class: Option<ClassName>,
    /// In E.164 form.
    #[schema(required)]
    phone: Option<String>,
    #[schema(required)]
    address: Option<AddressBody>,
    accepts_sms: bool,
    refused_contexts: Vec<Context>,
    guardianships: Vec<GuardianshipBody>,
    #[schema(required)]
    external_id: Option<ExternalId>,
    identifiers: NewIdentifiers,
    /// When the person left the school. Archived people are in no selection.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(format = DateTime)]
    archived_at: Option<String>,
    /// The opt-out of the phone number: no message is sent to it, whatever the preferences.
    #[serde(skip_serializing_if = "Option::is_none")]
    stopped: Option<StoppedBody>,
    version: u64,
}

#[derive(Serialize, ToSchema)]
#[schema(as = PersonOptOut)]
struct StoppedBody {
    opt_out: OptOutId,
    #[schema(format = DateTime)]
    since: String,
    #[schema(value_type = OptOutOrigin)]
    origin: &'static str,
}

impl From<&OptOut> for StoppedBody {
    fn from(opt_out: &OptOut) -> Self {
        Self { opt_out: opt_out.id, since: opt_out.at.to_string(), origin: opt_out.origin.code() }
    }
}

#[derive(Serialize, ToSchema)]
#[schema(as = Guardianship)]
struct GuardianshipBody {
    pupil: PersonId,
    level: TieLevel,
    #[schema(required)]
    kinship: Option<Kinship>,
    rank: u8,
    #[schema(required)]
    lives_with: Option<bool>,
    no_contact: bool,
    accepts_sms: bool,
    refused_contexts: Vec<Context>,
}

impl From<Guardianship> for GuardianshipBody {
    fn from(tie: Guardianship) -> Self {
        Self {
            pupil: tie.pupil,
            level: tie.level,
            kinship: tie.kinship,
            rank: tie.rank,
            lives_with: tie.lives_with,
            no_contact: tie.no_contact,
            accepts_sms: tie.accepts_sms,
            refused_contexts: tie.refused_contexts.iter().collect(),
        }
    }
}

impl PersonBody {
    pub fn new(Person { id, details, version }: Person, opt_outs: &OptOuts) -> Self {
        Self {
            stopped: details.phone.and_then(|phone| opt_outs.of(phone)).map(StoppedBody::from),
            id,
            audience: details.audience,
            first_name: details.first_name,
            last_name: details.last_name,
            birth_date: details.birth_date,
            class: details.class,
            phone: details.phone.map(|phone| phone.e164()),
            address: details.address.as_ref().map(AddressBody::from),
            accepts_sms: details.accepts_sms,
            refused_contexts: details.refused_contexts.iter().collect(),
            guardianships: details.guardianships.into_iter().map(GuardianshipBody::from).collect(),
            external_id: details.identifiers.get(IdentifierScheme::Other).cloned(),
            identifiers: NewIdentifiers::of(&details.identifiers),
            archived_at: details.archived_at.map(|instant| instant.to_string()),
            version,
        }
    }
}

/// The school's territory, for national phone numbers.
pub(crate) async fn home(deps: &Deps, school: SchoolId) -> Result<Territory, Problem> {
    Ok(deps.table.school(school).await?.map_or(Territory::Metropole, |school| school.territory))
}

/// Validates the fields that depend on the school: the phone and a guardian's children. An omitted address,
/// preference or tie stays.
pub(crate) async fn details(
    deps: &Deps,
    school: SchoolId,
    body: NewPersonBody,
    present: Option<&Person>,
) -> Result<PersonDetails, Problem> {
    let mut errors = Vec::new();
    let home = home(deps, school).await?;
    let year = SchoolYear::of(deps.clock.now(), home.time_zone());
    let phone = match body.phone {
        None => None,
        Some(typed) => match typed.read(home) {
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
    let wishes = body.refused_contexts.iter().flat_map(|contexts| contexts.iter());
    if wishes.into_iter().any(|context| !context.audiences().contains(&body.audience)) {
        errors.push(FieldError::described(
            "/refused_contexts",
            "context_not_for_audience",
            Phrase::fixed(
                "L’un de ces contextes ne concerne pas cette catégorie de personnes.",
                "One of these contexts does not concern this audience.",
            ),
        ));
    }
    let guardianships = match body.guardianships {
        None => present.map(|person| person.details.guardianships.clone()).unwrap_or_default(),
        Some(ListOf(ties)) => {
            errors.extend(guardianship_errors(deps, school, body.audience, &ties).await?);
            ties.iter().map(|tie| tie.over(present.and_then(|person| person.tie_to(tie.pupil)))).collect()
        }
    };
    let present = present.map(|person| &person.details);
    let details = PersonDetails {
        audience: body.audience,
        first_name: body.first_name,
        last_name: body.last_name,
        birth_date: match body.birth_date {
            Patch::Keep => present.and_then(|details| details.birth_date),
            Patch::Clear => None,
            Patch::Set(date) => Some(date),
        },
        class_given_in: body.class.as_ref().map(|_| year),
        class: body.class,
        confirmed_in: Some(year),
        phone,
        address: match body.address {
            Patch::Keep => present.and_then(|details| details.address.clone()),
            Patch::Clear => None,
            Patch::Set(address) => Some(address.into()),
        },
        accepts_sms: body.accepts_sms.unwrap_or(present.is_none_or(|details| details.accepts_sms)),
        sms_set_by_human: body.accepts_sms.is_some()
            || present.is_some_and(|details| details.sms_set_by_human),
        refused_contexts: body
            .refused_contexts
            .unwrap_or(present.map(|details| details.refused_contexts).unwrap_or_default()),
        guardianships,
        identifiers: identifiers(body.external_id, body.identifiers, present, year),
        archived_at: archived_at(body.archived, present, deps.clock.now()),
    };
    Ok(FieldErrors::none_or(errors, details)?)
}

fn archived_at(wanted: Option<bool>, present: Option<&PersonDetails>, now: Timestamp) -> Option<Timestamp> {
    let since = present.and_then(|details| details.archived_at);
    match wanted {
        None => since,
        // To the second, as it is stored.
        Some(true) => since.or_else(|| Timestamp::from_second(now.as_second()).ok()),
        Some(false) => None,
    }
}

/// The identifiers of a person, given in a school year. Those of registers stay where the request is silent.
fn identifiers(
    external_id: Option<ExternalId>,
    given: Option<NewIdentifiers>,
    present: Option<&PersonDetails>,
    year: SchoolYear,
) -> Identifiers {
    let present = present.map(|details| details.identifiers.clone()).unwrap_or_default();
    let given = match given {
        Some(given) => given,
        None => NewIdentifiers::of(&present),
    };
    let all = given.given().into_iter().chain([(IdentifierScheme::Other, external_id)]);
    let mut identifiers = Identifiers::default();
    for (scheme, id) in all.filter_map(|(scheme, id)| Some((scheme, id?))) {
        identifiers.give(scheme, id, Some(year));
    }
    identifiers
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
    if audience != Audience::Guardians {
        return Ok(vec![FieldError::described(
            "/guardianships",
            "guardianships",
            Phrase::fixed("Seul un responsable a des enfants.", "Only a guardian has children."),
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
