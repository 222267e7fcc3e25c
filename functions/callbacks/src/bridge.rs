//! A bridge's receipts and replies, signed as the Standard Webhooks say.

use axum::{
    extract::State,
    http::{HeaderMap, StatusCode},
};
use shared::{
    aws::Keys,
    carrier::{NotAReport, bridge},
    http::{Problem, ProblemKind, RawBody},
    language::Explain,
};

use crate::{Deps, no_key, not_understood, unsigned};

pub(crate) async fn receive(
    State(deps): State<Deps>,
    headers: HeaderMap,
    RawBody(body): RawBody,
) -> Result<StatusCode, Problem> {
    let key = deps.proofs.bridge.as_ref().ok_or_else(Problem::not_found)?;
    let header = |name: &str| headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let (id, timestamp) = (header("webhook-id"), header("webhook-timestamp"));
    let is_signed =
        |keys: Keys| bridge::is_signed_by_any(&keys, id, timestamp, &body, header("webhook-signature"));
    let is_ours = bridge::is_fresh(timestamp, deps.clock.now())
        && (is_signed(key.keys().await.map_err(|error| no_key(&error))?)
            || is_signed(key.keys_after_refusal().await.map_err(|error| no_key(&error))?));
    if !is_ours {
        return Err(unsigned());
    }
    let report = bridge::report(id, &body).map_err(|error| match error {
        NotAReport::Unreadable => Problem::new(ProblemKind::MalformedJson, error.explain()),
        _ => not_understood(error),
    })?;
    deps.hand_on(report).await?;
    Ok(StatusCode::ACCEPTED)
}
