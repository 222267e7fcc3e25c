//! Twilio's callbacks: signed over the address that it called and every parameter that it sent.

use api::{Problem, RawBody};
use axum::{
    extract::{Request, State},
    http::{HeaderMap, StatusCode},
};
use carriers::twilio;
use domain::{delivery::CarrierName, keys::Keys};

use crate::{
    deps::Deps,
    proofs::{LARGEST, TwilioProof},
    refusal::{no_key, not_understood, unsigned},
};

/// Receive a receipt of Twilio
///
/// The signature covers the called address and all parameters.
#[utoipa::path(
    post,
    path = "/v1/receipts/twilio",
    operation_id = "receiveTwilioReceipt",
    tag = "carriers",
    params(("X-Twilio-Signature" = String, Header, description = "The HMAC-SHA1 in base64.")),
    request_body(
        content = BTreeMap<String, String>,
        content_type = "application/x-www-form-urlencoded",
        description = "The parameters documented by Twilio.",
    ),
    responses(
        (status = NO_CONTENT, description = "The request is accepted."),
        (status = UNAUTHORIZED, description = "The signature is missing or invalid."),
        (status = NOT_FOUND, description = "Twilio is not configured."),
    ),
)]
pub(crate) async fn receive(
    State(deps): State<Deps>,
    headers: HeaderMap,
    request: Request,
) -> Result<StatusCode, Problem> {
    let proof = deps.proofs.twilio.as_ref().ok_or_else(Problem::not_found)?;
    let path_and_query = request.uri().path_and_query().map_or("/", |both| both.as_str()).to_owned();
    let query = request.uri().query().unwrap_or_default().to_owned();
    let signature = headers.get("x-twilio-signature").and_then(|value| value.to_str().ok());
    let signature = signature.ok_or_else(unsigned)?;
    let body = RawBody::of_at_most(LARGEST, request).await?.0;
    let form: Vec<(String, String)> = form_urlencoded::parse(&body).into_owned().collect();
    let url = format!("{}{path_and_query}", proof.public_url.trim_end_matches('/'));
    if !is_signed(proof, &url, &form, signature).await? {
        return Err(unsigned());
    }
    if let Some(report) =
        twilio::report(&query, &form).map_err(|error| not_understood(CarrierName::Twilio, error))?
    {
        deps.hand_on(report).await?;
    }
    // Twilio reads an answer as instructions: it gets none.
    Ok(StatusCode::NO_CONTENT)
}

/// Receive a reply through Twilio
///
/// The signature covers the address and every parameter. The address exists only if Twilio is configured.
#[utoipa::path(
    post,
    path = "/v1/replies/twilio",
    operation_id = "receiveTwilioReply",
    tag = "carriers",
    params(("X-Twilio-Signature" = String, Header, description = "The HMAC-SHA1 in base64.")),
    request_body(
        content = BTreeMap<String, String>,
        content_type = "application/x-www-form-urlencoded",
        description = "The parameters documented by Twilio.",
    ),
    responses(
        (status = NO_CONTENT, description = "The request is accepted."),
        (status = UNAUTHORIZED, description = "The signature is missing or invalid."),
        (status = NOT_FOUND, description = "Twilio is not configured."),
    ),
)]
pub(crate) async fn receive_reply(
    deps: State<Deps>,
    headers: HeaderMap,
    request: Request,
) -> Result<StatusCode, Problem> {
    receive(deps, headers, request).await
}

/// A signature of a token that we do not know may be that of a new one.
async fn is_signed(
    proof: &TwilioProof,
    url: &str,
    form: &[(String, String)],
    signature: &str,
) -> Result<bool, Problem> {
    // Twilio does not say whether it signs the fragment that tells it to come again.
    let with_fragment = format!("{url}#{}", twilio::TRIED_AGAIN);
    let is_signed =
        |keys: &Keys| [url, &with_fragment].iter().any(|url| twilio::is_signed(keys, url, form, signature));
    let keys = proof.token.keys().await.map_err(|error| no_key(&error))?;
    if is_signed(&keys) {
        return Ok(true);
    }
    let keys = proof.token.keys_after_refusal().await.map_err(|error| no_key(&error))?;
    Ok(is_signed(&keys))
}
