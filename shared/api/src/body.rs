//! Request bodies.

use axum::{
    body::to_bytes,
    extract::{FromRequest, Request},
    http::header,
};
use bytes::Bytes;
use deserr::Deserr;

use super::{FieldErrors, Problem, ProblemKind};
use domain::language::Phrase;

/// Size limit: Lambda's payload is limited to 6 MB, in which a binary body is base64-encoded, a third
/// larger, and shares the event with other data.
pub const MAX_BODY_BYTES: usize = 4_400_000;

/// A body as bytes, limited in size.
#[derive(Clone, Debug)]
pub struct RawBody(pub Bytes);

impl<S: Sync> FromRequest<S> for RawBody {
    type Rejection = Problem;

    async fn from_request(request: Request, _: &S) -> Result<Self, Problem> {
        Self::of_at_most(MAX_BODY_BYTES, request).await
    }
}

impl RawBody {
    /// Reads a request's body up to a size limit.
    pub async fn of_at_most(limit: usize, request: Request) -> Result<Self, Problem> {
        let announced = request
            .headers()
            .get(header::CONTENT_LENGTH)
            .and_then(|length| length.to_str().ok()?.parse::<usize>().ok());
        if announced.is_some_and(|length| length > limit) {
            return Err(too_large(limit));
        }
        to_bytes(request.into_body(), limit).await.map(Self).map_err(|_| too_large(limit))
    }
}

fn too_large(limit: usize) -> Problem {
    // Two decimals of a megabyte.
    let megabytes = (limit / 10_000) as f64 / 100.0;
    Problem::new(
        ProblemKind::TooLarge,
        Phrase::new(
            format!(
                "Une requête est limitée à {} Mo : découpez-la en plusieurs.",
                megabytes.to_string().replace('.', ",")
            ),
            format!("A request is limited to {megabytes} MB: cut it into several."),
        ),
    )
}

/// A JSON body, parsed into `T` or refused with all its errors, and its bytes.
#[derive(Debug)]
pub struct JsonBody<T> {
    pub value: T,
    /// The original bytes.
    pub bytes: Bytes,
}

impl<S: Sync, T: Deserr<FieldErrors>> FromRequest<S> for JsonBody<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, state: &S) -> Result<Self, Problem> {
        if !is_json(&request) {
            return Err(Problem::new(
                ProblemKind::UnsupportedMediaType,
                Phrase::fixed(
                    "Envoyez du JSON, avec l’en-tête Content-Type: application/json.",
                    "Send JSON, with the header Content-Type: application/json.",
                ),
            ));
        }
        let RawBody(bytes) = RawBody::from_request(request, state).await?;
        let value = parse(&bytes)?;
        Ok(Self { value, bytes })
    }
}

/// An optional JSON body.
#[derive(Debug)]
pub struct OptionalJsonBody<T>(pub T);

impl<S: Sync, T: Deserr<FieldErrors> + Default> FromRequest<S> for OptionalJsonBody<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, state: &S) -> Result<Self, Problem> {
        let RawBody(bytes) = RawBody::from_request(request, state).await?;
        if bytes.is_empty() { Ok(Self(T::default())) } else { parse(&bytes).map(Self) }
    }
}

/// Parses JSON into `T`.
fn parse<T: Deserr<FieldErrors>>(bytes: &[u8]) -> Result<T, Problem> {
    let json: serde_json::Value = serde_json::from_slice(bytes).map_err(|error| {
        let (line, column) = (error.line(), error.column());
        Problem::new(
            ProblemKind::MalformedJson,
            Phrase::new(
                format!("Le JSON est interrompu ou mal écrit à la ligne {line}, colonne {column}."),
                format!("The JSON is cut off or badly written at line {line}, column {column}."),
            ),
        )
    })?;
    Ok(deserr::deserialize::<T, _, FieldErrors>(json)?)
}

fn is_json(request: &Request) -> bool {
    let content_type = request.headers().get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
    content_type.and_then(|value| value.split(';').next()).is_some_and(|kind| {
        kind.trim().eq_ignore_ascii_case("application/json")
            || kind.trim().to_ascii_lowercase().ends_with("+json")
    })
}
