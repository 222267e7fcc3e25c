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

/// Receive a receipt of OVHcloud
///
/// OVHcloud does not sign receipts: the address contains a secret, and the state of the message is queried from OVHcloud.
#[utoipa::path(
    get,
    path = "/v1/receipts/ovh/{secret}",
    operation_id = "receiveOvhReceipt",
    tag = "carriers",
    params(
        ("secret" = String, Path, description = "The secret of the address."),
        ("id" = u64, Query, description = "The identifier of the message at OVHcloud."),
    ),
    responses(
        (status = OK, description = "The receipt is accepted."),
        (status = NOT_FOUND, description = "OVHcloud is not configured, or the secret is wrong."),
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
