//! The idempotency key of a send.

use std::fmt;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::explain;

/// The caller's `Idempotency-Key`: 1 to 128 printable ASCII characters.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct IdempotencyKey(Box<str>);

/// Missing, too long, or with characters outside printable ASCII.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not an idempotency key")]
pub struct IdempotencyKeyError;

explain! {
    IdempotencyKeyError:
    _ => "idempotency_key",
        "L’en-tête Idempotency-Key est obligatoire : de 1 à 128 caractères sans accent ni espace, différents pour chaque envoi (un UUID convient).",
        "The Idempotency-Key header is required: 1 to 128 printable ASCII characters without spaces, different for every send (a UUID does).";
}

impl IdempotencyKey {
    /// Maximum length.
    pub const MAX_CHARACTERS: usize = 128;

    /// Parses the header's value.
    pub fn parse(text: &str) -> Result<Self, IdempotencyKeyError> {
        if (1..=Self::MAX_CHARACTERS).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_graphic()) {
            Ok(Self(text.into()))
        } else {
            Err(IdempotencyKeyError)
        }
    }

    /// Returns the key unchanged.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for IdempotencyKey {
    type Error = IdempotencyKeyError;

    fn try_from(text: String) -> Result<Self, IdempotencyKeyError> {
        Self::parse(&text)
    }
}

impl From<IdempotencyKey> for String {
    fn from(key: IdempotencyKey) -> Self {
        key.0.into()
    }
}

/// SHA-256 of the request: the same key with another body is a client error.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct RequestDigest(String);

impl RequestDigest {
    /// Computes the digest of a route and a body, byte for byte.
    pub fn of(route: &str, body: &[u8]) -> Self {
        let mut hasher = Sha256::new();
        hasher.update(route.as_bytes());
        hasher.update([0]);
        hasher.update(body);
        Self(hex(&hasher.finalize()))
    }
}

impl fmt::Debug for RequestDigest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Encodes lower-case hexadecimal.
pub(super) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_has_1_to_128_printable_characters() {
        assert!(IdempotencyKey::parse("a").is_ok());
        assert!(IdempotencyKey::parse(&"a".repeat(128)).is_ok());
        for text in ["", "a b", "é", "a\n", &"a".repeat(129)] {
            assert_eq!(IdempotencyKey::parse(text), Err(IdempotencyKeyError));
        }
    }

    #[test]
    fn another_route_or_body_has_another_digest() {
        let digest = RequestDigest::of("POST /v1/sends", b"{}");
        assert_eq!(digest, RequestDigest::of("POST /v1/sends", b"{}"));
        assert_ne!(digest, RequestDigest::of("POST /v1/test-sms", b"{}"));
        assert_ne!(digest, RequestDigest::of("POST /v1/sends", b"{ }"));
    }
}
