//! What of a school's sends is forgotten: up to which send all is, and what stays of each.

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

/// A send that was accepted long ago.
#[derive(Clone, Debug)]
pub struct OldSend {
    /// The send.
    pub send: Send,
    /// Whether nothing of its texts is left. Told of those only that were forgotten before an earlier one.
    pub is_forgotten: bool,
}

/// Marks a send that was forgotten while an earlier one could not be.
const FORGOTTEN: &str = "forgotten";

impl Table {
    /// The send up to which a school's sends are forgotten. It may be an earlier one than the latest written.
    pub async fn forgotten_up_to(&self, school: SchoolId) -> Result<Option<SendId>, StoreError> {
        let Some(item) = self.get_eventually_consistent(keys::forgotten(school)).await? else {
            return Ok(None);
        };
        text(&item, "send")?.parse().map(Some).map_err(|_| StoreError::Unreadable("forgotten"))
    }

    /// Notes that every send up to this one is forgotten.
    pub async fn all_is_forgotten_up_to(&self, school: SchoolId, send: SendId) -> Result<(), StoreError> {
        let mut mark = keys::forgotten(school).attributes();
        mark.insert("send".to_owned(), AttributeValue::S(send.to_string()));
        self.put(mark).await
    }

    /// The sends after one that were accepted at an instant or before, the oldest first: as many as one read gives.
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

    /// Whether a send has not come to its end: that is still in the agenda.
    pub async fn is_open(&self, school: SchoolId, send: &Send) -> Result<bool, StoreError> {
        let end = keys::appointment(&Appointment::close(school, send));
        Ok(self.get_eventually_consistent(end).await?.is_some())
    }

    /// Keeps how many messages of a send ended in each state, before their texts are forgotten.
    pub async fn put_tally(&self, school: SchoolId, send: SendId, tally: &Tally) -> Result<(), StoreError> {
        let tally = serde_dynamo::to_attribute_value(tally).expect("a map of numbers");
        // Counted before: what was counted first was whole.
        self.set_once(school, send, "tally", tally).await
    }

    /// Notes that a send is forgotten although an earlier one is not.
    pub async fn put_forgotten(&self, school: SchoolId, send: SendId) -> Result<(), StoreError> {
        self.set_once(school, send, FORGOTTEN, AttributeValue::Bool(true)).await
    }

    /// Sets what a send does not have yet.
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
