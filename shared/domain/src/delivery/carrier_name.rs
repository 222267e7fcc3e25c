//! The carriers that there are.

use std::fmt;

use serde::{Deserialize, Serialize};

/// A carrier, by its name in settings, in the table and in the API.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum CarrierName {
    /// Amazon SNS.
    Sns,
    /// AWS End User Messaging SMS.
    AwsSms,
    /// OVHcloud SMS.
    Ovh,
    /// Twilio.
    Twilio,
    /// Anybody's gateway behind our own contract.
    Bridge,
    /// The one inside the process, for numbers that belong to nobody.
    Simulator,
}

/// A name that no carrier has.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("no carrier has this name: there are sns, aws-sms, ovh, twilio, bridge and simulator")]
pub struct UnknownCarrier;

impl CarrierName {
    /// All of them, in the order of their stored codes: a new one goes to the end.
    pub const ALL: [Self; 6] =
        [Self::Sns, Self::AwsSms, Self::Ovh, Self::Twilio, Self::Bridge, Self::Simulator];

    /// The name.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Sns => "sns",
            Self::AwsSms => "aws-sms",
            Self::Ovh => "ovh",
            Self::Twilio => "twilio",
            Self::Bridge => "bridge",
            Self::Simulator => "simulator",
        }
    }

    /// Reads a name.
    pub fn parse(name: &str) -> Result<Self, UnknownCarrier> {
        Self::ALL.into_iter().find(|known| known.as_str() == name).ok_or(UnknownCarrier)
    }
}

impl fmt::Display for CarrierName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
