//! The receipts of a parcel, in an item of their own: delivery writes progress, and only progress.

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
    /// All those that changed anything were written at once.
    Written(Vec<ReceiptChange>),
    /// They changed nothing: nothing was written.
    Unchanged,
    /// No message of this parcel was ever handed to a carrier.
    NoSuchParcel,
}

/// What a receipt changed of what was known of a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ReceiptChange {
    /// What was known.
    pub before: Option<Receipt>,
    /// What is known now.
    pub after: Receipt,
}

/// How often a merge is tried that conflicts with others.
const TRIES: usize = 8;

impl Table {
    /// Merges receipts, by the index of their messages, into those of a parcel: one write, or none. An index that
    /// the parcel does not have is ignored.
    pub async fn merge_receipts(
        &self,
        parcel: ParcelId,
        new: &[(u8, Receipt)],
    ) -> Result<ReceiptsOutcome, StoreError> {
        for attempt in 0..TRIES {
            // An eventually consistent read may miss what others wrote: then the condition fails.
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
                // Another worker wrote the same, or the answer to our write was lost.
                Ok(WriteOutcome::AlreadyThere) => return Ok(ReceiptsOutcome::Unchanged),
                Err(StoreError::Conflict) => {}
                Err(error) => return Err(error),
            }
        }
        Err(StoreError::Unavailable("too many workers merge the receipts of one parcel".into()))
    }
}
