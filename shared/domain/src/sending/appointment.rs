//! Appointments: the steps of a send that have their hour.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::Send;
use crate::{
    clock::later,
    id::{SchoolId, SendId},
};

/// What is to be done with a send at an instant.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Step {
    /// Its parcels go to the queue.
    Release,
    /// What has not left expires, and what no carrier took is refunded.
    Close,
}

impl Step {
    /// Its name in the key of its appointment.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Release => "release",
            Self::Close => "close",
        }
    }
}

/// A step of a send, and its hour.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Appointment {
    /// When.
    pub at: Timestamp,
    /// What.
    pub step: Step,
    /// Whose.
    pub school: SchoolId,
    /// Which send.
    pub send: SendId,
    /// How many parcels it has.
    pub parcels: u16,
    /// How many segments, for the pace of its release.
    pub segments: u32,
    /// When its first parcel may leave.
    pub due_at: Timestamp,
    /// The first parcel that is not released yet.
    pub first_parcel: u16,
}

/// After its expiry, a send is looked at once no worker can be at it any more.
const CLOSED_AFTER: jiff::SignedDuration = jiff::SignedDuration::from_mins(1);

impl Appointment {
    /// The release of a new send.
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

    /// The end of the same send.
    pub fn close(school: SchoolId, send: &Send) -> Self {
        let at = later(send.expires_at, CLOSED_AFTER);
        Self { at, step: Step::Close, ..Self::release(school, send) }
    }
}
