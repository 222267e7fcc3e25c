//! Lane bookings of a carrier's pace.

use aws_sdk_dynamodb::{
    operation::put_item::PutItemError,
    types::{AttributeValue, ReturnValuesOnConditionCheckFailure},
};
use jiff::Timestamp;

use domain::delivery::CarrierName;

use super::{
    Consistency, StoreError, Table,
    attributes::{number, text},
    keys,
    keys::Item,
    table::Page,
};

/// The result of booking a lane.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LaneBooked {
    Ours,
    /// Another worker has booked it until this instant.
    BookedUntil(Timestamp),
}

pub(super) const UNTIL: &str = "until";

impl Table {
    /// Returns the booking end of each lane of a carrier; `None` for one never booked. Possibly
    /// outdated: booking is conditional.
    pub async fn lanes(
        &self,
        carrier: CarrierName,
        lanes: u16,
    ) -> Result<Vec<Option<Timestamp>>, StoreError> {
        let prefix = keys::lane_prefix(carrier);
        let page = Page {
            partition: keys::DELIVERY_PARTITION.to_owned(),
            prefix: &prefix,
            oldest_first: true,
            limit: Some(i32::from(lanes)),
            after: None,
            consistency: Consistency::Eventual,
        };
        let (items, _) = self.page(page).await?;
        let mut booked = vec![None; usize::from(lanes)];
        for item in items {
            let lane = text(&item, "sk")?.strip_prefix(prefix.as_str()).and_then(|n| n.parse().ok());
            let lane: usize = lane.ok_or(StoreError::Unreadable("lane"))?;
            if let Some(place) = booked.get_mut(lane) {
                *place = Some(until(&item)?);
            }
        }
        Ok(booked)
    }

    /// Books a lane until an instant, if its booking is unchanged.
    pub async fn book_lane(
        &self,
        carrier: CarrierName,
        lane: u16,
        believed: Option<Timestamp>,
        until_then: Timestamp,
    ) -> Result<LaneBooked, StoreError> {
        let mut item = keys::lane(carrier, lane).attributes();
        item.insert(UNTIL.to_owned(), number(until_then.as_millisecond()));
        let put = self
            .client()
            .put_item()
            .table_name(self.name())
            .set_item(Some(item.clone()))
            .return_values_on_condition_check_failure(ReturnValuesOnConditionCheckFailure::AllOld);
        let put = match believed {
            None => put.condition_expression("attribute_not_exists(pk)"),
            Some(believed) => put
                .condition_expression("#until = :believed")
                .expression_attribute_names("#until", UNTIL)
                .expression_attribute_values(":believed", number(believed.as_millisecond())),
        };
        let Err(error) = put.send().await else { return Ok(LaneBooked::Ours) };
        match error.as_service_error() {
            Some(PutItemError::ConditionalCheckFailedException(failed)) => {
                let present = failed.item().ok_or(StoreError::Conflict)?;
                // An identical booking may be another worker's: treated as taken.
                Ok(LaneBooked::BookedUntil(until(present)?))
            }
            _ => Err(StoreError::from_sdk(error)),
        }
    }
}

/// Returns the instant of a lane or slot item.
pub(super) fn until(item: &Item) -> Result<Timestamp, StoreError> {
    let milliseconds = item.get(UNTIL).and_then(|value: &AttributeValue| value.as_n().ok());
    milliseconds
        .and_then(|n| n.parse().ok())
        .and_then(|n| Timestamp::from_millisecond(n).ok())
        .ok_or(StoreError::Unreadable("lane"))
}
