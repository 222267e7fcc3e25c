//! `ETag` and `If-Match`: optimistic locking against lost updates.

use axum::{
    extract::FromRequestParts,
    http::{HeaderValue, header, request::Parts},
};

use super::{Problem, ProblemKind};
use domain::language::Phrase;

/// Returns the `ETag` header of a version.
pub fn etag(version: u64) -> (header::HeaderName, HeaderValue) {
    let value = HeaderValue::from_str(&format!("\"{version}\"")).expect("quoted digits are valid");
    (header::ETAG, value)
}

/// The header, for the document.
#[derive(Clone, Copy, Debug)]
pub struct Etag;

/// The version in the caller's `If-Match`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct IfMatch(u64);

impl IfMatch {
    /// Fails unless the version is current.
    pub fn check(self, present: u64) -> Result<(), Problem> {
        if self.0 == present { Ok(()) } else { Err(Self::failed()) }
    }

    /// Refuses a change without `If-Match`.
    pub(super) fn missing() -> Problem {
        Problem::new(
            ProblemKind::PreconditionRequired,
            Phrase::fixed(
                "Lisez d’abord la ressource, puis renvoyez son ETag dans l’en-tête If-Match.",
                "Read the resource first, then send its ETag back in the If-Match header.",
            ),
        )
    }

    /// Refuses a change of an outdated version.
    pub fn failed() -> Problem {
        Problem::new(
            ProblemKind::PreconditionFailed,
            Phrase::fixed(
                "Quelqu’un l’a modifié depuis votre lecture : relisez, puis recommencez avec le nouvel ETag.",
                "Somebody changed it since you read it: read it again, then start over with the new ETag.",
            ),
        )
    }
}

impl<S: Sync> FromRequestParts<S> for IfMatch {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        let Some(value) = parts.headers.get(header::IF_MATCH) else {
            return Err(Self::missing());
        };
        let version = value
            .to_str()
            .ok()
            .and_then(|text| text.trim().strip_prefix('"')?.strip_suffix('"')?.parse().ok());
        // An unknown tag matches nothing.
        version.map(Self).ok_or_else(Self::failed)
    }
}
