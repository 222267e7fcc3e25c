//! Appointments: the scheduled steps of a send.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::Send;
use crate::{
    clock::later,
    id::{SchoolId, SendId},
};

/// A scheduled step of a send.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Step {
    /// Enqueue its parcels.
    Release,
    /// Expire the remaining messages and refund those that no carrier accepted.
    Close,
}

impl Step {
    /// Returns the name in the appointment's key.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Release => "release",
            Self::Close => "close",
        }
    }
}

/// A step of a send at its scheduled time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Appointment {
    pub at: Timestamp,
    pub step: Step,
    pub school: SchoolId,
    pub send: SendId,
    /// Number of parcels of the send.
    pub parcels: u16,
    /// Number of segments, which sets the pace of the release.
    pub segments: u32,
    /// When the first parcel may leave.
    pub due_at: Timestamp,
    /// The first parcel not yet released.
    pub first_parcel: u16,
}

/// Delay of the close after expiry: no worker can still hold the send.
const CLOSED_AFTER: jiff::SignedDuration = jiff::SignedDuration::from_mins(1);

impl Appointment {
    /// Creates the release of a new send.
    pub fn release(school: SchoolId, send: &Send) -> Self {
        Self {
            at: send.due_at,
            step: Step::Release,
            school,
            send: send.id,
            parcels: send.parcels,
            segments: send.totals.segments,
            due_at: send.due_at,
            first_parcel: 0,
        }
    }

    /// Creates the close of a send.
    pub fn close(school: SchoolId, send: &Send) -> Self {
        let at = later(send.expires_at, CLOSED_AFTER);
        Self { at, step: Step::Close, ..Self::release(school, send) }
    }
}
