//! The bodies of the bridge contract.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use domain::delivery::FailureReason;

/// The request of a submission to a bridge.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BridgeSms {
    /// Our reference, identical in every attempt and every receipt.
    pub reference: String,
    /// E.164.
    pub to: String,
    pub text: String,
    /// Validity in seconds: a message held for longer is dropped and reported in a receipt
    /// (`too_late`).
    #[serde(default)]
    pub valid_for_s: u32,
}

/// The optional body of a refusal.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BridgeRefusal {
    pub reason: FailureReason,
}

/// The response to a status query.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BridgeFinding {
    /// The message queried.
    pub reference: String,
    pub state: BridgeState,
}

/// The state of a message at a bridge.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum BridgeState {
    Accepted,
    NeverReceived,
    /// The bridge has no information.
    Unknown,
}

/// A callback of a bridge.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum BridgeEvent {
    /// The progress of a message.
    Receipt {
        /// Our reference.
        reference: String,
        state: BridgeProgress,
        /// Reason of a failure; undelivered by default.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reason: Option<FailureReason>,
        at: Timestamp,
    },
    /// An inbound SMS.
    Reply {
        /// E.164.
        from: String,
        text: String,
        /// Our reference of the message answered, if known.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        in_reply_to: Option<String>,
        at: Timestamp,
    },
}

/// The progress of a message accepted by a bridge.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum BridgeProgress {
    /// Handed to the network.
    Sent,
    /// Delivered to the phone.
    Delivered,
    Failed,
}
