//! Carriers: those who bring a text to a phone.

#[cfg(test)]
mod answers_that_break_off;
pub mod aws_sms;
pub mod bridge;
mod credentials;
mod https;
#[cfg(test)]
mod loopback;
pub mod ovh;
mod routes;
mod sdk_error;
mod simulator;
pub mod sns;
pub mod twilio;
mod undocumented;
mod verdict;
mod verdicts;

pub use aws_sms::{AwsSms, AwsSmsSettings};
pub use bridge::{Bridge, BridgeFinding, BridgeSms, BridgeState, is_signed, sign};
pub use ovh::{Ovh, OvhSettings};
pub use routes::{Carriers, Route, Routes, RoutesError};
pub use simulator::Simulator;
pub use sns::Sns;
pub use twilio::{Twilio, TwilioSender, TwilioSettings};
pub use verdict::{ReceiptVerdict, Verdict, Verdicts};
pub use verdicts::{receipt_verdicts, verdicts};

use std::{io::ErrorKind, pin::Pin, time::Duration};

use futures_util::future::join_all;
use jiff::Timestamp;

use domain::{delivery::Outcome, id::MessageId, phone::PhoneNumber};

/// One text to one phone, as a carrier gets it.
#[derive(Clone, Debug)]
pub struct Sms<'a> {
    /// For the carrier's correlation slot.
    pub id: MessageId,
    /// The phone.
    pub to: PhoneNumber,
    /// The text.
    pub text: &'a str,
    /// How often it was tried before.
    pub earlier_attempts: u8,
    /// For how many seconds it is worth sending.
    pub valid_for_s: u32,
}

/// What came of handing one text over.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Handover {
    /// What it means for the message.
    pub outcome: Outcome,
    /// The carrier's own name for the message, where its receipts carry no other.
    pub carrier_id: Option<String>,
}

impl From<Outcome> for Handover {
    fn from(outcome: Outcome) -> Self {
        Self { outcome, carrier_id: None }
    }
}

/// A handover in the making.
pub type Answer<'a> = Pin<Box<dyn Future<Output = Handover> + std::marker::Send + 'a>>;

/// The handovers of a block in the making, in the order of its texts.
pub type Answers<'a> = Pin<Box<dyn Future<Output = Vec<Handover>> + std::marker::Send + 'a>>;

/// A message of which nobody knows.
#[derive(Clone, Debug)]
pub struct Question<'a> {
    /// The text as it was handed over.
    pub sms: Sms<'a>,
    /// When it was handed over, or a moment before.
    pub tried_at: Timestamp,
    /// Whether the carrier is asked for the last time, long after.
    pub is_last: bool,
}

/// What a carrier knows of a message, when it is asked afterwards.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Found {
    /// It took the message.
    Accepted,
    /// It certainly never got it.
    NeverReceived,
    /// It cannot tell, or did not answer.
    Nothing,
}

/// What a carrier knows, in the making.
pub type Finding<'a> = Pin<Box<dyn Future<Output = Found> + std::marker::Send + 'a>>;

/// An adapter that gives no answer for so long never will: it has time-outs of its own before this.
const GIVEN_UP_AFTER: Duration = Duration::from_secs(6);

/// Somebody who brings texts to phones.
pub trait Carrier: std::marker::Send + Sync {
    /// Hands a text over, once. It always answers: whatever cannot be told is
    /// [`Outcome::Unknown`].
    fn send<'a>(&'a self, sms: &'a Sms<'a>) -> Answer<'a>;

    /// Hands a block over: each text once, all at the same time. A carrier that takes several phones in one
    /// request uses that.
    fn send_block<'a>(&'a self, block: &'a [Sms<'a>]) -> Answers<'a> {
        Box::pin(join_all(block.iter().map(|sms| in_time(self.send(sms)))))
    }

    /// Whether the carrier's receipts name a parcel by its [`ParcelTag`], which must be kept before.
    fn uses_tags(&self) -> bool {
        false
    }

    /// Whether [`Carrier::find`] may tell anything.
    fn can_be_asked(&self) -> bool {
        false
    }

    /// Asks what became of a message.
    fn find<'a>(&'a self, _: &'a Question<'a>) -> Finding<'a> {
        Box::pin(std::future::ready(Found::Nothing))
    }
}

/// The handover, or that nobody knows when it takes too long.
async fn in_time(answer: Answer<'_>) -> Handover {
    tokio::time::timeout(GIVEN_UP_AFTER, answer).await.unwrap_or_else(|_| Outcome::Unknown.into())
}

/// Whether a call failed before any byte of the request could leave: no address, nobody listening,
/// no handshake, or a connection that took too long to make. Only then is a message certainly not
/// accepted.
fn was_never_connected(error: &aws_smithy_runtime_api::client::result::ConnectorError) -> bool {
    let mut cause: Option<&dyn std::error::Error> = Some(error);
    while let Some(error) = cause {
        if let Some(error) = error.downcast_ref::<hyper_util::client::legacy::Error>() {
            return error.is_connect();
        }
        if error.downcast_ref::<std::io::Error>().is_some_and(|e| e.kind() == ErrorKind::ConnectionRefused) {
            return true;
        }
        cause = error.source();
    }
    false
}
