//! Retention: the deletion of old sends' texts, and the marker of its progress.

use aws_sdk_dynamodb::types::AttributeValue;
use jiff::Timestamp;

use super::{
    StoreError, Table,
    attributes::{row, text},
    keys,
    rows::SendRow,
    table::is_condition,
};
use domain::sending::Appointment;
use domain::{
    id::{SchoolId, SendId},
    sending::{Send, Tally},
};

/// A send past its retention period.
#[derive(Clone, Debug)]
pub struct OldSend {
    pub send: Send,
    /// Whether its texts are deleted. Set only if it was redacted before an earlier send.
    pub is_forgotten: bool,
}

/// Marks a send redacted before an earlier one.
const FORGOTTEN: &str = "forgotten";

impl Table {
    /// Returns the last send of the fully redacted range. May lag behind the latest write.
    pub async fn forgotten_up_to(&self, school: SchoolId) -> Result<Option<SendId>, StoreError> {
        let Some(item) = self.get_eventually_consistent(keys::forgotten(school)).await? else {
            return Ok(None);
        };
        text(&item, "send")?.parse().map(Some).map_err(|_| StoreError::Unreadable("forgotten"))
    }

    /// Records that every send up to this one is redacted.
    pub async fn all_is_forgotten_up_to(&self, school: SchoolId, send: SendId) -> Result<(), StoreError> {
        let mut mark = keys::forgotten(school).attributes();
        mark.insert("send".to_owned(), AttributeValue::S(send.to_string()));
        self.put(mark).await
    }

    /// Reads the sends after one that were accepted at or before an instant, oldest first: one page.
    pub async fn old_sends(
        &self,
        school: SchoolId,
        after: Option<SendId>,
        until: Timestamp,
        limit: i32,
    ) -> Result<Vec<OldSend>, StoreError> {
        let first = after.map_or(SendId::first_of(Timestamp::UNIX_EPOCH), SendId::following);
        let last = SendId::last_of(until);
        if last < first {
            return Ok(Vec::new());
        }
        let sort_key = |send| AttributeValue::S(keys::send(school, send).sk);
        let items = self
            .client()
            .query()
            .table_name(self.name())
            .key_condition_expression("pk = :pk AND sk BETWEEN :first AND :last")
            .expression_attribute_values(":pk", AttributeValue::S(keys::school_partition(school)))
            .expression_attribute_values(":first", sort_key(first))
            .expression_attribute_values(":last", sort_key(last))
            .limit(limit)
            .send()
            .await
            .map_err(StoreError::from_sdk)?
            .items
            .unwrap_or_default();
        let old = |item: keys::Item| {
            let is_forgotten = item.contains_key(FORGOTTEN);
            row::<SendRow>(item, "send").map(|row| OldSend { send: row.into(), is_forgotten })
        };
        items.into_iter().map(old).collect()
    }

    /// Whether a send is still in the agenda.
    pub async fn is_open(&self, school: SchoolId, send: &Send) -> Result<bool, StoreError> {
        let end = keys::appointment(&Appointment::close(school, send));
        Ok(self.get_eventually_consistent(end).await?.is_some())
    }

    /// Stores the tally of a send's final states, before its texts are deleted.
    pub async fn put_tally(&self, school: SchoolId, send: SendId, tally: &Tally) -> Result<(), StoreError> {
        let tally = serde_dynamo::to_attribute_value(tally).expect("a map of numbers serialises");
        // The first count was complete; keep it.
        self.set_once(school, send, "tally", tally).await
    }

    /// Marks a send redacted before an earlier one.
    pub async fn put_forgotten(&self, school: SchoolId, send: SendId) -> Result<(), StoreError> {
        self.set_once(school, send, FORGOTTEN, AttributeValue::Bool(true)).await
    }

    /// Sets an attribute that the send lacks.
    async fn set_once(
        &self,
        school: SchoolId,
        send: SendId,
        name: &str,
        value: AttributeValue,
    ) -> Result<(), StoreError> {
        let updated = self
            .client()
            .update_item()
            .table_name(self.name())
            .set_key(Some(keys::send(school, send).attributes()))
            .update_expression("SET #name = :value")
            .condition_expression("attribute_exists(pk) AND attribute_not_exists(#name)")
            .expression_attribute_names("#name", name)
            .expression_attribute_values(":value", value)
            .send()
            .await;
        match updated {
            Ok(_) => Ok(()),
            Err(error) if is_condition(&error) => Ok(()),
            Err(error) => Err(StoreError::from_sdk(error)),
        }
    }
}
