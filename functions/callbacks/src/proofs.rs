//! The keys that authenticate carriers.

use aws::Secret;

/// The keys that authenticate carriers. A carrier without a key is not in use, and its addresses answer 404.
#[derive(Clone, Default)]
pub struct Proofs {
    /// Twilio signs the address that it calls.
    pub twilio: Option<TwilioProof>,
    /// OVHcloud signs nothing: the address holds a secret.
    pub ovh: Option<Secret>,
    /// A key shared with the bridge, in base64.
    pub bridge: Option<Secret>,
}

/// The inputs of Twilio's signature.
#[derive(Clone)]
pub struct TwilioProof {
    /// The account's auth token.
    pub token: Secret,
    /// The public address of the API for Twilio, such as `https://api.carillon.example`: behind a proxy, a
    /// request does not carry it.
    pub public_url: String,
}

impl From<(Secret, String)> for TwilioProof {
    fn from((token, public_url): (Secret, String)) -> Self {
        Self { token, public_url }
    }
}

/// Far larger than any callback. Limits the work for unauthenticated requests.
pub(crate) const LARGEST: usize = 64 * 1024;
