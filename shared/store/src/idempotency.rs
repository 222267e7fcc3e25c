//! Idempotency keys: the request that holds a key, and its stored response.

use aws_sdk_dynamodb::{
    error::SdkError,
    operation::put_item::PutItemError,
    types::{AttributeValue, Delete, Put, ReturnValuesOnConditionCheckFailure, TransactWriteItem},
};
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use super::{
    StoreError, Table,
    attributes::{item, number, row},
    keys,
    keys::Item,
    transaction::Write,
};
use domain::{
    clock::later,
    id::{SchoolId, SendId},
    sending::{IdempotencyKey, RequestDigest},
};

/// One attempt to execute a request under a key.
#[derive(Clone, Debug)]
pub struct Attempt {
    pub school: SchoolId,
    pub key: IdempotencyKey,
    pub digest: RequestDigest,
    /// The send to create; it also identifies the attempt.
    pub send: SendId,
}

/// The state of a key for a request.
#[derive(Clone, Debug)]
pub enum KeyUse {
    /// Unused: execute the request.
    Fresh,
    /// The same request already has a response.
    Answered(StoredAnswer),
    /// The same request is in progress.
    Running,
    /// The key belongs to another request.
    UsedForAnother,
}

/// The first response, replayed for every repetition.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StoredAnswer {
    /// The send created.
    pub send: SendId,
    /// The response body, as JSON.
    pub body: String,
}

#[derive(Serialize, Deserialize)]
struct KeyRow {
    digest: RequestDigest,
    send: SendId,
    /// End of the attempt's lease, in epoch seconds.
    until: i64,
    body: Option<String>,
    /// When DynamoDB may delete it.
    ttl: i64,
}

/// An attempt without a response after this long is dead: a function runs for at most 30 s.
const ATTEMPT_LEASE: SignedDuration = SignedDuration::from_secs(40);
/// Retention of a key. The documented minimum is 24 hours.
const KEPT: SignedDuration = SignedDuration::from_hours(48);

impl Table {
    /// Claims a key for an attempt, or returns the state left by an earlier one.
    pub async fn claim_key(&self, attempt: &Attempt, now: Timestamp) -> Result<KeyUse, StoreError> {
        let put = self
            .client()
            .put_item()
            .table_name(self.name())
            .set_item(Some(key_item(attempt, now, None)))
            .condition_expression(
                "attribute_not_exists(pk) OR #t <= :now OR (#d = :d AND #u <= :now AND attribute_not_exists(#b))",
            )
            .expression_attribute_names("#t", "ttl")
            .expression_attribute_names("#d", "digest")
            .expression_attribute_names("#u", "until")
            .expression_attribute_names("#b", "body")
            .expression_attribute_values(":now", number(now.as_second()))
            .expression_attribute_values(":d", digest_attribute(&attempt.digest))
            .return_values_on_condition_check_failure(ReturnValuesOnConditionCheckFailure::AllOld)
            .send()
            .await;
        let error = match put {
            Ok(_) => return Ok(KeyUse::Fresh),
            Err(error) => error,
        };
        let SdkError::ServiceError(failure) = &error else { return Err(StoreError::from_sdk(error)) };
        let PutItemError::ConditionalCheckFailedException(failed) = failure.err() else {
            return Err(StoreError::from_sdk(error));
        };
        let before: KeyRow = match failed.item() {
            Some(item) => row(item.clone(), "idempotency key")?,
            None => return Ok(KeyUse::Running),
        };
        Ok(if before.send == attempt.send {
            // Our own write, retried by the SDK after a lost response.
            KeyUse::Fresh
        } else if before.digest != attempt.digest {
            KeyUse::UsedForAnother
        } else {
            match before.body {
                Some(body) => KeyUse::Answered(StoredAnswer { send: before.send, body }),
                None => KeyUse::Running,
            }
        })
    }

    /// Abandons a key after a refusal: nothing was done, and the key may be reused.
    pub async fn abandon_key(&self, attempt: &Attempt) -> Result<(), StoreError> {
        let delete = Delete::builder()
            .table_name(self.name())
            .set_key(Some(keys::idempotency(attempt.school, &attempt.key).attributes()))
            .condition_expression("#s = :s AND attribute_not_exists(#b)")
            .expression_attribute_names("#s", "send")
            .expression_attribute_names("#b", "body")
            .expression_attribute_values(":s", AttributeValue::S(attempt.send.to_string()))
            .build()
            .expect("table and key are set");
        let delete = TransactWriteItem::builder().delete(delete).build();
        Ok(self.transaction().write(Write::IdempotencyKey, delete).commit().await?)
    }

    /// Builds the write that stores the response in the transaction that accepts the send, on condition
    /// that the attempt still holds the key.
    pub(super) fn answer(&self, attempt: &Attempt, body: String, now: Timestamp) -> TransactWriteItem {
        let put = Put::builder()
            .table_name(self.name())
            .set_item(Some(key_item(attempt, now, Some(body))))
            .condition_expression("#s = :s AND attribute_not_exists(#b)")
            .expression_attribute_names("#s", "send")
            .expression_attribute_names("#b", "body")
            .expression_attribute_values(":s", AttributeValue::S(attempt.send.to_string()))
            .build()
            .expect("table and item are set");
        TransactWriteItem::builder().put(put).build()
    }
}

fn key_item(attempt: &Attempt, now: Timestamp, body: Option<String>) -> Item {
    let row = KeyRow {
        digest: attempt.digest.clone(),
        send: attempt.send,
        until: later(now, ATTEMPT_LEASE).as_second(),
        body,
        ttl: later(now, KEPT).as_second(),
    };
    // An absent body is omitted, and the conditions test for its existence.
    item(keys::idempotency(attempt.school, &attempt.key), row)
}

fn digest_attribute(digest: &RequestDigest) -> AttributeValue {
    serde_dynamo::to_attribute_value(digest).expect("a digest is a text")
}
