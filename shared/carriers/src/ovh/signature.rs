//! Request signatures of OVHcloud's API.

use std::fmt::Write;

use sha1::{Digest, Sha1};

/// The signed parts.
pub(super) struct Signed<'a> {
    pub application_secret: &'a str,
    pub consumer_key: &'a str,
    pub method: &'a str,
    /// The complete URL of the call, with its query.
    pub url: &'a str,
    pub body: &'a str,
    /// Epoch seconds of OVHcloud's clock.
    pub timestamp: &'a str,
}

impl Signed<'_> {
    /// Returns `$1$`, then SHA-1 in hexadecimal over all parts, joined by `+`.
    pub fn signature(&self) -> String {
        let Self { application_secret, consumer_key, method, url, body, timestamp } = self;
        let parts = [*application_secret, consumer_key, method, url, body, timestamp];
        let mut signature = "$1$".to_owned();
        for byte in Sha1::digest(parts.join("+")) {
            write!(signature, "{byte:02x}").expect("writing to a string succeeds");
        }
        signature
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    /// The test vector of OVHcloud's own clients (python-ovh and others).
    const PARTS: [&str; 6] = [
        "9ufkBmLaTQ9nz5yMUlg79taH0GNnzDjk",
        "5mBuy6SUQcRw2ZUxg0cG68BoDKpED4KY",
        "GET",
        "https://eu.api.ovh.com/1.0/auth",
        "",
        "1457018875",
    ];
    const SIGNATURE: &str = "$1$e9556054b6309771395efa467c22e627407461ad";

    fn signature([application_secret, consumer_key, method, url, body, timestamp]: [&str; 6]) -> String {
        Signed { application_secret, consumer_key, method, url, body, timestamp }.signature()
    }

    #[test]
    fn the_signature_is_that_of_ovhclouds_own_clients() {
        assert_eq!(signature(PARTS), SIGNATURE);
    }

    #[test]
    fn one_flipped_bit_of_any_part_gives_another_signature() {
        let mut signed = PARTS;
        signed[4] = r#"{"message":"Bonjour"}"#;
        let mut signatures = BTreeSet::from([signature(signed)]);
        for (place, part) in signed.into_iter().enumerate() {
            for bit in 0..part.len() * 8 {
                let mut bytes = part.as_bytes().to_vec();
                bytes[bit / 8] ^= 1 << (bit % 8);
                let Ok(flipped) = String::from_utf8(bytes) else { continue };
                let mut changed = signed;
                changed[place] = &flipped;
                assert!(signatures.insert(signature(changed)), "{place} {flipped}");
            }
        }
    }
}
