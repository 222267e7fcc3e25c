//! Statements: closes a month, for good, once its last sends have settled.

use domain::{budget::Account, id::SchoolId, school::School, usage::Statement};
use futures_util::{StreamExt, TryStreamExt, stream};
use jiff::Timestamp;
use store::{Consistency, StoreError};
use tracing::Instrument;
use workflows::MonthInUse;

use crate::{deps::Deps, report::Report};

/// Registrations per page.
const PAGE: i32 = 100;
/// Concurrent schools.
const AT_ONCE: usize = 4;

/// The outcome of one month.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Closed {
    Now,
    /// Messages are unsettled, or a concurrent change occurred: the next night checks again.
    NotYet,
    /// The sum of its messages differs from its account: an operator must investigate.
    Differs,
}

/// Closes the months that are over, for every school that ever registered. A school does not block the
/// others.
pub(crate) async fn close_months(deps: &Deps, now: Timestamp, report: &mut Report) -> Result<(), StoreError> {
    let mut after = None;
    loop {
        let (registrations, next) = deps.table.registrations(after, PAGE).await?;
        let of_schools = stream::iter(registrations).map(|registration| {
            let school = registration.school_id;
            let span = tracing::info_span!("statements", %school);
            Box::pin(async move { (school, of_school(school, deps, now).await) }).instrument(span)
        });
        let of_schools: Vec<_> = of_schools.buffer_unordered(AT_ONCE).collect().await;
        for (school, closed) in of_schools {
            match closed {
                Ok(closed) => report.months_closed += closed,
                Err(error) => tracing::info_span!("statements", %school)
                    .in_scope(|| report.note_failure("months not closed", &error.into())),
            }
        }
        match next {
            Some(place) => after = Some(place),
            None => return Ok(()),
        }
    }
}

/// Closes a school's months that are over. Returns their number.
async fn of_school(school: SchoolId, deps: &Deps, now: Timestamp) -> Result<u32, StoreError> {
    let accounts = deps.table.accounts(school, None, None).await?;
    let open: Vec<Account> = accounts.into_iter().filter(|account| account.closed_at.is_none()).collect();
    if open.is_empty() {
        return Ok(0);
    }
    let Some(school) = deps.table.school(school).await? else { return Ok(0) };
    let over = open.into_iter().filter(|account| account.month.may_close(school.time_zone(), now));
    let closed: Vec<Closed> =
        stream::iter(over).then(|account| close(&school, account, deps, now)).try_collect().await?;
    Ok(closed.into_iter().map(|closed| u32::from(closed == Closed::Now)).sum())
}

async fn close(school: &School, seen: Account, deps: &Deps, now: Timestamp) -> Result<Closed, StoreError> {
    let (id, month) = (school.id, seen.month);
    // Read before the messages: a refund during the read is a difference, not a fault.
    let Some(before) = deps.table.account(id, month).await? else { return Ok(Closed::NotYet) };
    let read = MonthInUse::read(&deps.table, id, month, Consistency::Strong, now).await?;
    let total = read.usage.total;
    let closed = if read.unsettled > 0 {
        Closed::NotYet
    } else if total == before.spending {
        let statement = Statement { month, usage: read.usage, closed_at: now };
        match deps.table.close_month(id, statement).await {
            Ok(()) => Closed::Now,
            Err(StoreError::Conflict) => Closed::NotYet,
            Err(error) => return Err(error),
        }
    } else if deps.table.account(id, month).await? == Some(before) {
        Closed::Differs
    } else {
        Closed::NotYet
    };
    match closed {
        Closed::Now => tracing::info!(%month, "month closed"),
        Closed::NotYet => tracing::info!(%month, unsettled = read.unsettled, "month not settled yet"),
        Closed::Differs => tracing::error!(
            alarm = "statement_differs",
            %month,
            committed_micro_eur = before.spending.committed.get(),
            added_up_micro_eur = total.committed.get(),
            "month not closed: its messages do not add up to its account"
        ),
    }
    Ok(closed)
}
