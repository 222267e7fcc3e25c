//! What carriers prove themselves with.

use aws::Secret;

/// What carriers prove themselves with; none for a carrier that is not used, whose addresses then do not
/// exist.
#[derive(Clone, Default)]
pub struct Proofs {
    /// Twilio signs over the address as it calls it.
    pub twilio: Option<TwilioProof>,
    /// OVHcloud signs nothing: it knows an address that nobody else knows.
    pub ovh: Option<Secret>,
    /// A bridge shares a key with us, in base64.
    pub bridge: Option<Secret>,
}

/// What Twilio signs with.
#[derive(Clone)]
pub struct TwilioProof {
    /// The account's token.
    pub token: Secret,
    /// Where our API is for Twilio, such as `https://api.carillon.example`: behind a proxy, a request does
    /// not tell.
    pub public_url: String,
}

impl From<(Secret, String)> for TwilioProof {
    fn from((token, public_url): (Secret, String)) -> Self {
        Self { token, public_url }
    }
}

/// Far more than any callback has: whoever has not proved anything yet must not make us work.
pub(crate) const LARGEST: usize = 64 * 1024;
