//! Settling: the final states of a parcel's messages are written, counted and refunded, in this order
//! and only here.

use domain::{audit::Entry, delivery::Progress, sending::Totals};
use store::{FindingsError, StoreError, StoredParcel, Table};
use telemetry::Counts;

/// Replaces a parcel's progress `before`; counts the settled messages; and refunds unsent ones once the
/// last message is settled.
///
/// A conflict means that another worker wrote first: nothing was written. After any other error the
/// progress may be stored with its refund pending: [`Table::retry_refund`] comes first when the parcel
/// is read again.
pub async fn settle(
    table: &Table,
    stored: &StoredParcel,
    before: &Progress,
    progress: &mut Progress,
    counts: &mut Counts,
) -> Result<(), StoreError> {
    settle_with(table, stored, before, progress, &mut None, counts).await
}

/// Also writes the audit entry, which is consumed on success.
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

/// Writes the results of status queries on a settled parcel with their refunds, and counts them.
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
