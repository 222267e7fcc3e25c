//! The bodies of the contract between us and a bridge.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use domain::delivery::FailureReason;

/// What a bridge receives.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BridgeSms {
    /// Our name for the message; the same one in every attempt and every receipt.
    pub reference: String,
    /// The phone in E.164.
    pub to: String,
    /// The text.
    pub text: String,
    /// For how many seconds it is worth bringing: whoever keeps it for longer lets it go and says so in a
    /// receipt (`too_late`).
    #[serde(default)]
    pub valid_for_s: u32,
}

/// What a bridge may add to a refusal.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BridgeRefusal {
    /// Why.
    pub reason: FailureReason,
}

/// What a bridge knows of a message.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BridgeFinding {
    /// The message that was asked for.
    pub reference: String,
    /// What became of it.
    pub state: BridgeState,
}

/// What became of a message at a bridge.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum BridgeState {
    /// It was taken.
    Accepted,
    /// It never came.
    NeverReceived,
    /// The bridge cannot tell.
    Unknown,
}

/// What a bridge tells by itself.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum BridgeEvent {
    /// What became of a message.
    Receipt {
        /// Our name for it.
        reference: String,
        /// How far it is.
        state: BridgeProgress,
        /// Why it failed; undelivered when the bridge does not say.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reason: Option<FailureReason>,
        /// When.
        at: Timestamp,
    },
    /// What a person answered.
    Reply {
        /// Whose phone, in E.164.
        from: String,
        /// The text.
        text: String,
        /// Our name for the message that it answers, if the bridge knows.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        in_reply_to: Option<String>,
        /// When.
        at: Timestamp,
    },
}

/// How far a message is, after a bridge took it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum BridgeProgress {
    /// The network has it.
    Sent,
    /// The phone has it.
    Delivered,
    /// It will not arrive.
    Failed,
}
