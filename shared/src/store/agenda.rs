//! The agenda: every step of a send that has its hour, over all schools.
//!
//! A send enters it at its commit point and leaves it at its end, so that whatever crashes, somebody comes
//! back to it. Doing a step twice does no harm.

use aws_sdk_dynamodb::types::{AttributeValue, TransactWriteItem};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{
    StoreError, Table, keys,
    table::{Condition, item, row},
};
use crate::{
    id::{SchoolId, SendId},
    sending::Send,
};

/// What is to be done with a send at an instant.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Step {
    /// Its parcels go to the queue.
    Release,
    /// What has not left expires, and what nobody took is given back.
    Close,
}

impl Step {
    pub(super) const fn as_str(self) -> &'static str {
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
        let at = send.expires_at.saturating_add(CLOSED_AFTER).unwrap_or(Timestamp::MAX);
        Self { at, step: Step::Close, ..Self::release(school, send) }
    }
}

impl Table {
    /// Makes an appointment as part of a transaction.
    pub(super) fn transact_appointment(&self, appointment: Appointment) -> TransactWriteItem {
        self.transact_put(item(keys::appointment(&appointment), appointment), Condition::Absent)
    }

    /// The releases and ends whose hour has come, the earliest first.
    pub async fn agenda(&self, now: Timestamp) -> Result<Vec<Appointment>, StoreError> {
        let items = self
            .client()
            .query()
            .table_name(self.name())
            .key_condition_expression("pk = :pk AND sk < :after")
            .expression_attribute_values(":pk", AttributeValue::S(keys::AGENDA_PARTITION.to_owned()))
            .expression_attribute_values(":after", AttributeValue::S(keys::agenda_after(now)))
            .consistent_read(true)
            .into_paginator()
            .items()
            .send()
            .collect::<Result<Vec<_>, _>>()
            .await
            .map_err(StoreError::from_sdk)?;
        items.into_iter().map(|item| row(item, "appointment")).collect()
    }

    /// The sends that were released and are not closed: what a halted queue has left.
    pub async fn open_sends(&self, now: Timestamp) -> Result<Vec<Appointment>, StoreError> {
        let items = self.all(keys::AGENDA_PARTITION.to_owned(), keys::AGENDA_PREFIX).await?;
        let mut open = Vec::new();
        for item in items {
            let appointment: Appointment = row(item, "appointment")?;
            if appointment.step == Step::Close && appointment.due_at <= now {
                open.push(appointment);
            }
        }
        Ok(open)
    }

    /// Makes an appointment.
    pub async fn appoint(&self, appointment: Appointment) -> Result<(), StoreError> {
        self.put(item(keys::appointment(&appointment), appointment)).await
    }

    /// Moves an appointment: the later one is there before the earlier one goes.
    pub async fn postpone(&self, from: Appointment, to: Appointment) -> Result<(), StoreError> {
        self.appoint(to).await?;
        self.done(from).await
    }

    /// Strikes an appointment out.
    pub async fn done(&self, appointment: Appointment) -> Result<(), StoreError> {
        self.delete(keys::appointment(&appointment)).await
    }
}
