//! `POST /v1/licence/refresh`, `GET /v1/licence`: a confirmed school's licence to send.

use api::{AdminOf, Notice, Problem, ProblemKind, ReaderOf};
use axum::{Extension, Json, extract::State};
use domain::{
    audit::Act,
    language::Language,
    registration::{AcknowledgedPrices, Barred, EndsSoon, Licence, Licensed, Standing},
};
use jiff::Timestamp;
use serde::Serialize;
use utoipa::ToSchema;

use crate::deps::Deps;

#[derive(Serialize, ToSchema)]
#[schema(as = Licence)]
pub(crate) struct LicenceBody {
    #[schema(format = DateTime)]
    refreshed_at: String,
    #[schema(format = DateTime)]
    valid_until: String,
    /// Whether the school may send now.
    may_send: bool,
    /// The reason against sending. `null` if the school may send.
    #[schema(required)]
    barred: Option<Notice>,
    /// Notices about price changes and the end of the licence.
    notices: Vec<Notice>,
}

fn body(licence: &Licence, standing: &Standing, now: Timestamp, language: Language) -> LicenceBody {
    let checked = standing.check(now);
    let prices = checked.as_ref().ok().map(Licensed::prices).filter(AcknowledgedPrices::have_changed);
    let prices = prices.iter().map(|prices| Notice::of(prices, language));
    let ends_soon = licence.ends_soon(now).then(|| Notice::of(&EndsSoon, language));
    LicenceBody {
        refreshed_at: licence.refreshed_at.to_string(),
        valid_until: licence.valid_until.to_string(),
        may_send: checked.is_ok(),
        barred: checked.err().map(|barred| Notice::of(&barred, language)),
        notices: prices.chain(ends_soon).collect(),
    }
}

/// Refresh the licence
///
/// After the confirmation of the registration, and in each school year.
#[utoipa::path(
    post,
    path = "/v1/licence/refresh",
    operation_id = "refreshLicence",
    tag = "registration",
    security(("bearer" = ["admin"])),
    responses((status = OK, description = "The new licence.", body = LicenceBody)),
)]
pub(crate) async fn refresh(
    AdminOf(tenant): AdminOf,
    State(deps): State<Deps>,
    Extension(language): Extension<Language>,
) -> Result<Json<LicenceBody>, Problem> {
    let mut standing = deps.table.standing(tenant.school).await?;
    let registration = standing.confirmed()?;
    let now = deps.clock.now();
    let licence = Licence::issue(registration.id, registration.territory, now);
    let entry = tenant.does(Act::LicenceRefreshed, now).about(registration.id);
    deps.table.put_licence(tenant.school, licence.clone(), entry).await?;
    standing.licence = Some(licence.clone());
    tracing::info!("licence refreshed");
    Ok(Json(body(&licence, &standing, now, language)))
}

/// Get the licence
#[utoipa::path(
    get,
    path = "/v1/licence",
    operation_id = "getLicence",
    tag = "registration",
    security(("bearer" = ["reader"])),
    responses(
        (status = OK, description = "The licence.", body = LicenceBody),
        (status = NOT_FOUND, description = "The school has no licence."),
    ),
)]
pub(crate) async fn show(
    ReaderOf(tenant): ReaderOf,
    State(deps): State<Deps>,
    Extension(language): Extension<Language>,
) -> Result<Json<LicenceBody>, Problem> {
    let standing = deps.table.standing(tenant.school).await?;
    let licence = standing.licence.clone().ok_or_else(|| {
        let barred = standing.check(deps.clock.now()).err().unwrap_or(Barred::NoLicence);
        Problem::explained(ProblemKind::NotFound, &barred)
    })?;
    Ok(Json(body(&licence, &standing, deps.clock.now(), language)))
}
