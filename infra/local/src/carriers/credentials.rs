//! Our credentials at the carriers of this machine.

use std::sync::Arc;

use sha2::{Digest, Sha256};

use super::identifiers::hex;

/// The account at each stand-in, and the signing keys of both sides.
#[derive(Clone)]
pub struct Credentials {
    /// Twilio's `AccountSid`, `AC` and 32 hexadecimal digits.
    pub twilio_account: String,
    /// Twilio's `AuthToken`: the password of requests and the key of callbacks.
    pub twilio_token: String,
    pub ovh_application: String,
    /// OVHcloud's application secret, which signs and is never sent.
    pub ovh_application_secret: String,
    pub ovh_consumer: String,
    /// The SMS account at OVHcloud.
    pub ovh_service: String,
    /// The secret path segment of OVHcloud's callbacks, which are unsigned.
    pub ovh_callback_secret: String,
    /// The key shared with the bridge.
    pub bridge_key: Arc<[u8]>,
    /// The key of the tombstones of erased numbers; no carrier has it.
    pub erasure_key: String,
}

impl Credentials {
    /// Derives the same credentials at every start from the secret of the data folder.
    pub fn of_this_machine(secret: &[u8]) -> Self {
        let digest = |name: &str| Sha256::new().chain_update(secret).chain_update(name).finalize();
        let digits = |name: &str, length: usize| hex(&digest(name))[..length].to_owned();
        let service = digest("ovh service");
        Self {
            twilio_account: format!("AC{}", digits("twilio account", 32)),
            twilio_token: digits("twilio token", 32),
            ovh_application: digits("ovh application", 16),
            ovh_application_secret: digits("ovh application secret", 32),
            ovh_consumer: digits("ovh consumer", 32),
            ovh_service: format!("sms-ca{:05}-1", u16::from_be_bytes([service[0], service[1]])),
            ovh_callback_secret: digits("ovh callback secret", 32),
            bridge_key: digest("bridge key").as_slice().into(),
            erasure_key: digits("erasure key", 64),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_machine_keeps_its_credentials_and_shares_them_with_no_other() {
        let (one, again) = (Credentials::of_this_machine(b"one"), Credentials::of_this_machine(b"one"));
        let other = Credentials::of_this_machine(b"other");
        assert_eq!(one.twilio_account, again.twilio_account);
        assert_eq!(one.bridge_key, again.bridge_key);
        assert_ne!(one.twilio_account, other.twilio_account);
        assert_ne!(one.bridge_key, other.bridge_key);
        let sid = one.twilio_account.strip_prefix("AC").unwrap();
        assert!(sid.len() == 32 && sid.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f')));
    }
}
