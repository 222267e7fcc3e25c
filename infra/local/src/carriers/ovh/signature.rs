//! The signature of a request to OVHcloud's API.

use axum::{
    body::{Body, to_bytes},
    extract::{Request, State},
    http::{HeaderMap, Method, Uri, header},
    middleware::Next,
    response::{IntoResponse, Response},
};
use sha1::{Digest, Sha1};

use super::refusal::Refusal;
use crate::carriers::{
    identifiers::hex,
    stand_ins::{All, StandIns},
};

/// The allowed difference of a timestamp from `/auth/time`.
const TOLERANCE_S: u64 = 30;
/// Larger than all our requests.
const MAX_BODY_BYTES: usize = 1_000_000;

/// Admits requests signed by our application for our consumer.
pub(super) async fn check(State(all): State<All>, request: Request, next: Next) -> Response {
    let (parts, body) = request.into_parts();
    let Ok(body) = to_bytes(body, MAX_BODY_BYTES).await else {
        return Refusal::parameter("The body is too large".to_owned()).into_response();
    };
    match let_in(&all, &parts.method, &parts.uri, &parts.headers, &body) {
        Ok(()) => next.run(Request::from_parts(parts, Body::from(body))).await,
        Err(refusal) => refusal.into_response(),
    }
}

fn let_in(
    all: &StandIns,
    method: &Method,
    uri: &Uri,
    headers: &HeaderMap,
    body: &[u8],
) -> Result<(), Refusal> {
    let credentials = &all.fake_carrier.credentials;
    let header = |name: &str| headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default();
    if header("x-ovh-application") != credentials.ovh_application {
        return Err(Refusal::invalid_key());
    }
    if header("x-ovh-consumer") != credentials.ovh_consumer {
        return Err(Refusal::invalid_credential());
    }
    let timestamp = header("x-ovh-timestamp");
    let sent_s: i64 = timestamp.parse().map_err(|_| Refusal::query_time_out())?;
    if all.fake_carrier.clock.now().as_second().abs_diff(sent_s) > TOLERANCE_S {
        return Err(Refusal::query_time_out());
    }
    // The address of the call, which is over HTTP on this machine.
    let path = uri.path_and_query().map_or("/", |path| path.as_str());
    let url = format!("http://{}{path}", header(header::HOST.as_str()));
    let (secret, consumer) = (&credentials.ovh_application_secret, &credentials.ovh_consumer);
    let expected = sign([secret, consumer, method.as_str(), &url], body, timestamp);
    if header("x-ovh-signature") == expected { Ok(()) } else { Err(Refusal::invalid_signature()) }
}

/// `$1$`, then SHA-1 in hexadecimal over secret, consumer, method, address, body and timestamp, joined by `+`.
pub(super) fn sign(before_body: [&str; 4], body: &[u8], timestamp: &str) -> String {
    let digest = Sha1::new()
        .chain_update(before_body.join("+"))
        .chain_update("+")
        .chain_update(body)
        .chain_update("+")
        .chain_update(timestamp)
        .finalize();
    format!("$1${}", hex(&digest))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_signature_is_that_of_ovhclouds_own_client() {
        // The test vector of OVHcloud's clients (python-ovh and others).
        let (secret, consumer) = ("9ufkBmLaTQ9nz5yMUlg79taH0GNnzDjk", "5mBuy6SUQcRw2ZUxg0cG68BoDKpED4KY");
        let signed = sign([secret, consumer, "GET", "https://eu.api.ovh.com/1.0/auth"], b"", "1457018875");
        assert_eq!(signed, "$1$e9556054b6309771395efa467c22e627407461ad");
    }
}
