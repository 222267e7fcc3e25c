//! Our credentials: read for a request, and again after a refusal.

use std::time::Duration;

use tokio::time::timeout;

use super::https::NoAnswer;
use aws::Secret;
use domain::delivery::CarrierName;
use domain::keys::Keys;

/// Half of an adapter's time limit: a longer wait would end as unknown although nothing was sent.
const READ_WITHIN: Duration = Duration::from_secs(3);

/// Returns the keys of a request. Without them nothing is sent.
pub(super) async fn keys(secret: &Secret, carrier: CarrierName) -> Result<Keys, NoAnswer> {
    let error = match timeout(READ_WITHIN, secret.keys()).await {
        Ok(Ok(keys)) => return Ok(keys),
        Ok(Err(error)) => telemetry::chain(&error),
        Err(too_late) => telemetry::chain(&too_late),
    };
    tracing::error!(alarm = "secret", %carrier, error, "carrier key unreadable: not sent");
    Err(NoAnswer::NeverSent)
}

/// Returns the rotated keys after a refusal, if they changed.
pub(super) async fn changed(secret: &Secret, used: &Keys) -> Option<Keys> {
    let keys = timeout(READ_WITHIN, secret.keys_other_than(used)).await.ok()?.ok()?;
    Some(keys).filter(|keys| keys.first() != used.first())
}

/// Logs an invalid key for the operator.
pub(super) fn unusable(carrier: CarrierName, problem: &'static str) -> NoAnswer {
    tracing::error!(alarm = "secret", %carrier, problem, "carrier key unusable: not sent");
    NoAnswer::NeverSent
}
