//! Statements: a month's usage, written once, and the closing of months.

use std::collections::BTreeMap;

use aws_sdk_dynamodb::types::{AttributeValue, Update};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{
    StoreError, Table,
    attributes::{item, number, row},
    condition::Condition,
    keys,
    months::{CLOSED_AT, IS_OPEN},
    transaction::Write,
};
use domain::{
    budget::{Month, Spending},
    id::{SchoolId, TemplateId},
    line::Line,
    phone::Destination,
    pricing::MicroEuros,
    template::{Context, TemplateLabel},
    usage::{MadeFrom, Statement, Usage},
};

impl Table {
    /// Returns the statement of a month; `None` while it is open or without spending.
    pub async fn statement(&self, school: SchoolId, month: Month) -> Result<Option<Statement>, StoreError> {
        let Some(found) = self.get(keys::statement(school, month)).await? else { return Ok(None) };
        row::<StatementRow>(found, "statement")?.statement(month).map(Some)
    }

    /// Whether a month is closed. Eventually consistent, and never true too early: closed months are
    /// not reopened.
    pub async fn is_closed(&self, school: SchoolId, month: Month) -> Result<bool, StoreError> {
        let found = self.get_eventually_consistent(keys::month(school, month)).await?;
        Ok(found.is_some_and(|item| item.contains_key(CLOSED_AT)))
    }

    /// Closes a month together with its statement. A conflict means that the account differs from the
    /// statement, or that the month is already closed.
    pub async fn close_month(&self, school: SchoolId, statement: Statement) -> Result<(), StoreError> {
        let (month, closed_at, total) = (statement.month, statement.closed_at, statement.usage.total);
        let close = Update::builder()
            .set_key(Some(keys::month(school, month).attributes()))
            .update_expression("SET closed_at = :now")
            .condition_expression(format!(
                "{IS_OPEN} AND committed = :price AND #m = :messages AND #s = :segments"
            ))
            .expression_attribute_names("#m", "messages")
            .expression_attribute_names("#s", "segments")
            .expression_attribute_values(":now", AttributeValue::S(closed_at.to_string()))
            .expression_attribute_values(":price", number(total.committed.get()))
            .expression_attribute_values(":messages", number(total.messages))
            .expression_attribute_values(":segments", number(total.segments));
        let statement = item(keys::statement(school, month), StatementRow::from(statement));
        let transaction = self
            .transaction()
            .put(Write::Statement, statement, Condition::Absent)
            .update(Write::Month, close);
        Ok(transaction.commit().await?)
    }
}

#[derive(Serialize, Deserialize)]
struct StatementRow {
    closed_at: Timestamp,
    messages: u64,
    segments: u64,
    cost: MicroEuros,
    contexts: Vec<PartRow<Context>>,
    made_from: Vec<PartRow<MadeFromRow>>,
    destinations: Vec<PartRow<String>>,
    users: Vec<PartRow<Line<128>>>,
}

/// A share of a month, and its category.
#[derive(Serialize, Deserialize)]
struct PartRow<Of> {
    of: Of,
    messages: u64,
    segments: u64,
    cost: MicroEuros,
}

#[derive(Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
enum MadeFromRow {
    Template { id: TemplateId, label: Option<TemplateLabel> },
    Text,
    Test,
    Resend,
}

impl MadeFromRow {
    fn new(made_from: MadeFrom, labels: &BTreeMap<TemplateId, TemplateLabel>) -> Self {
        match made_from {
            MadeFrom::Template(id) => Self::Template { id, label: labels.get(&id).cloned() },
            MadeFrom::Text => Self::Text,
            MadeFrom::Test => Self::Test,
            MadeFrom::Resend => Self::Resend,
        }
    }
}

impl<Of> PartRow<Of> {
    fn all<Key>(parts: BTreeMap<Key, Spending>, of: impl Fn(Key) -> Of) -> Vec<Self> {
        let row = |(key, spending): (Key, Spending)| {
            let Spending { messages, segments, committed } = spending;
            Self { of: of(key), messages, segments, cost: committed }
        };
        parts.into_iter().map(row).collect()
    }

    const fn spending(&self) -> Spending {
        Spending { messages: self.messages, segments: self.segments, committed: self.cost }
    }
}

impl From<Statement> for StatementRow {
    fn from(Statement { usage, closed_at, .. }: Statement) -> Self {
        let Usage { total, contexts, made_from, labels, destinations, users } = usage;
        Self {
            closed_at,
            messages: total.messages,
            segments: total.segments,
            cost: total.committed,
            contexts: PartRow::all(contexts, |context| context),
            made_from: PartRow::all(made_from, |made_from| MadeFromRow::new(made_from, &labels)),
            destinations: PartRow::all(destinations, |destination| destination.code().to_owned()),
            users: PartRow::all(users, |user| user),
        }
    }
}

impl StatementRow {
    fn statement(self, month: Month) -> Result<Statement, StoreError> {
        let mut labels = BTreeMap::new();
        let made_from = self.made_from.into_iter().map(|part| {
            let spending = part.spending();
            let made_from = match part.of {
                MadeFromRow::Template { id, label } => {
                    labels.extend(label.map(|label| (id, label)));
                    MadeFrom::Template(id)
                }
                MadeFromRow::Text => MadeFrom::Text,
                MadeFromRow::Test => MadeFrom::Test,
                MadeFromRow::Resend => MadeFrom::Resend,
            };
            (made_from, spending)
        });
        let made_from = made_from.collect();
        let destination = |part: &PartRow<String>| {
            let destination = Destination::parse(&part.of).ok_or(StoreError::Unreadable("statement"))?;
            Ok((destination, part.spending()))
        };
        let usage = Usage {
            total: Spending { messages: self.messages, segments: self.segments, committed: self.cost },
            contexts: self.contexts.iter().map(|part| (part.of, part.spending())).collect(),
            made_from,
            labels,
            destinations: self.destinations.iter().map(destination).collect::<Result<_, StoreError>>()?,
            users: self.users.into_iter().map(|part| (part.of.clone(), part.spending())).collect(),
        };
        Ok(Statement { month, usage, closed_at: self.closed_at })
    }
}
