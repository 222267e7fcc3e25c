//! A month that is not closed, added up from its messages.

use jiff::Timestamp;

use crate::sent_log::LogQuery;
use domain::usage::Usage;
use domain::{budget::Month, id::SchoolId, pricing::MicroEuros, sent_log::Filter};
use store::{Consistency, StoreError, Table};

/// What a month's messages add up to at an instant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MonthInUse {
    /// What they cost.
    pub usage: Usage,
    /// The part of it that was due by now; the rest is planned.
    pub due_by_now: MicroEuros,
    /// Messages that may still turn out not to be paid for: their parcels are not settled, or a refund is pending.
    pub unsettled: u64,
}

impl MonthInUse {
    /// Walks through the messages of a month, in bounded memory.
    pub async fn read(
        table: &Table,
        school: SchoolId,
        month: Month,
        consistency: Consistency,
        now: Timestamp,
    ) -> Result<Self, StoreError> {
        let filter = Filter { span: Some(month.widest_span()), ..Filter::default() };
        let query = LogQuery { table, school, filter: &filter, consistency, now };
        let mut read = Self { usage: Usage::default(), due_by_now: MicroEuros::ZERO, unsettled: 0 };
        query
            .visit_all(|logged| {
                if logged.month != month {
                    return;
                }
                read.usage.add(&logged);
                read.unsettled += u64::from(!logged.is_final);
                if logged.send.due_at <= now {
                    read.due_by_now = [read.due_by_now, logged.cost()].into_iter().sum();
                }
            })
            .await?;
        Ok(read)
    }
}
