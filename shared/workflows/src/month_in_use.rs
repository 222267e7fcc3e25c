//! The usage of an open month, summed from its messages.

use jiff::Timestamp;

use crate::sent_log::LogQuery;
use domain::usage::Usage;
use domain::{budget::Month, id::SchoolId, pricing::MicroEuros, sent_log::Filter};
use store::{Consistency, StoreError, Table};

/// The sums of a month's messages at an instant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MonthInUse {
    pub usage: Usage,
    /// The share due by now; the rest is planned.
    pub due_by_now: MicroEuros,
    /// Messages that may still be refunded: their parcels are unsettled, or a refund is pending.
    pub unsettled: u64,
}

impl MonthInUse {
    /// Reads the messages of a month, in bounded memory.
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
