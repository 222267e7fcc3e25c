//! What carriers told of a parcel's messages, in an item of its own beside the parcel's progress: those who
//! deliver and those who take receipts never write the same item.

use aws_sdk_dynamodb::{primitives::Blob, types::AttributeValue};

use super::{
    Consistency, StoreError, Table, attributes::number as attribute, condition::Condition, keys,
    parcel_items::decode_progress,
};
use domain::{
    delivery::{Receipt, WriteOutcome},
    id::{ParcelNumber, SchoolId, SendId},
};

/// What became of the receipts of one parcel.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ReceiptsKept {
    /// They are kept, all those that say anything new in one write.
    Kept(Vec<News>),
    /// They say nothing new: nothing was written.
    Known,
    /// No message of this parcel was ever handed to a carrier.
    NoSuchParcel,
}

/// What a receipt changed of what was known of a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct News {
    /// What was known.
    pub before: Option<Receipt>,
    /// What is known now.
    pub after: Receipt,
}

/// How often receipts are joined that others get in the way of.
const TRIES: usize = 8;

impl Table {
    /// Joins receipts of one parcel's messages, by their places, with what is known: one write, or none.
    /// Places that the parcel does not have are passed over.
    pub async fn join_receipts(
        &self,
        school: SchoolId,
        send: SendId,
        number: ParcelNumber,
        told: &[(u8, Receipt)],
    ) -> Result<ReceiptsKept, StoreError> {
        for attempt in 0..TRIES {
            // An eventually consistent read may miss what others wrote: then the condition fails.
            let consistency = if attempt > 0 { Consistency::Strong } else { Consistency::Eventual };
            let tracks = self.tracks_of(school, send, number, consistency).await?;
            let Some(progress) = &tracks.progress else {
                if attempt > 0 {
                    return Ok(ReceiptsKept::NoSuchParcel);
                }
                continue;
            };
            let messages = decode_progress(progress)?.states().len();
            let mut receipts = tracks.receipts;
            let mut news = Vec::new();
            for (index, receipt) in told.iter().filter(|(index, _)| usize::from(*index) < messages) {
                let before = receipts.of(*index);
                if receipts.add(*index, *receipt) {
                    news.extend(receipts.of(*index).map(|after| News { before, after }));
                }
            }
            if news.is_empty() {
                return Ok(ReceiptsKept::Known);
            }
            let before = match tracks.receipts_version {
                0 => Condition::Absent,
                version => Condition::Version(version),
            };
            let mut item = keys::receipts(school, send, number).attributes();
            item.insert("version".to_owned(), attribute(tracks.receipts_version + 1));
            item.insert("receipts".to_owned(), AttributeValue::B(Blob::new(receipts.encode())));
            match self.put_once(item, before).await {
                Ok(WriteOutcome::Written) => return Ok(ReceiptsKept::Kept(news)),
                // Somebody else had the same receipts, or the answer to our write was lost.
                Ok(WriteOutcome::AlreadyThere) => return Ok(ReceiptsKept::Known),
                Err(StoreError::Conflict) => {}
                Err(error) => return Err(error),
            }
        }
        Err(StoreError::Unavailable("too many workers join the receipts of one parcel".into()))
    }
}
