//! The items of a parcel: content, progress, receipts.

use aws_sdk_dynamodb::{primitives::Blob, types::AttributeValue};
use jiff::{SignedDuration, Timestamp};

use super::{
    ParcelsOf, StoreError, StoredParcel,
    attributes::{number as attribute, text},
    condition::Condition,
    keys::{self, Item},
    packing,
};
use domain::{
    budget::Month,
    clock::later,
    delivery::{Claim, Progress, Receipts},
    id::{ParcelId, ParcelNumber, SchoolId, SendId},
    school::TextsKept,
    sending::Parcel,
};

/// Marks progress with a pending refund. The attribute name is fixed by stored items.
pub(super) const REFUND_PENDING: &str = "owed";

/// Delay before DynamoDB deletes contents that the nightly run missed.
const LEFT_BEHIND: SignedDuration = SignedDuration::from_hours(30 * 24);

/// The version of the packed form.
const PACKING: &str = "packing";
/// The packed messages.
pub(super) const MESSAGES: &str = "messages";
/// Number of redactions of a parcel; absent for none.
pub(super) const REWRITTEN: &str = "rewritten";

/// The progress and receipts of a parcel.
#[derive(Default)]
pub(super) struct Tracks {
    pub progress: Option<Item>,
    pub receipts: Receipts,
    /// Version of the receipts; 0 before the first.
    pub receipts_version: u64,
}

impl Tracks {
    pub fn insert(&mut self, item: Item) -> Result<(), StoreError> {
        if keys::is_receipts(text(&item, "sk")?) {
            (self.receipts, self.receipts_version) = decode_receipts(&item)?;
        } else {
            self.progress = Some(item);
        }
        Ok(())
    }
}

/// Progress in its next version, as it is written.
pub(super) fn next_progress_item(parcel: ParcelId, progress: &mut Progress) -> Item {
    progress.next_version();
    progress_item(parcel, progress)
}

/// Returns the write condition: the version read is still current.
pub(super) const fn condition_before(progress: &Progress) -> Condition {
    match progress.version() {
        0 | 1 => Condition::Absent,
        version => Condition::Version(version - 1),
    }
}

pub(super) fn content_item(of: ParcelsOf, parcel: &Parcel) -> Item {
    let mut item =
        keys::content(ParcelId { school: of.school, send: of.send, number: parcel.number }).attributes();
    item.insert(PACKING.to_owned(), AttributeValue::S(packing::VERSION.to_owned()));
    item.insert(MESSAGES.to_owned(), AttributeValue::B(Blob::new(packing::pack_planned(&parcel.messages))));
    item.insert("expires".to_owned(), AttributeValue::S(of.expires_at.to_string()));
    item.insert("month".to_owned(), AttributeValue::S(of.month.to_string()));
    // Fallback for contents that the nightly run missed: a school may choose the longest retention at
    // any time.
    let kept = TextsKept::LONGEST.duration() + LEFT_BEHIND;
    let forgotten = later(of.expires_at, kept);
    item.insert("ttl".to_owned(), attribute(forgotten.as_second()));
    item
}

pub(super) fn stored_parcel(
    school: SchoolId,
    send: SendId,
    content: &Item,
    tracks: &Tracks,
) -> Result<StoredParcel, StoreError> {
    const WHAT: StoreError = StoreError::Unreadable("parcel");
    if text(content, PACKING)? != packing::VERSION {
        return Err(WHAT);
    }
    let packed = content.get(MESSAGES).and_then(|value| value.as_b().ok()).ok_or(WHAT)?;
    let messages = packing::unpack(packed.as_ref())?;
    let rewritten = match content.get(REWRITTEN) {
        None => 0,
        Some(times) => times.as_n().ok().and_then(|times| times.parse().ok()).ok_or(WHAT)?,
    };
    let refund_pending = tracks.progress.as_ref().is_some_and(|item| item.contains_key(REFUND_PENDING));
    let progress = match &tracks.progress {
        Some(item) => decode_progress(item)?,
        None => Progress::new(messages.len()),
    };
    Ok(StoredParcel {
        id: ParcelId { school, send, number: parcel_number(content, keys::CONTENT_PREFIX)? },
        messages,
        rewritten,
        progress,
        receipts: tracks.receipts.clone(),
        expires_at: text(content, "expires")?.parse().map_err(|_| WHAT)?,
        month: Month::parse(text(content, "month")?).map_err(|_| WHAT)?,
        refund_pending,
    })
}

fn progress_item(parcel: ParcelId, progress: &Progress) -> Item {
    let mut item = keys::progress(parcel).attributes();
    item.insert("version".to_owned(), attribute(progress.version()));
    item.insert("states".to_owned(), AttributeValue::B(Blob::new(progress.encode_messages())));
    if let Some(claim) = progress.claim() {
        item.insert("worker".to_owned(), AttributeValue::S(claim.worker.to_string()));
        item.insert("lease".to_owned(), attribute(claim.lease_until.as_millisecond()));
    }
    item
}

pub(super) fn decode_progress(item: &Item) -> Result<Progress, StoreError> {
    const WHAT: StoreError = StoreError::Unreadable("progress");
    let states = item.get("states").and_then(|value| value.as_b().ok()).ok_or(WHAT)?;
    let claim = match (item.get("worker"), instant(item, "lease")?) {
        (Some(worker), Some(lease_until)) => {
            let worker = worker.as_s().ok().and_then(|id| id.parse().ok()).ok_or(WHAT)?;
            Some(Claim { worker, lease_until })
        }
        _ => None,
    };
    let version = item.get("version").and_then(|v| v.as_n().ok()).and_then(|v| v.parse().ok()).ok_or(WHAT)?;
    Progress::decode(states.as_ref(), claim, version).map_err(|_| WHAT)
}

fn instant(item: &Item, name: &'static str) -> Result<Option<Timestamp>, StoreError> {
    let Some(value) = item.get(name) else { return Ok(None) };
    let milliseconds = value.as_n().ok().and_then(|n| n.parse().ok()).ok_or(StoreError::Unreadable(name))?;
    Timestamp::from_millisecond(milliseconds).map(Some).map_err(|_| StoreError::Unreadable(name))
}

pub(super) fn parcel_number(item: &Item, prefix: &str) -> Result<ParcelNumber, StoreError> {
    let digits = text(item, "sk")?.strip_prefix(prefix);
    let digits = digits.map(|digits| digits.split('#').next().unwrap_or_default());
    let number = digits.and_then(|digits| digits.parse().ok()).ok_or(StoreError::Unreadable("parcel"))?;
    Ok(ParcelNumber(number))
}

/// Decodes receipts and their version.
pub(super) fn decode_receipts(item: &Item) -> Result<(Receipts, u64), StoreError> {
    const WHAT: StoreError = StoreError::Unreadable("receipts");
    let bytes = item.get("receipts").and_then(|value| value.as_b().ok()).ok_or(WHAT)?;
    let version = item.get("version").and_then(|v| v.as_n().ok()).and_then(|v| v.parse().ok()).ok_or(WHAT)?;
    Ok((Receipts::decode(bytes.as_ref()).map_err(|_| WHAT)?, version))
}
