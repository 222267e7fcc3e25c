//! The agenda: every scheduled step of every send, over all schools.
//!
//! A send enters at its commit point and leaves at its close, so that a step is retried after any
//! crash. Steps are idempotent.

use aws_sdk_dynamodb::types::AttributeValue;
use jiff::Timestamp;

use super::{
    StoreError, Table,
    attributes::{item, row},
    condition::Condition,
    keys,
    transaction::{Transaction, Write},
};
use domain::sending::{Appointment, Step};

impl Transaction<'_> {
    /// Adds an appointment.
    pub fn appointment(self, appointment: Appointment) -> Self {
        self.put(Write::Appointment, item(keys::appointment(&appointment), appointment), Condition::Absent)
    }
}

impl Table {
    /// Returns the due releases and closes, earliest first.
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

    /// Returns the released sends that are not closed: those that a halt may have left unsent.
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

    /// Adds an appointment.
    pub async fn appoint(&self, appointment: Appointment) -> Result<(), StoreError> {
        self.put(item(keys::appointment(&appointment), appointment)).await
    }

    /// Moves an appointment: writes the new one before it deletes the old one.
    pub async fn postpone(&self, from: Appointment, to: Appointment) -> Result<(), StoreError> {
        self.appoint(to).await?;
        self.done(from).await
    }

    /// Deletes an appointment.
    pub async fn done(&self, appointment: Appointment) -> Result<(), StoreError> {
        self.delete(keys::appointment(&appointment)).await
    }
}
