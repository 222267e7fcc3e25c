//! Stand-ins of real carriers: each checks a request as the carrier would, brings the text to a simulated
//! phone, and reports back as the carrier does.

#[cfg(test)]
mod adapters;
mod aws_sms;
mod bridge;
mod courier;
mod credentials;
mod form;
mod identifiers;
mod network;
mod ovh;
#[cfg(test)]
mod recorded;
mod reply;
mod schemas;
mod secrets;
mod sigv4;
mod sns;
mod twilio;

pub use aws_sms::AWS_SMS_PATH;
pub use bridge::BRIDGE_PATH;
pub use credentials::Credentials;
pub use network::ReceiptPace;
pub use ovh::OVH_PATH;
pub use schemas::{Schema, Violation, schema};
pub use secrets::{BRIDGE_KEY, ERASURE_KEY, SECRETS_PATH, secrets};
pub use sns::SNS_PATH;
pub use twilio::TWILIO_PATH;

use std::sync::Arc;

use aws_smithy_runtime_api::client::http::SharedHttpConnector;
use axum::Router;
use domain::{clock::Clock, delivery::CarrierName};
use tokio::sync::mpsc;

use self::{courier::Courier, identifiers::Identifiers, network::Network};
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

/// All stand-ins, and what they remember.
struct StandIns {
    far_end: FarEnd,
    network: Network,
    courier: Courier,
    identifiers: Identifiers,
    twilio: twilio::Messages,
    ovh: ovh::Outgoing,
}

type All = Arc<StandIns>;

/// The routes of every stand-in, and the one by which a phone answers.
pub fn router(far_end: FarEnd) -> Router {
    let all = Arc::new(StandIns {
        network: Network::new(far_end.inbox.clone(), far_end.clock.clone(), far_end.pace),
        courier: Courier::new(far_end.outgoing.clone()),
        identifiers: Identifiers::new(far_end.clock.clone()),
        twilio: twilio::Messages::default(),
        ovh: ovh::Outgoing::default(),
        far_end,
    });
    Router::new()
        .merge(twilio::routes())
        .merge(ovh::routes(&all))
        .merge(aws_sms::routes())
        .merge(sns::routes())
        .merge(bridge::routes())
        .merge(reply::routes())
        .with_state(all)
}

/// Our reference among what a carrier was given to hand back, wherever the adapter put it.
fn our_reference<'a>(mut given: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    given.find(|value| value.starts_with(domain::id::SchoolId::PREFIX))
}
