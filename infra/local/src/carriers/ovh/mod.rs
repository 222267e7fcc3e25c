//! A stand-in for OVHcloud's SMS API, with its callback.

mod asked;
mod jobs;
mod refusal;
mod signature;

use axum::{
    Router,
    extract::State,
    middleware::from_fn_with_state,
    routing::{get, post},
};

use super::stand_ins::All;

/// The base path of OVHcloud's API on this machine, in place of `https://eu.api.ovh.com/1.0`.
pub const OVH_PATH: &str = "/local/carriers/ovh/1.0";

/// The routes; `{service}` in the paths is the SMS account.
pub(super) fn routes(all: &All) -> Router<All> {
    let service = format!("{OVH_PATH}/sms/{{service}}");
    let signed = Router::new()
        .route(&format!("{service}/jobs"), post(jobs::create).get(asked::pending))
        .route(&format!("{service}/outgoing"), get(asked::list))
        .route(&format!("{service}/outgoing/{{id}}"), get(asked::fetch))
        .route(&format!("{service}/blacklists"), get(asked::blacklist))
        .route(&format!("{service}/blacklists/{{number}}"), get(asked::blacklisted))
        .route_layer(from_fn_with_state(all.clone(), signature::check));
    Router::new().route(&format!("{OVH_PATH}/auth/time"), get(time)).merge(signed)
}

/// `GET /auth/time`: the reference clock for timestamps, in seconds. Unsigned.
async fn time(State(all): State<All>) -> String {
    all.fake_carrier.clock.now().as_second().to_string()
}

#[cfg(test)]
mod tests;
