//! The lock under which one import of a school runs.
//!
//! A request holds it for a minute at most. Once an import is committed, the lock stays until its writes are complete: the
//! schedule resumes them, and no other import sees half of them.

use aws_sdk_dynamodb::{
    error::SdkError,
    operation::{delete_item::DeleteItemError, put_item::PutItemError},
    types::{AttributeValue, Update, builders::UpdateBuilder},
};
use jiff::{SignedDuration, Timestamp};

use super::{StoreError, Table, attributes::number, keys};
use domain::{
    clock::later,
    id::{RandomToken, SchoolId},
};

/// The maximum run time of a function bounds the lock of a request.
const LEASE: SignedDuration = SignedDuration::from_secs(60);
/// The lock of a committed import, in seconds since 1970: it does not expire.
const UNTIL_COMPLETE: i64 = 99_999_999_999;

impl Table {
    /// Locks the directory for one import, so that two concurrent imports cannot create the same
    /// person. A conflict means that another import is running.
    pub async fn begin_import(
        &self,
        school: SchoolId,
        import: RandomToken,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let until = later(now, LEASE);
        let mut lock = keys::import_lock(school).attributes();
        lock.insert("until".to_owned(), number(until.as_second()));
        lock.insert("holder".to_owned(), AttributeValue::S(import.to_string()));
        let taken = self
            .client()
            .put_item()
            .table_name(self.name())
            .set_item(Some(lock))
            .condition_expression("attribute_not_exists(pk) OR #u <= :now OR #h = :holder")
            .expression_attribute_names("#u", "until")
            .expression_attribute_names("#h", "holder")
            .expression_attribute_values(":holder", AttributeValue::S(import.to_string()))
            .expression_attribute_values(":now", number(now.as_second()))
            .send()
            .await;
        match taken {
            Ok(_) => Ok(()),
            Err(SdkError::ServiceError(error))
                if matches!(error.err(), PutItemError::ConditionalCheckFailedException(_)) =>
            {
                Err(StoreError::Conflict)
            }
            Err(error) => Err(StoreError::from_sdk(error)),
        }
    }

    /// Deletes the lock of a request, unless another one has it by now, or the import was committed after all: an answer
    /// may have been lost.
    pub async fn end_import(&self, school: SchoolId, import: RandomToken) -> Result<(), StoreError> {
        let deleted = self
            .client()
            .delete_item()
            .table_name(self.name())
            .set_key(Some(keys::import_lock(school).attributes()))
            .condition_expression("#h = :holder AND #u < :until")
            .expression_attribute_names("#u", "until")
            .expression_attribute_names("#h", "holder")
            .expression_attribute_values(":holder", AttributeValue::S(import.to_string()))
            .expression_attribute_values(":until", number(UNTIL_COMPLETE))
            .send()
            .await;
        match deleted {
            Ok(_) => Ok(()),
            Err(SdkError::ServiceError(error))
                if matches!(error.err(), DeleteItemError::ConditionalCheckFailedException(_)) =>
            {
                Ok(())
            }
            Err(error) => Err(StoreError::from_sdk(error)),
        }
    }
}

/// Turns the lock of a request into that of a committed import.
pub(super) fn keep_lock(school: SchoolId, holder: RandomToken) -> UpdateBuilder {
    Update::builder()
        .set_key(Some(keys::import_lock(school).attributes()))
        .update_expression("SET #u = :until")
        .condition_expression("#h = :holder")
        .expression_attribute_names("#u", "until")
        .expression_attribute_names("#h", "holder")
        .expression_attribute_values(":until", number(UNTIL_COMPLETE))
        .expression_attribute_values(":holder", AttributeValue::S(holder.to_string()))
}
