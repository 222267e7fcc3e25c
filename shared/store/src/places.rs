//! Places at the carrier's pace, one behind the other, for parcels that found every lane taken.

use aws_sdk_dynamodb::types::ReturnValue;
use jiff::{SignedDuration, Timestamp};

use domain::delivery::CarrierName;

use super::{
    StoreError, Table,
    attributes::number,
    keys,
    lanes::{UNTIL, until},
    table::is_condition,
};

impl Table {
    /// Gives a place, behind all that were given before, to a parcel that takes so long at the carrier's
    /// pace. Returns when it begins. A place that is given twice, because an answer was lost, stays empty.
    pub async fn give_place(
        &self,
        carrier: CarrierName,
        takes: SignedDuration,
        now: Timestamp,
    ) -> Result<Timestamp, StoreError> {
        let takes_ms = takes.as_millis();
        for is_behind in [true, false, true] {
            let (expression, condition) = if is_behind {
                ("SET #until = #until + :takes", "#until > :now")
            } else {
                ("SET #until = :now + :takes", "attribute_not_exists(#until) OR #until <= :now")
            };
            let updated = self
                .client()
                .update_item()
                .table_name(self.name())
                .set_key(Some(keys::places(carrier).attributes()))
                .update_expression(expression)
                .condition_expression(condition)
                .expression_attribute_names("#until", UNTIL)
                .expression_attribute_values(":takes", number(takes_ms))
                .expression_attribute_values(":now", number(now.as_millisecond()))
                .return_values(ReturnValue::UpdatedNew)
                .send()
                .await;
            match updated {
                Ok(output) => {
                    let until = until(&output.attributes.unwrap_or_default())?;
                    return Ok(until.saturating_sub(takes).unwrap_or(now));
                }
                // Between the two cases somebody else moved the end.
                Err(error) if is_condition(&error) => {}
                Err(error) => return Err(StoreError::from_sdk(error)),
            }
        }
        Ok(now)
    }
}
