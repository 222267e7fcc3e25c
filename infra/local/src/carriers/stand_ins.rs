//! The shared state of the stand-ins.

use std::sync::Arc;

use super::{
    courier::Courier,
    fake_carrier::FakeCarrier,
    identifiers::Identifiers,
    network::Network,
    records::{ovh::Outgoing, twilio::Messages},
};

/// The shared state of the stand-ins, with the messages of each.
pub(super) struct StandIns {
    pub fake_carrier: FakeCarrier,
    pub network: Network,
    pub courier: Courier,
    pub identifiers: Identifiers,
    pub twilio: Messages,
    pub ovh: Outgoing,
}

impl StandIns {
    pub fn new(fake_carrier: FakeCarrier) -> Self {
        Self {
            network: Network::new(fake_carrier.inbox.clone(), fake_carrier.clock.clone(), fake_carrier.pace),
            courier: Courier::new(fake_carrier.outgoing.clone()),
            identifiers: Identifiers::new(fake_carrier.clock.clone()),
            twilio: Messages::default(),
            ovh: Outgoing::default(),
            fake_carrier,
        }
    }
}

/// The shared state, as the routes hold it.
pub(super) type All = Arc<StandIns>;
