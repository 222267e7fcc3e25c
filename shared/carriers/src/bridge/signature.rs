//! Standard Webhooks signatures, in both directions.

use base64::{Engine, prelude::BASE64_STANDARD};
use hmac::{Hmac, KeyInit, Mac};
use jiff::Timestamp;
use sha2::Sha256;

use domain::keys::Keys;

/// Tolerated clock difference, which bounds replays.
const TOLERANCE_S: u64 = 5 * 60;

fn mac(key: &[u8], id: &str, timestamp: &str, body: &[u8]) -> Hmac<Sha256> {
    let mut mac = Hmac::<Sha256>::new_from_slice(key).expect("HMAC takes a key of any length");
    for part in [id.as_bytes(), b".", timestamp.as_bytes(), b".", body] {
        mac.update(part);
    }
    mac
}

/// Signs a body according to Standard Webhooks.
pub fn sign(key: &[u8], id: &str, timestamp: &str, body: &[u8]) -> String {
    let code = mac(key, id, timestamp, body).finalize().into_bytes();
    format!("v1,{}", BASE64_STANDARD.encode(code))
}

/// Verifies a body's signature with a key. The header may contain several, separated by spaces.
pub fn is_signed(key: &[u8], id: &str, timestamp: &str, body: &[u8], signature: &str) -> bool {
    signature.split(' ').filter_map(|one| one.strip_prefix("v1,")).any(|code| {
        BASE64_STANDARD
            .decode(code)
            .is_ok_and(|code| mac(key, id, timestamp, body).verify_slice(&code).is_ok())
    })
}

/// Verifies a body's signature with any of our keys, one base64 line each.
pub fn is_signed_by_any(keys: &Keys, id: &str, timestamp: &str, body: &[u8], signature: &str) -> bool {
    keys.all().filter_map(key).any(|key| is_signed(&key, id, timestamp, body, signature))
}

/// Whether a request's epoch seconds are within five minutes of our clock.
pub fn is_fresh(timestamp: &str, now: Timestamp) -> bool {
    timestamp.parse().is_ok_and(|timestamp: i64| now.as_second().abs_diff(timestamp) <= TOLERANCE_S)
}

/// Decodes a key. An empty one is invalid: anyone could sign with it.
pub(super) fn key(line: &str) -> Option<Vec<u8>> {
    BASE64_STANDARD.decode(line).ok().filter(|key| !key.is_empty())
}

#[cfg(test)]
mod tests {
    use futures_util::FutureExt;
    use proptest::prelude::*;

    use super::*;
    use aws::Secret;

    /// The shared test vector of the libraries
    /// (<https://github.com/standard-webhooks/standard-webhooks>).
    const KEY: &str = "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
    const ID: &str = "msg_p5jXN8AQM9LWM0D4loKWxJek";
    const TIME: &str = "1614265330";
    const BODY: &[u8] = br#"{"test": 2432232314}"#;
    const SIGNATURE: &str = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=";

    fn keys(value: &str) -> Keys {
        Secret::known(value).keys().now_or_never().unwrap().unwrap()
    }

    #[test]
    fn the_signature_is_that_of_the_standard_webhooks_vector() {
        assert_eq!(sign(&key(KEY).unwrap(), ID, TIME, BODY), SIGNATURE);
    }

    #[test]
    fn any_of_our_keys_and_any_of_their_signatures_will_do() {
        let both = format!("v1,AAAA v2,zzzz {SIGNATURE}");
        assert!(is_signed_by_any(&keys(&format!("b3RoZXI=\n{KEY}")), ID, TIME, BODY, &both));
        for strangers in ["b3RoZXI=", "", "not base64!", "===="] {
            assert!(!is_signed_by_any(&keys(strangers), ID, TIME, BODY, SIGNATURE), "{strangers}");
        }
    }

    #[test]
    fn nobody_signs_with_an_empty_key() {
        let signature = sign(b"", ID, TIME, BODY);
        assert!(!is_signed_by_any(&keys(""), ID, TIME, BODY, &signature));
    }

    #[test]
    fn one_flipped_bit_of_the_name_the_time_or_the_signature_is_noticed() {
        let flipped = |text: &str, bit: usize| {
            let mut bytes = text.as_bytes().to_vec();
            bytes[bit / 8] ^= 1 << (bit % 8);
            String::from_utf8(bytes).ok()
        };
        let signed =
            |id: &str, time: &str, signature: &str| is_signed_by_any(&keys(KEY), id, time, BODY, signature);
        assert!(signed(ID, TIME, SIGNATURE));
        for (text, of) in [(ID, 0), (TIME, 1), (SIGNATURE, 2)] {
            for changed in (0..text.len() * 8).filter_map(|bit| flipped(text, bit)) {
                let mut parts = [ID, TIME, SIGNATURE];
                parts[of] = &changed;
                assert!(!signed(parts[0], parts[1], parts[2]), "{changed}");
            }
        }
    }

    proptest! {
        #[test]
        fn one_flipped_bit_of_any_body_or_key_is_noticed(
            body in proptest::collection::vec(any::<u8>(), 1..200),
            key in proptest::collection::vec(any::<u8>(), 24..64),
            (of_the_key, bit) in (any::<bool>(), any::<proptest::sample::Index>()),
        ) {
            let signature = sign(&key, ID, TIME, &body);
            prop_assert!(is_signed(&key, ID, TIME, &body, &signature));
            let (mut changed_key, mut changed_body) = (key, body);
            let part = if of_the_key { &mut changed_key } else { &mut changed_body };
            let bit = bit.index(part.len() * 8);
            part[bit / 8] ^= 1 << (bit % 8);
            prop_assert!(!is_signed(&changed_key, ID, TIME, &changed_body, &signature));
        }
    }

    #[test]
    fn a_request_is_fresh_for_five_minutes_on_either_side() {
        let now = Timestamp::from_second(1_614_265_330).unwrap();
        for (timestamp, fresh) in [
            ("1614265330", true),
            ("1614265030", true),
            ("1614265029", false),
            ("1614265630", true),
            ("1614265631", false),
            ("", false),
            ("now", false),
            ("1614265330.5", false),
            ("-9223372036854775808", false),
            ("99999999999999999999", false),
        ] {
            assert_eq!(is_fresh(timestamp, now), fresh, "{timestamp}");
        }
    }
}
