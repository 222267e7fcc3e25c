//! The agenda: every step of a send that has its hour, over all schools.
//!
//! A send enters it at its commit point and leaves it at its end, so that whatever crashes, somebody comes
//! back to it. Doing a step twice does no harm.

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
