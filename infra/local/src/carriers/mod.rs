//! Stand-ins for real carriers: each validates requests like its carrier, delivers the text to a simulated
//! phone, and reports back like its carrier.

#[cfg(test)]
mod adapters;
mod aws_sms;
mod bridge;
mod courier;
mod credentials;
mod fake_carrier;
mod form;
mod identifiers;
mod network;
mod ovh;
#[cfg(test)]
mod recorded;
mod records;
mod reference;
mod reply;
mod schemas;
mod secrets;
mod sigv4;
mod sns;
mod stand_ins;
mod twilio;

pub use aws_sms::AWS_SMS_PATH;
pub use bridge::BRIDGE_PATH;
pub use credentials::Credentials;
pub use fake_carrier::FakeCarrier;
pub use network::ReceiptPace;
pub use ovh::OVH_PATH;
pub use schemas::{Schema, Violation, schema};
pub use secrets::{BRIDGE_KEY, ERASURE_KEY, SECRETS_PATH, secrets};
pub use sns::SNS_PATH;
pub use twilio::TWILIO_PATH;

use std::sync::Arc;

use axum::Router;

use self::stand_ins::StandIns;

/// The routes of all stand-ins, and the route for a phone's reply.
pub fn router(fake_carrier: FakeCarrier) -> Router {
    let all = Arc::new(StandIns::new(fake_carrier));
    Router::new()
        .merge(twilio::routes())
        .merge(ovh::routes(&all))
        .merge(aws_sms::routes())
        .merge(sns::routes())
        .merge(bridge::routes())
        .merge(reply::routes())
        .with_state(all)
}
