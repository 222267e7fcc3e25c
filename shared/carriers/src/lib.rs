//! Carriers: the providers that deliver texts to phones.

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

/// One text to one phone, in the form for carriers.
#[derive(Clone, Debug)]
pub struct Sms<'a> {
    /// For the carrier's correlation slot.
    pub id: MessageId,
    /// The phone.
    pub to: PhoneNumber,
    pub text: &'a str,
    pub earlier_attempts: u8,
    /// Validity in seconds.
    pub valid_for_s: u32,
}

/// What came of handing one text over.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Handover {
    pub outcome: Outcome,
    /// The carrier's message id, if its receipts contain no other reference.
    pub carrier_id: Option<String>,
}

impl From<Outcome> for Handover {
    fn from(outcome: Outcome) -> Self {
        Self { outcome, carrier_id: None }
    }
}

/// A pending submission.
pub type Answer<'a> = Pin<Box<dyn Future<Output = Handover> + std::marker::Send + 'a>>;

/// Pending submissions of a block, in the order of its texts.
pub type Answers<'a> = Pin<Box<dyn Future<Output = Vec<Handover>> + std::marker::Send + 'a>>;

/// A status query for a message with an unknown outcome.
#[derive(Clone, Debug)]
pub struct Question<'a> {
    /// The text as submitted.
    pub sms: Sms<'a>,
    /// When it was submitted, or just before.
    pub tried_at: Timestamp,
    /// Whether this is the last query, long after.
    pub is_last: bool,
}

/// The result of a status query.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Found {
    Accepted,
    /// It certainly never arrived.
    NeverReceived,
    /// No information, or no response.
    Nothing,
}

/// A pending status query.
pub type Finding<'a> = Pin<Box<dyn Future<Output = Found> + std::marker::Send + 'a>>;

/// Upper bound of an adapter's response time: its own timeouts are shorter.
const GIVEN_UP_AFTER: Duration = Duration::from_secs(6);

/// A carrier.
pub trait Carrier: std::marker::Send + Sync {
    /// Submits a text once. Always returns: any doubt is [`Outcome::Unknown`].
    fn send<'a>(&'a self, sms: &'a Sms<'a>) -> Answer<'a>;

    /// Submits a block: each text once, concurrently. Overridden by carriers that accept several phones
    /// in one request.
    fn send_block<'a>(&'a self, block: &'a [Sms<'a>]) -> Answers<'a> {
        Box::pin(join_all(block.iter().map(|sms| in_time(self.send(sms)))))
    }

    /// Whether the carrier's receipts refer to a parcel by its [`ParcelTag`](domain::delivery::ParcelTag), which must be stored
    /// before.
    fn uses_tags(&self) -> bool {
        false
    }

    /// Whether [`Carrier::find`] may return information.
    fn can_be_asked(&self) -> bool {
        false
    }

    /// Queries the status of a message.
    fn find<'a>(&'a self, _: &'a Question<'a>) -> Finding<'a> {
        Box::pin(std::future::ready(Found::Nothing))
    }
}

/// Awaits the submission; unknown after the time limit.
async fn in_time(answer: Answer<'_>) -> Handover {
    tokio::time::timeout(GIVEN_UP_AFTER, answer).await.unwrap_or_else(|_| Outcome::Unknown.into())
}

/// Whether a call failed before any byte of the request could be sent: no address, connection refused,
/// no handshake, or a connect timeout. Only then is a message certainly not accepted.
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
