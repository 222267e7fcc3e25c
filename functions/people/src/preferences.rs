//! `POST /v1/people/preferences`: the preferences of many people, set at once.
//!
//! Court decisions are excluded: each concerns one guardian and one child, and is set on the person.

use std::collections::{BTreeMap, HashSet};

use api::{
    AdminOf, FieldError, FieldErrors, JsonBody, MAX_NAMED, MapOf, NamedPeople, Problem, SelectionBody, member,
};
use axum::{Json, extract::State};
use deserr::Deserr;
use domain::{
    audience::Audience,
    directory::{Directory, Person},
    id::PersonId,
    language::Phrase,
    template::{Context, ContextSet, View},
};
use serde::Serialize;
use utoipa::{
    PartialSchema, ToSchema,
    openapi::{ObjectBuilder, RefOr, Schema, schema::Type},
};

use crate::deps::Deps;

#[derive(Debug, Deserr, ToSchema)]
#[deserr(error = FieldErrors, deny_unknown_fields)]
#[schema(as = PreferencesRequest, examples(json!({
    "view": "guardians",
    "selection": { "everyone": true },
    "pupils": ["per_01J0000000000000000000000A"],
    "set": { "accepts_sms": true, "contexts": { "absence": true, "canteen": false } },
})))]
pub(crate) struct PreferencesBody {
    view: View,
    selection: SelectionBody,
    /// The pupils whom the preferences of guardians concern. All pupils if absent.
    #[deserr(default)]
    pupils: Option<NamedPeople>,
    /// The preferences to set. Without it, the request only reads.
    #[deserr(default)]
    set: Option<SetBody>,
}

#[derive(Debug, Default, Deserr, ToSchema)]
#[deserr(error = FieldErrors, deny_unknown_fields)]
#[schema(as = PreferenceChanges)]
struct SetBody {
    #[deserr(default)]
    accepts_sms: Option<bool>,
    /// For each context, whether messages are accepted.
    #[deserr(default)]
    #[schema(value_type = ContextPreferences, required = false)]
    contexts: MapOf<bool, { Context::ALL.len() }>,
}

/// For each context, whether messages are accepted: the schema of a map.
struct ContextPreferences;

impl PartialSchema for ContextPreferences {
    fn schema() -> RefOr<Schema> {
        let is_wanted = || ObjectBuilder::new().schema_type(Type::Boolean).build();
        let contexts = Context::ALL.into_iter().map(Context::as_str);
        contexts.fold(ObjectBuilder::new(), |schema, name| schema.property(name, is_wanted())).into()
    }
}

impl ToSchema for ContextPreferences {}

/// A requested change.
#[derive(Default)]
struct Change {
    accepts_sms: Option<bool>,
    wanted: ContextSet,
    unwanted: ContextSet,
}

impl Change {
    fn of(body: SetBody, audience: Audience) -> Result<Self, FieldErrors> {
        let mut change = Self { accepts_sms: body.accepts_sms, ..Self::default() };
        let mut errors = Vec::new();
        for (name, wanted) in body.contexts.0 {
            match Context::parse(&name) {
                Ok(context) if !context.audiences().contains(&audience) => {
                    errors.push(FieldError::described(
                        member("/set/contexts", &name),
                        "context_not_for_audience",
                        Phrase::fixed(
                            "Ce contexte ne concerne pas les personnes de cet affichage.",
                            "This context does not concern the people of this view.",
                        ),
                    ));
                }
                Ok(context) if wanted => change.wanted = change.wanted.with(context),
                Ok(context) => change.unwanted = change.unwanted.with(context),
                Err(error) => errors.push(FieldError::new(member("/set/contexts", &name), &error)),
            }
        }
        FieldErrors::none_or(errors, change)
    }

    fn apply(&self, wishes: Wishes<'_>) {
        *wishes.accepts_sms = self.accepts_sms.unwrap_or(*wishes.accepts_sms);
        *wishes.refused = self.wanted.iter().fold(wishes.refused.union(self.unwanted), ContextSet::without);
    }
}

/// The preferences of a person, in general or for one child.
struct Wishes<'p> {
    accepts_sms: &'p mut bool,
    refused: &'p mut ContextSet,
}

/// The preferences in the scope of a request: the person's own, or those for some children.
fn wishes<'p>(person: &'p mut Person, pupils: Option<&'p HashSet<PersonId>>) -> Vec<Wishes<'p>> {
    let details = &mut person.details;
    match pupils {
        None => {
            vec![Wishes { accepts_sms: &mut details.accepts_sms, refused: &mut details.refused_contexts }]
        }
        Some(pupils) => details
            .guardianships
            .iter_mut()
            .filter(|tie| pupils.contains(&tie.pupil))
            .map(|tie| Wishes { accepts_sms: &mut tie.accepts_sms, refused: &mut tie.refused_contexts })
            .collect(),
    }
}

#[derive(Serialize, ToSchema)]
#[schema(as = PreferencesSummary)]
pub(crate) struct StateBody {
    people: usize,
    changed: usize,
    /// People with a concurrent change. This request did not change them.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    changed_meanwhile: Vec<PersonId>,
    accepts_sms: Tally,
    #[schema(value_type = BTreeMap<Context, Tally>)]
    contexts: BTreeMap<&'static str, Tally>,
}

/// The numbers of people who accept and who refuse.
#[derive(Clone, Copy, Default, Serialize, ToSchema)]
#[schema(as = PreferenceCount)]
struct Tally {
    state: Shared,
    yes: usize,
    no: usize,
}

