//! `ETag` and `If-Match`: nobody overwrites what they have not seen.

use axum::{
    extract::FromRequestParts,
    http::{HeaderValue, header, request::Parts},
};

use super::{Problem, ProblemKind};
use domain::language::Phrase;

/// The `ETag` header of a version.
pub fn etag(version: u64) -> (header::HeaderName, HeaderValue) {
    let value = HeaderValue::from_str(&format!("\"{version}\"")).expect("digits between quotes");
    (header::ETAG, value)
}

/// What the header tells, for the documentation.
#[derive(Clone, Copy, Debug)]
pub struct Etag;

/// The version that the caller has seen, from `If-Match`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct IfMatch(u64);

impl IfMatch {
    /// Fails unless the caller has seen the present version.
    pub fn check(self, present: u64) -> Result<(), Problem> {
        if self.0 == present { Ok(()) } else { Err(Self::failed()) }
    }

    /// A change needs to be of something that was read.
    pub(super) fn missing() -> Problem {
        Problem::new(
            ProblemKind::PreconditionRequired,
            Phrase::fixed(
                "Lisez d’abord la ressource, puis renvoyez son ETag dans l’en-tête If-Match.",
                "Read the resource first, then send its ETag back in the If-Match header.",
            ),
        )
    }

    /// Somebody else wrote first.
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
        // A tag that we never gave matches nothing.
        version.map(Self).ok_or_else(Self::failed)
    }
}
