//! The fast path: what the nine digits after `0` or `+33` tell by themselves.
//!
//! It decides only where the plan is simple, and then exactly as the phone metadata would; a
//! differential test holds it to that. Everything else is `Verdict::AskTheMetadata`.

use super::PhoneNumberError;

/// What the first digits of a French national number tell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    /// A mobile of metropolitan France.
    MetropolitanMobile,
    /// ARCEP's fiction block, 06 39 98, which is allocated to nobody.
    Simulated,
    /// Certainly not a mobile number.
    Refused(PhoneNumberError),
    /// The overseas blocks and whatever is finely divided.
    AskTheMetadata,
}

/// Judges a national significant number of nine digits (`612345678` for `06 12 34 56 78`).
pub(super) fn judge(national: &[u8; 9]) -> Verdict {
    match national {
        [b'6', b'3', b'9', b'9', b'8', ..] => Verdict::Simulated,
        [b'6', b'3', b'9', ..] => Verdict::AskTheMetadata, // Mayotte
        [b'6', b'9', ..] => Verdict::AskTheMetadata,       // Antilles, Guyane, Réunion and 0695, 0698, 0699
        [b'6', ..] => Verdict::MetropolitanMobile,
        [b'7', b'0', b'0', ..] => Verdict::Refused(PhoneNumberError::MachineToMachine),
        [b'7', b'3'..=b'9', ..] => Verdict::MetropolitanMobile,
        [b'8', ..] => Verdict::Refused(PhoneNumberError::SpecialRate),
        [b'1' | b'3', ..] => Verdict::Refused(PhoneNumberError::Landline),
        _ => Verdict::AskTheMetadata,
    }
}
