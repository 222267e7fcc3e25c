//! Whether delivery is halted: the carrier takes nothing from us until somebody looks after the account.

use aws_sdk_dynamodb::{operation::delete_item::DeleteItemError, types::AttributeValue};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{
    StoreError, Table,
    keys::{self, Item},
    table::{Condition, item, row},
};

/// Whether parcels are delivered.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum DeliveryState {
    /// They are.
    #[default]
    Running,
    /// A carrier takes nothing: parcels are set aside since this instant.
    Halted(Timestamp),
    /// The operator told us to go on: the schedule brings back what was set aside.
    Resuming(Timestamp),
}

#[derive(Serialize, Deserialize)]
struct StateRow {
    halted_at: Timestamp,
    #[serde(default)]
    resumed_at: Option<Timestamp>,
}

impl Table {
    /// Whether parcels are delivered.
    pub async fn delivery_state(&self) -> Result<DeliveryState, StoreError> {
        Self::state_of(self.get(keys::delivery_state()).await?)
    }

    /// Whether a worker may go on. A halt of a moment ago may be overlooked, which costs a block's worth of
    /// refused requests; one that is over never counts.
    pub async fn may_deliver(&self) -> Result<bool, StoreError> {
        if self.get_as_it_was(keys::delivery_state()).await?.is_none() {
            return Ok(true);
        }
        Ok(!matches!(self.delivery_state().await?, DeliveryState::Halted(_)))
    }

    fn state_of(found: Option<Item>) -> Result<DeliveryState, StoreError> {
        let Some(found) = found else { return Ok(DeliveryState::Running) };
        let state: StateRow = row(found, "delivery state")?;
        Ok(match state.resumed_at {
            None => DeliveryState::Halted(state.halted_at),
            Some(resumed_at) => DeliveryState::Resuming(resumed_at),
        })
    }

    /// Halts delivery. Tells whether it was running, or being resumed: only the first of many workers raises
    /// the alarm.
    pub async fn halt_delivery(&self, now: Timestamp) -> Result<bool, StoreError> {
        let halted = StateRow { halted_at: now, resumed_at: None };
        self.put_state(halted, "attribute_not_exists(pk) OR attribute_exists(resumed_at)").await
    }

    /// The operator's one action: the schedule brings back what was set aside. Tells whether delivery was
    /// halted at all.
    pub async fn resume_delivery(&self, now: Timestamp) -> Result<bool, StoreError> {
        let DeliveryState::Halted(halted_at) = self.delivery_state().await? else { return Ok(false) };
        let resuming = StateRow { halted_at, resumed_at: Some(now) };
        self.put_state(resuming, "attribute_exists(pk) AND attribute_not_exists(resumed_at)").await
    }

    /// Writes the state under a condition. Tells whether it held.
    async fn put_state(&self, state: StateRow, condition: &'static str) -> Result<bool, StoreError> {
        let item = item(keys::delivery_state(), state);
        match self.put_if(item, Condition::Holds(condition)).await {
            Ok(()) => Ok(true),
            Err(StoreError::Conflict) => Ok(false),
            Err(error) => Err(error),
        }
    }

    /// Ends a halt, once everything is back in the queue; a halt that began since is left alone.
    pub async fn delivery_resumed(&self, resumed_at: Timestamp) -> Result<(), StoreError> {
        let deleted = self
            .client()
            .delete_item()
            .table_name(self.name())
            .set_key(Some(keys::delivery_state().attributes()))
            .condition_expression("resumed_at = :resumed")
            .expression_attribute_values(":resumed", AttributeValue::S(resumed_at.to_string()))
            .send()
            .await;
        match deleted {
            Ok(_) => Ok(()),
            Err(error)
                if matches!(
                    error.as_service_error(),
                    Some(DeleteItemError::ConditionalCheckFailedException(_))
                ) =>
            {
                Ok(())
            }
            Err(error) => Err(StoreError::from_sdk(error)),
        }
    }
}
