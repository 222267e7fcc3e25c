//! The shared state of the stand-ins.

use std::sync::Arc;

use super::{
    courier::Courier,
    far_end::FarEnd,
    identifiers::Identifiers,
    network::Network,
    records::{ovh::Outgoing, twilio::Messages},
};

/// The shared state of the stand-ins, with the messages of each.
pub(super) struct StandIns {
    pub far_end: FarEnd,
    pub network: Network,
    pub courier: Courier,
    pub identifiers: Identifiers,
    pub twilio: Messages,
    pub ovh: Outgoing,
}

impl StandIns {
    pub fn new(far_end: FarEnd) -> Self {
        Self {
            network: Network::new(far_end.inbox.clone(), far_end.clock.clone(), far_end.pace),
            courier: Courier::new(far_end.outgoing.clone()),
            identifiers: Identifiers::new(far_end.clock.clone()),
            twilio: Messages::default(),
            ovh: Outgoing::default(),
            far_end,
        }
    }
}

/// The shared state, as the routes hold it.
pub(super) type All = Arc<StandIns>;
