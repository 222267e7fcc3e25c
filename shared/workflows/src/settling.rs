//! Settling: what became of a parcel's messages is written, counted and refunded, in this order and only here.

use domain::{audit::Entry, delivery::Progress, sending::Totals};
use store::{FindingsError, StoreError, StoredParcel, Table};
use telemetry::Counts;

/// Writes a parcel's progress over `before`, as the table has it; counts what that settled; and refunds what was
/// reserved for messages that never left, once the last one is settled.
///
/// A conflict means that another worker was faster: nothing was written. After any other error the progress may
/// stand with its refund pending: [`Table::retry_refund`] comes first when the parcel is read again.
pub async fn settle(
    table: &Table,
    stored: &StoredParcel,
    before: &Progress,
    progress: &mut Progress,
    counts: &mut Counts,
) -> Result<(), StoreError> {
    settle_with(table, stored, before, progress, &mut None, counts).await
}

/// The same, with the entry of the audit, which is taken once it is written.
pub async fn settle_with(
    table: &Table,
    stored: &StoredParcel,
    before: &Progress,
    progress: &mut Progress,
    entry: &mut Option<Entry>,
    counts: &mut Counts,
) -> Result<(), StoreError> {
    let written = table.write_progress(stored, progress, entry.clone()).await?;
    *entry = None;
    *counts += Counts::settled(written.outcome, before, progress);
    if written.refund_pending {
        table.refund(stored, progress).await?;
    }
    Ok(())
}

/// Writes what a carrier was found to know about messages of a settled parcel, with the refund of those that it
/// never received, and counts it.
pub async fn settle_findings(
    table: &Table,
    stored: &StoredParcel,
    progress: &mut Progress,
    never_received: Totals,
    counts: &mut Counts,
) -> Result<(), FindingsError> {
    let outcome = table.write_findings(stored, progress, never_received).await?;
    *counts += Counts::settled(outcome, &stored.progress, progress);
    Ok(())
}
