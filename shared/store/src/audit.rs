//! The audit log of a school: append-only. No call changes or deletes an entry.

use aws_sdk_dynamodb::types::AttributeValue;
use serde::{Deserialize, Serialize};

use super::{
    StoreError, Table,
    attributes::{item, row, text},
    condition::Condition,
    keys,
    keys::Item,
    transaction::{Transaction, Write},
};
use domain::{
    audit::{About, Act, Asked, Entry, Figures},
    id::{AuditEntryId, SchoolId},
    line::Line,
    role::Role,
    span::Span,
};

#[derive(Serialize, Deserialize)]
struct EntryRow {
    by: Line<128>,
    role: Role,
    act: Act,
    #[serde(default)]
    about: Option<About>,
    #[serde(default, skip_serializing_if = "Figures::is_empty")]
    figures: Figures,
    #[serde(default)]
    asked: Option<Asked>,
}

impl Transaction<'_> {
    /// Adds the audit entry of the transaction.
    pub fn entry(self, school: SchoolId, entry: Entry) -> Self {
        self.put(Write::AuditEntry, entry_item(school, entry), Condition::Absent)
    }
}

impl Table {
    /// Writes an entry for an act outside a transaction, before it happens: data is disclosed, or many
    /// items are about to be written.
    pub async fn note(&self, school: SchoolId, entry: Entry) -> Result<(), StoreError> {
        self.put_if(entry_item(school, entry), Condition::Absent).await
    }

    /// Returns a school's entries of a time span, newest first, at most `limit`, starting before the
    /// given entry. Fewer than `limit` means the end.
    pub async fn audit(
        &self,
        school: SchoolId,
        span: Span,
        before: Option<AuditEntryId>,
        limit: usize,
    ) -> Result<Vec<Entry>, StoreError> {
        let first = AuditEntryId::first_of(span.from);
        let end = AuditEntryId::first_of(span.until);
        let end = before.map_or(end, |before| before.min(end));
        if end <= first {
            return Ok(Vec::new());
        }
        let last = end.preceding();
        let items = self
            .client()
            .query()
            .table_name(self.name())
            .key_condition_expression("pk = :pk AND sk BETWEEN :first AND :last")
            .expression_attribute_values(":pk", AttributeValue::S(keys::audit_partition(school)))
            .expression_attribute_values(":first", AttributeValue::S(first.to_string()))
            .expression_attribute_values(":last", AttributeValue::S(last.to_string()))
            .scan_index_forward(false)
            .limit(i32::try_from(limit).expect("a page is small"))
            .consistent_read(true)
            .send()
            .await
            .map_err(StoreError::from_sdk)?
            .items
            .unwrap_or_default();
        items.into_iter().map(entry).collect()
    }
}

fn entry_item(school: SchoolId, entry: Entry) -> Item {
    let Entry { id, by, role, act, about, figures, asked } = entry;
    item(keys::audit_entry(school, id), EntryRow { by, role, act, about, figures, asked })
}

fn entry(item: Item) -> Result<Entry, StoreError> {
    let id = text(&item, "sk")?.parse().map_err(|_| StoreError::Unreadable("audit"))?;
    let EntryRow { by, role, act, about, figures, asked } = row(item, "audit")?;
    Ok(Entry { id, by, role, act, about, figures, asked })
}
