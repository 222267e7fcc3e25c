//! The world behind our carriers' adapters, on this machine.

use std::sync::Arc;

use aws_smithy_runtime_api::client::http::SharedHttpConnector;
use domain::clock::Clock;
use tokio::sync::mpsc;

use super::{credentials::Credentials, network::ReceiptPace};
use crate::phones::Inbox;

/// The shared state of all stand-ins.
#[derive(Clone)]
pub struct FakeCarrier {
    pub inbox: Arc<Inbox>,
    /// Dates receipts and checks timestamps.
    pub clock: Arc<dyn Clock>,
    /// Credentials of callers, and keys of callbacks.
    pub credentials: Credentials,
    /// The HTTP client of callbacks.
    pub outgoing: SharedHttpConnector,
    /// The base address of our API, for callbacks.
    pub callbacks: String,
    /// Queue message bodies: the events of AWS, each in the envelope of an SNS notification.
    pub aws_events: mpsc::UnboundedSender<String>,
    /// The delays of receipts.
    pub pace: ReceiptPace,
}