/// The common preference: `all` accept, `none` accept, `mixed`, or `nobody` concerned.
#[derive(Clone, Copy, Default, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = PreferenceState)]
enum Shared {
    /// Nobody was asked about.
    #[default]
    Nobody,
    /// Everybody wants it.
    All,
    /// Nobody wants it.
    None,
    /// Some do.
    Mixed,
}

impl Tally {
    fn add(&mut self, wanted: bool) {
        if wanted {
            self.yes += 1;
        } else {
            self.no += 1;
        }
        self.state = match (self.yes, self.no) {
            (0, 0) => Shared::Nobody,
            (_, 0) => Shared::All,
            (0, _) => Shared::None,
            _ => Shared::Mixed,
        };
    }
}

/// Fails unless all are pupils of the school.
fn all_pupils(ids: &HashSet<PersonId>, directory: &Directory) -> Result<(), FieldErrors> {
    let is_pupil = |id: &&PersonId| {
        directory.person(**id).is_some_and(|person| person.details.audience == Audience::Pupils)
    };
    let mut unknown: Vec<_> = ids.iter().filter(|id| !is_pupil(id)).collect();
    unknown.sort_unstable();
    let unknown = unknown.into_iter().take(MAX_NAMED).map(|id| {
        FieldError::described(
            "/pupils",
            "unknown_pupil",
            Phrase::new(
                format!("{id} n’est pas un élève de l’établissement."),
                format!("{id} is not a pupil of the school."),
            ),
        )
    });
    FieldErrors::none_or(unknown.collect(), ())
}

/// The pupils of a request: only guardians have preferences per child.
fn children(
    pupils: Option<NamedPeople>,
    audience: Audience,
    directory: &Directory,
) -> Result<Option<HashSet<PersonId>>, FieldErrors> {
    let Some(pupils) = pupils else { return Ok(None) };
    if audience != Audience::Guardians {
        return Err(FieldErrors::one(FieldError::described(
            "/pupils",
            "guardians_only",
            Phrase::fixed(
                "Seuls les responsables ont des préférences par enfant (view: guardians).",
                "Only guardians have preferences for each child (view: guardians).",
            ),
        )));
    }
    let pupils: HashSet<PersonId> = pupils.0.into_iter().collect();
    all_pupils(&pupils, directory)?;
    Ok(Some(pupils))
}

/// Changes people, and returns the changed ones in their next version.
fn change_all(people: &mut [Person], pupils: Option<&HashSet<PersonId>>, change: &Change) -> Vec<Person> {
    let mut changed = Vec::new();
    for person in people {
        let before = person.details.clone();
        wishes(person, pupils).into_iter().for_each(|wishes| change.apply(wishes));
        // Also where the answer stays: no file changes it from now on.
        person.details.sms_set_by_human |= pupils.is_none() && change.accepts_sms.is_some();
        if person.details != before {
            person.version += 1;
            changed.push(person.clone());
        }
    }
    changed
}

/// Counts the people who accept SMS, in general and by context.
fn tally(
    people: &mut [Person],
    pupils: Option<&HashSet<PersonId>>,
    audience: Audience,
) -> (Tally, BTreeMap<&'static str, Tally>) {
    let mut accepts_sms = Tally::default();
    let mut concerned: Vec<(Context, Tally)> = Context::ALL
        .into_iter()
        .filter(|context| context.audiences().contains(&audience))
        .map(|context| (context, Tally::default()))
        .collect();
    for person in people {
        for wishes in wishes(person, pupils) {
            accepts_sms.add(*wishes.accepts_sms);
            concerned.iter_mut().for_each(|(context, tally)| tally.add(!wishes.refused.contains(*context)));
        }
    }
    let contexts = concerned.into_iter().map(|(context, tally)| (context.as_str(), tally)).collect();
    (accepts_sms, contexts)
}

/// Update preferences
///
/// Updates the preferences of many people, or reads them if `set` is absent.
#[utoipa::path(
    post,
    path = "/v1/people/preferences",
    operation_id = "updatePreferences",
    tag = "people",
    security(("bearer" = ["admin"])),
    request_body = PreferencesBody,
    responses((status = OK, description = "The preferences after the update.", body = StateBody)),
)]
pub(crate) async fn set(
    AdminOf(tenant): AdminOf,
    State(deps): State<Deps>,
    JsonBody { value: body, .. }: JsonBody<PreferencesBody>,
) -> Result<Json<StateBody>, Problem> {
    let audience = body.view.lists();
    let change = Change::of(body.set.unwrap_or_default(), audience)?;
    let selection = body.selection.selection().map_err(FieldErrors::one)?;
    let directory = Directory::new(deps.table.all_people(tenant.school).await?);
    let pupils = children(body.pupils, audience, &directory)?;
    let picked = selection.pick(body.view, &directory)?;
    let mut people: Vec<Person> = picked.into_iter().cloned().collect();

    let changed = change_all(&mut people, pupils.as_ref(), &change);
    let written = changed.len();
    let changed_meanwhile = deps.table.replace_people(tenant.school, changed).await?;
    people.retain(|person| !changed_meanwhile.contains(&person.id));
    tracing::info!(changed = written - changed_meanwhile.len(), "preferences updated");

    let (accepts_sms, contexts) = tally(&mut people, pupils.as_ref(), audience);
    Ok(Json(StateBody {
        people: people.len() + changed_meanwhile.len(),
        changed: written - changed_meanwhile.len(),
        changed_meanwhile,
        accepts_sms,
        contexts,
    }))
}
