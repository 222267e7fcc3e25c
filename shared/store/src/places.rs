//! Slots at the carrier's pace, in sequence, for parcels that found all lanes booked.

use aws_sdk_dynamodb::types::ReturnValue;
use jiff::{SignedDuration, Timestamp};

use domain::{clock::earlier, delivery::CarrierName};

use super::{
    StoreError, Table,
    attributes::number,
    keys,
    lanes::{UNTIL, until},
    table::is_condition,
};

impl Table {
    /// Reserves the next slot for a parcel of this duration at the carrier's pace, and returns its
    /// start. A slot reserved twice after a lost response stays empty.
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
                    return Ok(earlier(until, takes));
                }
                // A concurrent reservation moved the end between the two cases.
                Err(error) if is_condition(&error) => {}
                Err(error) => return Err(StoreError::from_sdk(error)),
            }
        }
        Ok(now)
    }
}
