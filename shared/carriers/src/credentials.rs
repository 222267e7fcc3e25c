//! Our keys at the moment of a request, and after a carrier refused them.

use std::time::Duration;

use tokio::time::timeout;

use super::https::NoAnswer;
use aws::Secret;
use domain::delivery::CarrierName;
use domain::keys::Keys;

/// Half of what an adapter has: whoever waits longer would be given up on, and nobody would know that
/// nothing left.
const READ_WITHIN: Duration = Duration::from_secs(3);

/// What a request is signed with. Without it nothing leaves.
pub(super) async fn keys(secret: &Secret, carrier: CarrierName) -> Result<Keys, NoAnswer> {
    let error = match timeout(READ_WITHIN, secret.keys()).await {
        Ok(Ok(keys)) => return Ok(keys),
        Ok(Err(error)) => telemetry::chain(&error),
        Err(too_late) => telemetry::chain(&too_late),
    };
    tracing::error!(alarm = "secret", %carrier, error, "a carrier's key cannot be read: nothing leaves");
    Err(NoAnswer::NeverSent)
}

/// Other keys than those that were refused, if somebody changed them meanwhile.
pub(super) async fn changed(secret: &Secret, used: &Keys) -> Option<Keys> {
    let keys = timeout(READ_WITHIN, secret.keys_other_than(used)).await.ok()?.ok()?;
    Some(keys).filter(|keys| keys.first() != used.first())
}

/// Says that a key is none, for whoever put it there.
pub(super) fn unusable(carrier: CarrierName, problem: &'static str) -> NoAnswer {
    tracing::error!(alarm = "secret", %carrier, problem, "a carrier's key cannot be used: nothing leaves");
    NoAnswer::NeverSent
}
