//! Undocumented codes of carriers, logged once each.

use std::{
    collections::BTreeSet,
    sync::{Mutex, PoisonError},
};

use domain::{
    delivery::{CarrierName, NotAReport},
    language::Explain,
};

/// Codes already logged. More than that is noise.
static TOLD: Mutex<BTreeSet<(CarrierName, String)>> = Mutex::new(BTreeSet::new());
const TOLD_AT_MOST: usize = 200;
/// Exceeds the longest code of any carrier.
const MAX_CHARACTERS: usize = 100;

/// Logs an undocumented code, to be added to its table.
pub(super) fn note(carrier: CarrierName, code: &str) {
    let code = if is_a_code(code) { code } else { "(no code)" };
    let mut told = TOLD.lock().unwrap_or_else(PoisonError::into_inner);
    if told.len() < TOLD_AT_MOST && told.insert((carrier, code.to_owned())) {
        tracing::warn!(%carrier, code, "undocumented carrier response");
    }
}

/// Logs that a carrier named a message in a way that is not ours: what it told of it is lost. Neither the name nor
/// what was told is logged.
pub(super) fn note_unknown_reference(carrier: CarrierName) {
    tracing::warn!(%carrier, reason = NotAReport::NotOurs.code(), "unreadable reference");
}

/// Whether a log may hold it. What a carrier writes where its code should be may be a sentence with a
/// number in it.
fn is_a_code(code: &str) -> bool {
    let is_of_a_code = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | ':' | '.' | ' ');
    let is_no_phone = |word: &str| word.len() < 7 || !word.bytes().all(|byte| byte.is_ascii_digit());
    (1..=MAX_CHARACTERS).contains(&code.len())
        && code.chars().all(is_of_a_code)
        && code.split(|c: char| !c.is_ascii_digit()).all(is_no_phone)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_phone_number_or_a_sentence_is_no_code() {
        for code in ["21610", "HTTP 418", "Client::Forbidden", "ConflictException RESOURCE_NOT_ACTIVE"] {
            assert!(is_a_code(code), "{code}");
        }
        for text in ["", "+33639981234", "0033639981234", "Bonjour, l’école ferme", &"a".repeat(101)] {
            assert!(!is_a_code(text), "{text}");
        }
    }
}
