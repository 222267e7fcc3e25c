//! `GET, PATCH /v1/school`: a school's settings.

use axum::{Json, extract::State, response::IntoResponse};
use deserr::Deserr;
use serde::Serialize;
use shared::{
    audit::{Act, Figure},
    budget::Ceilings,
    http::{AdminOf, FieldError, FieldErrors, IfMatch, JsonBody, Patch, Problem, ReaderOf, etag},
    id::SchoolId,
    language::Phrase,
    phone::{Country, Destination},
    pricing::{MicroEuros, RateCard},
    school::{
        CallbackNumber, HouseholdRule, QuietHours, RecallWindow, School, SchoolName, SchoolTimeZone,
        Territory, Uai,
    },
    store::StoreError,
    text::EncodingMode,
};

use crate::{Deps, history, registrations::territory};

#[derive(Debug, Deserr)]
#[deserr(error = FieldErrors, deny_unknown_fields)]
pub(crate) struct SchoolPatch {
    #[deserr(default)]
    name: Patch<SchoolName>,
    #[deserr(default)]
    uai: Patch<Uai>,
    #[deserr(default)]
    territory: Patch<Territory>,
    #[deserr(default)]
    callback_number: Patch<CallbackNumber>,
    #[deserr(default)]
    encoding_mode: Patch<EncodingMode>,
    #[deserr(default)]
    allowed_countries: Patch<Vec<Country>>,
    /// `null` for the territory's own.
    #[deserr(default)]
    time_zone: Patch<SchoolTimeZone>,
    #[deserr(default)]
    quiet_hours: Patch<QuietHours>,
    #[deserr(default)]
    recall_window_min: Patch<RecallWindow>,
    #[deserr(default)]
    household_rule: Patch<HouseholdRule>,
    #[deserr(default)]
    monthly_ceiling_micro_eur: Patch<MicroEuros>,
    #[deserr(default)]
    send_ceiling_micro_eur: Patch<MicroEuros>,
}

#[derive(Serialize)]
pub(crate) struct SchoolBody {
    id: SchoolId,
    name: SchoolName,
    uai: Option<Uai>,
    territory: Territory,
    time_zone: String,
    callback_number: Option<CallbackNumber>,
    encoding_mode: EncodingMode,
    allowed_countries: Vec<Country>,
    quiet_hours: Option<QuietHours>,
    recall_window_min: RecallWindow,
    household_rule: HouseholdRule,
    monthly_ceiling_micro_eur: Option<MicroEuros>,
    send_ceiling_micro_eur: Option<MicroEuros>,
}

impl From<School> for SchoolBody {
    fn from(school: School) -> Self {
        Self {
            id: school.id,
            time_zone: school.time_zone().iana_name().unwrap_or_default().to_owned(),
            name: school.name,
            uai: school.uai,
            territory: school.territory,
            callback_number: school.callback_number,
            encoding_mode: school.encoding_mode,
            allowed_countries: school.allowed_countries.into_iter().collect(),
            quiet_hours: school.quiet_hours,
            recall_window_min: school.recall_window,
            household_rule: school.household_rule,
            monthly_ceiling_micro_eur: school.ceilings.month,
            send_ceiling_micro_eur: school.ceilings.send,
        }
    }
}

fn answer(school: School) -> impl IntoResponse {
    ([etag(school.version)], Json(SchoolBody::from(school)))
}

pub(crate) async fn show(
    ReaderOf(tenant): ReaderOf,
    State(deps): State<Deps>,
) -> Result<impl IntoResponse, Problem> {
    let school = deps.table.school(tenant.school).await?.ok_or_else(Problem::not_found)?;
    Ok(answer(school))
}

pub(crate) async fn change(
    AdminOf(tenant): AdminOf,
    State(deps): State<Deps>,
    if_match: IfMatch,
    JsonBody { value: patch, .. }: JsonBody<SchoolPatch>,
) -> Result<impl IntoResponse, Problem> {
    let standing = deps.table.standing(tenant.school).await?;
    let school = standing.school.ok_or_else(Problem::not_found)?;
    if_match.check(school.version)?;
    let now = deps.clock.now();
    let changed = apply(patch, school.clone(), RateCard::current(now))?;
    if changed == (School { version: changed.version, ..school.clone() }) {
        return Ok(answer(school));
    }
    let entry = tenant.does(Act::SettingsChanged, now).with(Figure::Version, changed.version);
    let change = history::change(Some(&school), &changed, tenant.subject, now);
    // The operator and the printed form see the school as it is.
    let registration = standing.registration.and_then(|registration| registration.renamed(&changed));
    match deps.table.replace_school(changed.clone(), change, registration, entry).await {
        Err(StoreError::Conflict) => Err(IfMatch::failed()),
        Err(error) => Err(error.into()),
        Ok(()) => Ok(answer(changed)),
    }
}

fn apply(patch: SchoolPatch, school: School, card: &RateCard) -> Result<School, FieldErrors> {
    let uai = patch.uai.apply(school.uai);
    // A territory that was set by hand stands until the UAI tells it.
    let given = patch.territory.given("/territory")?;
    let by_hand = if uai.is_some() { given } else { given.or(Some(school.territory)) };
    let territory = territory(uai, by_hand, "/territory")?;
    let allowed_countries = match patch.allowed_countries.given("/allowed_countries")? {
        None => school.allowed_countries,
        Some(countries) => priced(countries, card)?.into_iter().collect(),
    };
    Ok(School {
        name: patch.name.given("/name")?.unwrap_or(school.name),
        uai,
        territory,
        callback_number: patch.callback_number.apply(school.callback_number),
        encoding_mode: patch.encoding_mode.given("/encoding_mode")?.unwrap_or(school.encoding_mode),
        allowed_countries,
        own_time_zone: patch.time_zone.apply(school.own_time_zone),
        quiet_hours: patch.quiet_hours.apply(school.quiet_hours),
        recall_window: patch.recall_window_min.given("/recall_window_min")?.unwrap_or(school.recall_window),
        household_rule: patch.household_rule.given("/household_rule")?.unwrap_or(school.household_rule),
        ceilings: Ceilings {
            month: patch.monthly_ceiling_micro_eur.apply(school.ceilings.month),
            send: patch.send_ceiling_micro_eur.apply(school.ceilings.send),
        },
        version: school.version + 1,
        ..school
    })
}

/// Only a country with a price can be opened.
fn priced(countries: Vec<Country>, card: &RateCard) -> Result<Vec<Country>, FieldErrors> {
    let errors = countries
        .iter()
        .enumerate()
        .filter(|(_, country)| card.unit_price(Destination::Country(**country)).is_none())
        .map(|(index, _)| {
            FieldError::described(
                format!("/allowed_countries/{index}"),
                "country_without_price",
                Phrase::fixed(
                    "Ce pays n’est pas dans la grille tarifaire : il ne peut pas être ouvert.",
                    "This country is not on the rate card: it cannot be opened.",
                ),
            )
        })
        .collect();
    FieldErrors::none_or(errors, countries)
}
