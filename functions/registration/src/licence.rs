//! `POST /v1/licence/refresh`, `GET /v1/licence`: a confirmed school fetches its right to send.

use axum::{Json, extract::State};
use serde::Serialize;
use shared::{
    http::{AdminOf, Problem, ReaderOf},
    registration::{Barred, Licence},
};

use crate::Deps;

#[derive(Serialize)]
pub(crate) struct LicenceBody {
    refreshed_at: String,
    valid_until: String,
    /// Whether the school could send at this moment, and why not.
    may_send: bool,
    barred: Option<&'static str>,
}

fn body(licence: &Licence, barred: Option<Barred>) -> LicenceBody {
    use shared::language::Explain;
    LicenceBody {
        refreshed_at: licence.refreshed_at.to_string(),
        valid_until: licence.valid_until.to_string(),
        may_send: barred.is_none(),
        barred: barred.map(|barred| barred.code()),
    }
}

pub(crate) async fn refresh(
    AdminOf(tenant): AdminOf,
    State(deps): State<Deps>,
) -> Result<Json<LicenceBody>, Problem> {
    let mut standing = deps.table.standing(tenant.school).await?;
    let registration = standing.confirmed()?;
    let now = deps.clock.now();
    let licence = Licence::issue(registration.id, registration.territory, now);
    deps.table.put_licence(tenant.school, licence.clone()).await?;
    standing.licence = Some(licence.clone());
    tracing::info!(school = %tenant.school, "licence refreshed");
    Ok(Json(body(&licence, standing.check(now).err())))
}

pub(crate) async fn show(
    ReaderOf(tenant): ReaderOf,
    State(deps): State<Deps>,
) -> Result<Json<LicenceBody>, Problem> {
    let standing = deps.table.standing(tenant.school).await?;
    let licence = standing.licence.clone().ok_or_else(Problem::not_found)?;
    Ok(Json(body(&licence, standing.check(deps.clock.now()).err())))
}
