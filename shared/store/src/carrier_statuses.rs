//! The conditions of the carriers, shared by all workers: halts and reduced shares.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{
    Consistency, StoreError, Table,
    attributes::{item, row, text},
    condition::Condition,
    keys::{self, Item},
    table::Page,
};
use domain::delivery::{CarrierName, CarrierStatus, CarrierStatuses, DeliveryState, Share};

#[derive(Clone, Copy, Default, Serialize, Deserialize)]
struct ConditionRow {
    #[serde(default)]
    halted_at: Option<Timestamp>,
    #[serde(default)]
    resumed_at: Option<Timestamp>,
    #[serde(default)]
    share: Option<u16>,
    #[serde(default)]
    failed_at: Option<Timestamp>,
    version: u64,
}

impl ConditionRow {
    fn condition(&self) -> CarrierStatus {
        let state = match (self.halted_at, self.resumed_at) {
            (None, _) => DeliveryState::Running,
            (Some(halted_at), None) => DeliveryState::Halted(halted_at),
            (Some(_), Some(resumed_at)) => DeliveryState::Resuming(resumed_at),
        };
        CarrierStatus { state, share: self.share.zip(self.failed_at).map(|(t, at)| Share::new(t, at)) }
    }
}

/// Attempts at a change under contention.
const TRIES: usize = 5;

impl Table {
    /// Returns the conditions of all carriers, strongly consistent.
    pub async fn carrier_statuses(&self) -> Result<CarrierStatuses, StoreError> {
        self.read_statuses(Consistency::Strong).await
    }

    /// Eventually consistent, at half the price. A halt just written may be missed, at the cost of one
    /// block of refused requests; an ended halt is never reported.
    pub async fn carrier_statuses_eventually_consistent(&self) -> Result<CarrierStatuses, StoreError> {
        let conditions = self.read_statuses(Consistency::Eventual).await?;
        let is_halted = |(name, _): (CarrierName, _)| !conditions.may_be_asked(name);
        if conditions.iter().any(is_halted) {
            self.read_statuses(Consistency::Strong).await
        } else {
            Ok(conditions)
        }
    }

    async fn read_statuses(&self, consistency: Consistency) -> Result<CarrierStatuses, StoreError> {
        let page = Page {
            partition: keys::DELIVERY_PARTITION.to_owned(),
            prefix: keys::CARRIER_PREFIX,
            oldest_first: true,
            limit: None,
            after: None,
            consistency,
        };
        let (items, _) = self.page(page).await?;
        let mut conditions = CarrierStatuses::default();
        for item in items {
            let name = text(&item, "sk")?.strip_prefix(keys::CARRIER_PREFIX).map(CarrierName::parse);
            let Some(Ok(name)) = name else { return Err(StoreError::Unreadable("carrier")) };
            conditions.insert(name, condition_row(item)?.condition());
        }
        Ok(conditions)
    }

    /// Records a failure of a carrier; concurrent reports of the same failure count once.
    pub async fn carrier_failed(&self, carrier: CarrierName, now: Timestamp) -> Result<(), StoreError> {
        self.change_condition(carrier, |row| {
            let (share, failed_at) = Share::after_failure(row.condition().share, now)?.parts();
            Some(ConditionRow { share: Some(share), failed_at: Some(failed_at), ..row })
        })
        .await?;
        Ok(())
    }

    /// Halts a carrier. Returns whether it was running or resuming, so that only the first worker
    /// raises the alarm.
    pub async fn halt_carrier(&self, carrier: CarrierName, now: Timestamp) -> Result<bool, StoreError> {
        self.change_condition(carrier, |row| {
            let is_halted = matches!(row.condition().state, DeliveryState::Halted(_));
            (!is_halted).then_some(ConditionRow { halted_at: Some(now), resumed_at: None, ..row })
        })
        .await
    }

    /// Resumes all halted carriers, on the operator's command; the schedule enqueues the halted
    /// parcels. Returns whether any was halted.
    pub async fn resume_carriers(&self, now: Timestamp) -> Result<bool, StoreError> {
        let mut any = false;
        for (carrier, _) in self.carrier_statuses().await?.iter() {
            any |= self
                .change_condition(carrier, |row| {
                    let is_halted = matches!(row.condition().state, DeliveryState::Halted(_));
                    is_halted.then_some(ConditionRow { resumed_at: Some(now), ..row })
                })
                .await?;
        }
        Ok(any)
    }

    /// Ends a halt once all parcels are enqueued; ignores a halt that began later.
    pub async fn carrier_resumed(
        &self,
        carrier: CarrierName,
        resumed_at: Timestamp,
    ) -> Result<(), StoreError> {
        self.change_condition(carrier, |row| {
            let is_that = row.resumed_at == Some(resumed_at);
            is_that.then_some(ConditionRow { halted_at: None, resumed_at: None, ..row })
        })
        .await?;
        Ok(())
    }

    /// Updates a carrier's condition with optimistic locking, unless `change` returns `None`. Returns
    /// whether it wrote.
    async fn change_condition(
        &self,
        carrier: CarrierName,
        change: impl Fn(ConditionRow) -> Option<ConditionRow>,
    ) -> Result<bool, StoreError> {
        for _ in 0..TRIES {
            let found = self.get(keys::carrier(carrier)).await?.map(condition_row).transpose()?;
            let before = found.map_or(Condition::Absent, |row| Condition::Version(row.version));
            let row = found.unwrap_or_default();
            let Some(changed) = change(row) else { return Ok(false) };
            let changed = ConditionRow { version: row.version + 1, ..changed };
            match self.put_if(item(keys::carrier(carrier), changed), before).await {
                Err(StoreError::Conflict) => {}
                result => return result.map(|()| true),
            }
        }
        Err(StoreError::Unavailable("too many workers change one carrier's condition".into()))
    }
}

fn condition_row(item: Item) -> Result<ConditionRow, StoreError> {
    row(item, "carrier condition")
}
