//! The recall window of absence alerts.

use jiff::SignedDuration;
use serde::{Deserialize, Serialize};

use crate::language::{Explain, Phrase};

/// Minutes for which an absence alert is held, 0 (disabled) to 60.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "u64", into = "u64")]
pub struct RecallWindow(u8);

/// More than an hour: absences must be announced without delay.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a recall window has at most {} minutes", RecallWindow::LONGEST_MIN)]
pub struct RecallWindowError;

impl Explain for RecallWindowError {
    fn code(&self) -> &'static str {
        "recall_window"
    }

    fn explain(&self) -> Phrase {
        let longest = RecallWindow::LONGEST_MIN;
        Phrase::new(
            format!(
                "Le délai de retrait va de 0 à {longest} minutes : une absence doit être annoncée rapidement."
            ),
            format!("A recall window has 0 to {longest} minutes: an absence is told without delay."),
        )
    }
}

impl RecallWindow {
    /// Maximum, in minutes.
    pub const LONGEST_MIN: u8 = 60;

    /// Validates a number of minutes.
    pub fn new(minutes: u64) -> Result<Self, RecallWindowError> {
        match u8::try_from(minutes) {
            Ok(minutes) if minutes <= Self::LONGEST_MIN => Ok(Self(minutes)),
            _ => Err(RecallWindowError),
        }
    }

    /// Whether the window is disabled.
    pub const fn is_none(self) -> bool {
        self.0 == 0
    }

    /// Returns its length.
    pub fn duration(self) -> SignedDuration {
        SignedDuration::from_mins(i64::from(self.0))
    }
}

impl TryFrom<u64> for RecallWindow {
    type Error = RecallWindowError;

    fn try_from(minutes: u64) -> Result<Self, RecallWindowError> {
        Self::new(minutes)
    }
}

impl From<RecallWindow> for u64 {
    fn from(window: RecallWindow) -> Self {
        window.0.into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_window_has_no_minute_to_an_hour() {
        assert!(RecallWindow::new(0).unwrap().is_none());
        assert_eq!(RecallWindow::new(60).unwrap().duration(), SignedDuration::from_hours(1));
        for minutes in [61, 256, u64::MAX] {
            assert_eq!(RecallWindow::new(minutes), Err(RecallWindowError));
        }
    }
}
