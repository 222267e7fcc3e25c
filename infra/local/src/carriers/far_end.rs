//! What lies beyond our carriers' adapters, on this machine.

use std::sync::Arc;

use aws_smithy_runtime_api::client::http::SharedHttpConnector;
use domain::clock::Clock;
use tokio::sync::mpsc;

use super::{credentials::Credentials, network::ReceiptPace};
use crate::phones::Inbox;

/// What lies beyond our carriers' adapters, on this machine.
#[derive(Clone)]
pub struct FarEnd {
    /// The phones.
    pub inbox: Arc<Inbox>,
    /// Dates receipts and checks timestamps.
    pub clock: Arc<dyn Clock>,
    /// Whom the stand-ins let in, and what they sign with.
    pub credentials: Credentials,
    /// What callbacks leave through.
    pub outgoing: SharedHttpConnector,
    /// The base address of our API, to which callbacks go.
    pub callbacks: String,
    /// Bodies of queue messages: the events of AWS, each in the envelope of an SNS notification.
    pub aws_events: mpsc::UnboundedSender<String>,
    /// When receipts come.
    pub pace: ReceiptPace,
}
