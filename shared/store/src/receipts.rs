//! The receipts of a parcel, in a separate item: delivery alone writes progress.

use aws_sdk_dynamodb::{primitives::Blob, types::AttributeValue};

use super::{
    Consistency, StoreError, Table, attributes::number as attribute, condition::Condition, keys,
    parcel_items::decode_progress,
};
use domain::{
    delivery::{Receipt, WriteOutcome},
    id::ParcelId,
};

/// The outcome of a merge of receipts into those of a parcel.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ReceiptsOutcome {
    /// All changes, written at once.
    Written(Vec<ReceiptChange>),
    /// Nothing written.
    Unchanged,
    /// No message of this parcel was ever submitted to a carrier.
    NoSuchParcel,
}

/// The change of one message's receipt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ReceiptChange {
    pub before: Option<Receipt>,
    pub after: Receipt,
}

/// Attempts at a merge under contention.
const TRIES: usize = 8;

impl Table {
    /// Merges receipts, by message index, into those of a parcel with at most one write. Unknown
    /// indexes are ignored.
    pub async fn merge_receipts(
        &self,
        parcel: ParcelId,
        new: &[(u8, Receipt)],
    ) -> Result<ReceiptsOutcome, StoreError> {
        for attempt in 0..TRIES {
            // An eventually consistent read may miss other writes: then the condition fails.
            let consistency = if attempt > 0 { Consistency::Strong } else { Consistency::Eventual };
            let tracks = self.tracks_of(parcel, consistency).await?;
            let Some(progress) = &tracks.progress else {
                if attempt > 0 {
                    return Ok(ReceiptsOutcome::NoSuchParcel);
                }
                continue;
            };
            let messages = decode_progress(progress)?.states().len();
            let mut receipts = tracks.receipts;
            let mut changes = Vec::new();
            for (index, receipt) in new.iter().filter(|(index, _)| usize::from(*index) < messages) {
                let before = receipts.of(*index);
                if receipts.add(*index, *receipt) {
                    changes.extend(receipts.of(*index).map(|after| ReceiptChange { before, after }));
                }
            }
            if changes.is_empty() {
                return Ok(ReceiptsOutcome::Unchanged);
            }
            let before = match tracks.receipts_version {
                0 => Condition::Absent,
                version => Condition::Version(version),
            };
            let mut item = keys::receipts(parcel).attributes();
            item.insert("version".to_owned(), attribute(tracks.receipts_version + 1));
            item.insert("receipts".to_owned(), AttributeValue::B(Blob::new(receipts.encode())));
            match self.put_once(item, before).await {
                Ok(WriteOutcome::Written) => return Ok(ReceiptsOutcome::Written(changes)),
                // Another worker wrote the same, or the response to our write was lost.
                Ok(WriteOutcome::AlreadyThere) => return Ok(ReceiptsOutcome::Unchanged),
                Err(StoreError::Conflict) => {}
                Err(error) => return Err(error),
            }
        }
        Err(StoreError::Unavailable("too many workers merge the receipts of one parcel".into()))
    }
}
