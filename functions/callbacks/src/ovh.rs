//! OVHcloud's callbacks. They are unsigned: the secret is in the address, and a callback is only a reason to
//! query OVHcloud.

use api::Problem;
use axum::{
    extract::{Path, RawQuery, State, rejection::PathRejection},
    http::StatusCode,
};
use carriers::ovh;
use domain::{delivery::CarrierName, keys::Keys};
use queues::ReportMessage;

use crate::{
    deps::Deps,
    refusal::{no_key, not_understood},
};

/// OVHcloud tells that something became of a text
///
/// OVHcloud signs nothing: it knows an address that nobody else knows, and is asked afterwards.
#[utoipa::path(
    get,
    path = "/v1/receipts/ovh/{secret}",
    operation_id = "ovh_receipt",
    tag = "carriers",
    params(
        ("secret" = String, Path, description = "What OVHcloud was given."),
        ("id" = u64, Query, description = "The number that OVHcloud gave the text."),
    ),
    responses(
        (status = OK, description = "It was taken in."),
        (status = NOT_FOUND, description = "OVHcloud is not used, or knows another address."),
    ),
)]
pub(crate) async fn receive(
    State(deps): State<Deps>,
    path: Result<Path<String>, PathRejection>,
    RawQuery(query): RawQuery,
) -> Result<StatusCode, Problem> {
    let secret = deps.proofs.ovh.as_ref().ok_or_else(Problem::not_found)?;
    let Ok(Path(told)) = path else { return Err(Problem::not_found()) };
    let knows = |keys: Keys| keys.all().any(|key| is_same(key, &told));
    let is_known = knows(secret.keys().await.map_err(|error| no_key(&error))?)
        || knows(secret.keys_after_refusal().await.map_err(|error| no_key(&error))?);
    if !is_known {
        // 404: a wrong key reveals nothing.
        return Err(Problem::not_found());
    }
    let callback = ovh::OvhCallback::parse(&query.unwrap_or_default())
        .map_err(|error| not_understood(CarrierName::Ovh, error))?;
    deps.enqueue(ReportMessage::Ovh { id: callback.id, tried: 0 }).await?;
    Ok(StatusCode::OK)
}

/// Constant-time comparison.
fn is_same(key: &str, told: &str) -> bool {
    let differing = key.bytes().zip(told.bytes()).fold(0, |differing, (a, b)| differing | (a ^ b));
    key.len() == told.len() && differing == 0
}
