//! The school, our tenant.

mod callback_number;
mod history;
mod household_rule;
mod profile;
mod quiet_hours;
mod recall_window;
mod school_year;
mod texts_kept;
mod time_zone;
mod uai;

pub use callback_number::{CallbackNumber, CallbackNumberError};
pub use history::{ChangedSetting, SettingsChange};
pub use household_rule::{HouseholdRule, UnknownHouseholdRule};
pub use profile::{School, SchoolName};
pub use quiet_hours::{QuietHours, QuietHoursError, QuietHoursText};
pub use recall_window::{RecallWindow, RecallWindowError};
pub use school_year::{NotASchoolYear, SchoolYear};
pub use texts_kept::{TextsKept, TextsKeptError};
pub use time_zone::{SchoolTimeZone, UnknownTimeZone};
pub use uai::{Uai, UaiError};
