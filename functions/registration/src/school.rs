//! `GET, PATCH /v1/school`: a school's settings.

use api::{
    AdminOf, Etag, FieldError, FieldErrors, IfMatch, JsonBody, ListOf, Patch, Problem, ReaderOf, etag,
};
use axum::{Json, extract::State, response::IntoResponse};
use deserr::Deserr;
use domain::{
    audit::{Act, Figure},
    budget::Ceilings,
    id::SchoolId,
    language::Phrase,
    phone::{Country, Destination},
    pricing::{MicroEuros, RateCard},
    school::{
        CallbackNumber, HouseholdRule, QuietHours, RecallWindow, School, SchoolName, SchoolTimeZone,
        TextsKept, Uai,
    },
    territory::Territory,
    text::EncodingMode,
};
use serde::Serialize;
use store::StoreError;
use utoipa::ToSchema;

use crate::{deps::Deps, settings_record::settings_change, territory::territory};

type Countries = ListOf<Country, { Country::MOST }>;

#[derive(Debug, Deserr, ToSchema)]
#[deserr(error = FieldErrors, deny_unknown_fields)]
#[schema(as = SchoolSettingsPatch, examples(json!({
    "callback_number": "01 99 00 12 34",
    "quiet_hours": { "from": "21:00", "until": "07:30" },
    "household_rule": "one_per_household",
    "monthly_ceiling_micro_eur": 150_000_000,
})))]
pub(crate) struct SchoolPatch {
    #[deserr(default)]
    #[schema(value_type = SchoolName, required = false)]
    name: Patch<SchoolName>,
    #[deserr(default)]
    #[schema(value_type = Option<Uai>)]
    uai: Patch<Uai>,
    #[deserr(default)]
    #[schema(value_type = Territory, required = false)]
    territory: Patch<Territory>,
    #[deserr(default)]
    #[schema(value_type = Option<CallbackNumber>)]
    callback_number: Patch<CallbackNumber>,
    #[deserr(default)]
    #[schema(value_type = EncodingMode, required = false)]
    encoding_mode: Patch<EncodingMode>,
    #[deserr(default)]
    #[schema(value_type = Countries, required = false)]
    allowed_countries: Patch<Countries>,
    /// `null` for the time zone of the territory.
    #[deserr(default)]
    #[schema(value_type = Option<SchoolTimeZone>)]
    time_zone: Patch<SchoolTimeZone>,
    #[deserr(default)]
    #[schema(value_type = Option<QuietHours>)]
    quiet_hours: Patch<QuietHours>,
    #[deserr(default)]
    #[schema(value_type = RecallWindow, required = false)]
    recall_window_min: Patch<RecallWindow>,
    #[deserr(default)]
    #[schema(value_type = HouseholdRule, required = false)]
    household_rule: Patch<HouseholdRule>,
    #[deserr(default)]
    #[schema(value_type = TextsKept, required = false)]
    texts_kept_days: Patch<TextsKept>,
    #[deserr(default)]
    #[schema(value_type = Option<MicroEuros>)]
    monthly_ceiling_micro_eur: Patch<MicroEuros>,
    #[deserr(default)]
    #[schema(value_type = Option<MicroEuros>)]
    send_ceiling_micro_eur: Patch<MicroEuros>,
}

#[derive(Serialize, ToSchema)]
#[schema(as = SchoolSettings)]
pub(crate) struct SchoolBody {
    id: SchoolId,
    name: SchoolName,
    #[schema(required)]
    uai: Option<Uai>,
    territory: Territory,
    #[schema(value_type = SchoolTimeZone)]
    time_zone: String,
    #[schema(required)]
    callback_number: Option<CallbackNumber>,
    encoding_mode: EncodingMode,
    allowed_countries: Vec<Country>,
    #[schema(required)]
    quiet_hours: Option<QuietHours>,
    recall_window_min: RecallWindow,
    household_rule: HouseholdRule,
    texts_kept_days: TextsKept,
    #[schema(required)]
    monthly_ceiling_micro_eur: Option<MicroEuros>,
    #[schema(required)]
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
            texts_kept_days: school.texts_kept,
            monthly_ceiling_micro_eur: school.ceilings.month,
            send_ceiling_micro_eur: school.ceilings.send,
        }
    }
}

fn answer(school: School) -> impl IntoResponse {
    ([etag(school.version)], Json(SchoolBody::from(school)))
}

/// Get the settings of the school
#[utoipa::path(
    get,
    path = "/v1/school",
    operation_id = "getSchool",
    tag = "school",
    security(("bearer" = ["reader"])),
    responses(
        (status = OK, description = "The settings.", body = SchoolBody, headers(("ETag" = Etag))),
        (status = NOT_FOUND, description = "The school has no registration."),
    ),
)]
pub(crate) async fn show(
    ReaderOf(tenant): ReaderOf,
    State(deps): State<Deps>,
) -> Result<impl IntoResponse, Problem> {
    let school = deps.table.school(tenant.school).await?.ok_or_else(Problem::not_found)?;
    Ok(answer(school))
}

/// Update the settings of the school
///
/// Absent fields remain unchanged. `null` clears an optional setting.
#[utoipa::path(
    patch,
    path = "/v1/school",
    operation_id = "updateSchool",
    tag = "school",
    security(("bearer" = ["admin"])),
    params(IfMatch),
    request_body = SchoolPatch,
    responses(
        (status = OK, description = "The updated settings.", body = SchoolBody, headers(("ETag" = Etag))),
        (status = NOT_FOUND, description = "The school has no registration."),
    ),
)]
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
    let change = settings_change(Some(&school), &changed, tenant.subject, now);
    // For the operator and the printed form, the settings in force.
    let registration = standing.registration.and_then(|registration| registration.renamed(&changed));
    match deps.table.replace_school(changed.clone(), change, registration, entry).await {
        Err(StoreError::Conflict) => Err(IfMatch::failed()),
        Err(error) => Err(error.into()),
        Ok(()) => Ok(answer(changed)),
    }
}

fn apply(patch: SchoolPatch, school: School, card: &RateCard) -> Result<School, FieldErrors> {
    let uai = patch.uai.apply(school.uai);
    // A territory set by hand holds until a UAI number is set.
    let given = patch.territory.given("/territory")?;
    let by_hand = if uai.is_some() { given } else { given.or(Some(school.territory)) };
    let territory = territory(uai, by_hand, "/territory")?;
    let allowed_countries = match patch.allowed_countries.given("/allowed_countries")? {
        None => school.allowed_countries,
        Some(ListOf(countries)) => priced(countries, card)?.into_iter().collect(),
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
        texts_kept: patch.texts_kept_days.given("/texts_kept_days")?.unwrap_or(school.texts_kept),
        ceilings: Ceilings {
            month: patch.monthly_ceiling_micro_eur.apply(school.ceilings.month),
            send: patch.send_ceiling_micro_eur.apply(school.ceilings.send),
        },
        version: school.version + 1,
        ..school
    })
}

/// Only countries with a price can be opened.
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
