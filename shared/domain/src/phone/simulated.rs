//! Numbers that belong to nobody, on which anything may be tried.

use super::PhoneNumber;

/// What the simulator does with a number of the fiction block `06 39 98 xx xx`, by its last two
/// digits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SimulatedBehaviour {
    /// `01`: refused for good.
    Refused,
    /// `02`: "try later" twice, then accepted.
    TryLaterTwice,
    /// `03`: the answer never comes, although the request left.
    TimesOut,
    /// `04`: accepted, then reported undelivered.
    Undelivered,
    /// `05`: accepted, its receipt comes late and twice.
    LateReceiptTwice,
    /// `06`: refused because the person opted out.
    OptedOut,
    /// `07`: accepted, slowly.
    Slow,
    /// Any other: accepted, then reported delivered.
    Delivered,
}

impl SimulatedBehaviour {
    /// What the simulator does with this number.
    pub fn of(number: PhoneNumber) -> Self {
        match number.last_two_digits() {
            1 => Self::Refused,
            2 => Self::TryLaterTwice,
            3 => Self::TimesOut,
            4 => Self::Undelivered,
            5 => Self::LateReceiptTwice,
            6 => Self::OptedOut,
            7 => Self::Slow,
            _ => Self::Delivered,
        }
    }
}
