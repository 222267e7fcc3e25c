//! Months: the committed spending of each, until its close.

use aws_sdk_dynamodb::types::{Update, builders::UpdateBuilder};

use super::{
    Consistency, StoreError, Table,
    attributes::{number, text},
    keys::{self, Item},
};
use domain::{
    budget::{Account, Budget, Month, Spending},
    id::SchoolId,
    pricing::MicroEuros,
    school::School,
    sending::{Send, Totals},
};

/// When the month was closed.
pub(super) const CLOSED_AT: &str = "closed_at";
/// A closed month is immutable.
pub(super) const IS_OPEN: &str = "attribute_not_exists(closed_at)";

/// Adds a send's price to the month, if it fits under the ceiling. A free send always does.
pub(super) fn reserve(
    school: SchoolId,
    month: Month,
    send: &Send,
    ceiling: Option<MicroEuros>,
) -> UpdateBuilder {
    let price = send.totals.price;
    let update = month_update(school, month, send.totals, Direction::Reserve);
    match ceiling.filter(|_| price > MicroEuros::ZERO) {
        None => update,
        Some(ceiling) => update
            .condition_expression(format!(
                "{IS_OPEN} AND (attribute_not_exists(committed) OR committed <= :room)"
            ))
            .expression_attribute_values(
                ":room",
                number(ceiling.checked_sub(price).unwrap_or_default().get()),
            ),
    }
}

/// Deducts from a month what was reserved for messages that no carrier accepted.
pub(super) fn refund(school: SchoolId, month: Month, totals: Totals) -> UpdateBuilder {
    month_update(school, month, totals, Direction::Refund)
}

fn month_update(school: SchoolId, month: Month, totals: Totals, direction: Direction) -> UpdateBuilder {
    let sign = match direction {
        Direction::Reserve => "",
        Direction::Refund => "-",
    };
    let amount = |amount: u64| number(format!("{}{amount}", if amount == 0 { "" } else { sign }));
    Update::builder()
        .set_key(Some(keys::month(school, month).attributes()))
        .update_expression("ADD committed :price, #m :messages, #s :segments")
        .condition_expression(IS_OPEN)
        .expression_attribute_names("#m", "messages")
        .expression_attribute_names("#s", "segments")
        .expression_attribute_values(":price", amount(totals.price.get()))
        .expression_attribute_values(":messages", amount(u64::from(totals.messages)))
        .expression_attribute_values(":segments", amount(u64::from(totals.segments)))
}

impl Table {
    /// Returns a month's account; `None` without spending.
    pub async fn account(&self, school: SchoolId, month: Month) -> Result<Option<Account>, StoreError> {
        let found = self.get(keys::month(school, month)).await?;
        found.map(|item| account(month, &item)).transpose()
    }

    /// Returns a month's committed spending.
    pub async fn spending(&self, school: SchoolId, month: Month) -> Result<Spending, StoreError> {
        Ok(self.account(school, month).await?.map(|account| account.spending).unwrap_or_default())
    }

    /// Returns a month's spending under the school's ceilings.
    pub async fn budget(&self, school: &School, month: Month) -> Result<Budget, StoreError> {
        let spending = self.spending(school.id, month).await?;
        Ok(Budget { month, spending, ceilings: school.ceilings })
    }

    /// Returns the accounts of the months with spending in a span, newest first. Eventually consistent.
    pub async fn accounts(
        &self,
        school: SchoolId,
        from: Option<Month>,
        to: Option<Month>,
    ) -> Result<Vec<Account>, StoreError> {
        let sort_key = |month: Option<Month>| {
            let month = month.map(|month| month.to_string()).unwrap_or_default();
            format!("{}{month}", keys::MONTH_PREFIX)
        };
        // A tilde sorts after every digit, and so after the last month.
        let (first, last) = (sort_key(from), sort_key(to) + "~");
        let (mut accounts, mut end) = (Vec::new(), Some(last));
        while let Some(last) = end.take() {
            let partition = keys::school_partition(school);
            let (items, next) =
                self.span(partition, first.clone()..last, None, Consistency::Eventual).await?;
            for item in items {
                let month = text(&item, "sk")?.strip_prefix(keys::MONTH_PREFIX).map(Month::parse);
                accounts.push(account(month.and_then(Result::ok).ok_or(WHAT)?, &item)?);
            }
            end = next.map(|key| key.sk);
        }
        Ok(accounts)
    }
}

const WHAT: StoreError = StoreError::Unreadable("month");

fn account(month: Month, item: &Item) -> Result<Account, StoreError> {
    let read = |name: &str| -> Result<u64, StoreError> {
        item.get(name).and_then(|value| value.as_n().ok()).and_then(|n| n.parse().ok()).ok_or(WHAT)
    };
    let closed_at = match item.get(CLOSED_AT) {
        Some(_) => Some(text(item, CLOSED_AT)?.parse().map_err(|_| WHAT)?),
        None => None,
    };
    let spending = Spending {
        messages: read("messages")?,
        segments: read("segments")?,
        committed: MicroEuros::new(read("committed")?),
    };
    Ok(Account { month, spending, closed_at })
}

/// Reserve or refund.
#[derive(Clone, Copy)]
enum Direction {
    Reserve,
    Refund,
}
