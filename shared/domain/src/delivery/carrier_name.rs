//! The supported carriers.

use std::fmt;

use serde::{Deserialize, Serialize};

/// A carrier's name in settings, in the table and in the API.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum CarrierName {
    Sns,
    /// AWS End User Messaging SMS.
    AwsSms,
    Ovh,
    Twilio,
    /// Any gateway that implements our own contract.
    Bridge,
    /// In-process carrier for unassignable numbers.
    Simulator,
}

/// An unknown carrier name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("unknown carrier: expected sns, aws-sms, ovh, twilio, bridge or simulator")]
pub struct UnknownCarrier;

impl CarrierName {
    /// All carriers, in the order of their stored codes; append new ones.
    pub const ALL: [Self; 6] =
        [Self::Sns, Self::AwsSms, Self::Ovh, Self::Twilio, Self::Bridge, Self::Simulator];

    /// Returns the wire name.
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

    /// Parses a wire name.
    pub fn parse(name: &str) -> Result<Self, UnknownCarrier> {
        Self::ALL.into_iter().find(|known| known.as_str() == name).ok_or(UnknownCarrier)
    }
}

impl fmt::Display for CarrierName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
