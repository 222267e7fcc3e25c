//! Folds the receipts of a batch by parcel: one write per parcel, however many receipts.

use std::collections::{BTreeMap, BTreeSet};

use domain::{
    delivery::{FailureReason, Receipt},
    id::ParcelId,
};
use futures_util::{StreamExt, stream};
use store::ReceiptsOutcome;
use telemetry::Counts;
use tracing::Instrument;

use crate::{deps::Deps, failure::NotNoted, resolve::Resolved, stop};

/// Concurrent writes of parcels.
const AT_ONCE: usize = 8;

/// The receipts of one parcel, with their queue messages.
#[derive(Default)]
struct OfParcel {
    receipts: Vec<Resolved>,
    records: BTreeSet<String>,
}

/// All receipts of a batch, by parcel.
#[derive(Default)]
pub(crate) struct Fold(BTreeMap<ParcelId, OfParcel>);

impl Fold {
    pub fn add(&mut self, record: String, resolved: Resolved) {
        let parcel = self.0.entry(resolved.message.parcel).or_default();
        parcel.receipts.push(resolved);
        parcel.records.insert(record);
    }

    /// Writes all. Returns the queue messages to retry.
    pub async fn note(self, deps: &Deps, counts: &mut Counts) -> BTreeSet<String> {
        let noted: Vec<_> = stream::iter(self.0)
            .map(|(parcel, of_parcel)| {
                let ParcelId { school, send, number } = parcel;
                let span = tracing::info_span!("parcel", %school, %send, parcel = %number);
                of_parcel.noted(parcel, deps).instrument(span)
            })
            .buffer_unordered(AT_ONCE)
            .collect()
            .await;
        let mut again = BTreeSet::new();
        for (of_parcel, records) in noted {
            *counts += of_parcel;
            again.extend(records);
        }
        again
    }
}

impl OfParcel {
    /// What was counted, and the queue messages that must come again.
    async fn noted(self, parcel: ParcelId, deps: &Deps) -> (Counts, BTreeSet<String>) {
        let mut counts = Counts::default();
        let again = match self.note(parcel, deps, &mut counts).await {
            Ok(()) => BTreeSet::new(),
            Err(error) => {
                let reports = self.records.len();
                tracing::warn!(reports, chain = telemetry::chain(&error), "receipts not recorded");
                self.records
            }
        };
        (counts.of(parcel.school, parcel.send), again)
    }

    async fn note(&self, parcel: ParcelId, deps: &Deps, counts: &mut Counts) -> Result<(), NotNoted> {
        let receipts: Vec<(u8, Receipt)> =
            self.receipts.iter().map(|told| (told.message.index, told.receipt)).collect();
        match deps.table.merge_receipts(parcel, &receipts).await? {
            ReceiptsOutcome::Written(changes) => {
                changes.iter().for_each(|change| *counts += Counts::told(change.before, change.after));
                self.stop(deps).await
            }
            // After a failure, reports may return although they were written: the opt-outs are recorded then.
            ReceiptsOutcome::Unchanged => self.stop(deps).await,
            ReceiptsOutcome::NoSuchParcel => {
                for told in &self.receipts {
                    deps.again(told.tried, told.again()).await?;
                }
                Ok(())
            }
        }
    }

    /// Records the opt-outs that the carrier reported.
    async fn stop(&self, deps: &Deps) -> Result<(), NotNoted> {
        let opted_out = Receipt::Failed(FailureReason::OptedOut);
        for told in self.receipts.iter().filter(|told| told.receipt == opted_out) {
            stop::by_the_carrier(told.message, deps).await?;
        }
        Ok(())
    }
}
