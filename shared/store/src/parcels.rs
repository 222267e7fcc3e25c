//! Parcels: their content, written once, and their progress, written once for every block.

use std::collections::{BTreeMap, HashSet};

use aws_sdk_dynamodb::{primitives::Blob, types::AttributeValue};
use jiff::{SignedDuration, Timestamp};

use super::{
    StoreError, Table,
    keys::{self, Item},
    mentions::mentions_item,
    packing,
    receipts::decode_receipts,
    table::{Condition, Page, number as attribute, text},
};
use domain::delivery::WriteOutcome;
use domain::{
    budget::Month,
    delivery::{Claim, MessageState, Progress, Receipts},
    id::{ParcelNumber, SchoolId, SendId},
    school::TextsKept,
    sending::{Parcel, PlannedMessage, StoredMessage},
    sent_log::Mentions,
};

/// A parcel as it is read: what it carries, how far it is, and when it is not worth sending any
/// more.
#[derive(Clone, Debug)]
pub struct StoredParcel {
    /// Whose.
    pub school: SchoolId,
    /// Of which send.
    pub send: SendId,
    /// Which of the send.
    pub number: ParcelNumber,
    /// Who and what, in the order in which they leave.
    pub messages: Vec<StoredMessage>,
    /// How often messages of it were erased.
    pub rewritten: u32,
    /// How far it has come, by our own record.
    pub progress: Progress,
    /// What carriers told since.
    pub receipts: Receipts,
    /// When what has not left expires.
    pub expires_at: Timestamp,
    /// The month that pays.
    pub month: Month,
    /// Whether every message is settled, and what was reserved for those that never left is still
    /// to be given back to the month.
    pub owes_the_month: bool,
}

/// How far a parcel has come, with what carriers told of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tracked {
    /// By our own record.
    pub progress: Progress,
    /// What carriers told since.
    pub receipts: Receipts,
}

/// The state of each message, with what its carrier told.
fn informed(progress: &Progress, receipts: &Receipts) -> impl Iterator<Item = MessageState> {
    (0_u8..).zip(progress.states()).map(|(index, state)| state.informed_by(receipts.of(index)))
}

impl StoredParcel {
    /// The state of each message, with what its carrier told.
    pub fn states(&self) -> impl Iterator<Item = MessageState> {
        informed(&self.progress, &self.receipts)
    }

    /// The places of the messages of whom somebody was erased.
    pub fn erased(&self) -> impl Iterator<Item = u8> {
        let erased = (0_u8..).zip(&self.messages).filter(|(_, message)| message.whole().is_none());
        erased.map(|(index, _)| index)
    }

    /// A message by its place, unless somebody whom it concerned was erased.
    pub fn message(&self, index: u8) -> Option<&PlannedMessage> {
        self.messages.get(usize::from(index)).and_then(StoredMessage::whole)
    }

    /// The messages of whom nobody was erased, with their places.
    pub fn whole_messages(&self) -> impl Iterator<Item = (u8, &PlannedMessage)> {
        (0_u8..).zip(&self.messages).filter_map(|(index, message)| Some((index, message.whole()?)))
    }

    /// Whether every message is settled and nothing is left to give back.
    pub fn is_final(&self) -> bool {
        !self.owes_the_month && !self.progress.states().any(MessageState::is_open)
    }

    /// Whether the month pays for each message: what was reserved for those that never left goes back once all
    /// are settled.
    pub fn charged(&self) -> impl Iterator<Item = bool> {
        let is_final = self.is_final();
        self.progress.states().map(move |state| !(is_final && state.was_never_sent()))
    }
}

impl Tracked {
    /// The state of each message, with what its carrier told.
    pub fn states(&self) -> impl Iterator<Item = MessageState> {
        informed(&self.progress, &self.receipts)
    }
}

/// Where and until when a send's parcels are kept, the same for all of them.
#[derive(Clone, Copy, Debug)]
pub struct ParcelsOf {
    /// The school.
    pub school: SchoolId,
    /// The send.
    pub send: SendId,
    /// When what has not left expires.
    pub expires_at: Timestamp,
    /// The month that pays.
    pub month: Month,
}

/// Marks progress whose last write has something to give back.
pub(super) const OWED: &str = "owed";

/// How long after their time DynamoDB removes contents that the nightly round has left.
const LEFT_BEHIND: SignedDuration = SignedDuration::from_hours(30 * 24);

/// The attribute that tells how a parcel's messages are packed.
const PACKING: &str = "packing";
/// The attribute of a parcel's packed messages.
pub(super) const MESSAGES: &str = "messages";
/// The attribute that tells how often messages of a parcel were erased; none before the first time.
pub(super) const REWRITTEN: &str = "rewritten";

impl Table {
    /// Writes the contents of a send's parcels. They are invisible until the send itself is kept.
    pub async fn put_parcels(
        &self,
        of: ParcelsOf,
        parcels: impl Iterator<Item = Parcel>,
    ) -> Result<(), StoreError> {
        let mut mentions = Mentions::default();
        let contents = parcels.map(|parcel| {
            mentions.note(&parcel);
            content_item(of, &parcel)
        });
        let contents: Vec<Item> = contents.collect();
        let mentions = mentions_item(of, &mentions);
        self.put_all(contents.into_iter().chain([mentions])).await
    }

    /// Removes the parcels of a send that did not come to be.
    pub async fn delete_parcels(
        &self,
        school: SchoolId,
        send: SendId,
        parcels: u16,
    ) -> Result<(), StoreError> {
        for number in (0..parcels).map(ParcelNumber) {
            self.delete(keys::content(school, send, number)).await?;
        }
        self.delete(keys::mentions(school, send)).await
    }

    /// A parcel's content and progress, in one call.
    pub async fn parcel(
        &self,
        school: SchoolId,
        send: SendId,
        number: ParcelNumber,
    ) -> Result<Option<StoredParcel>, StoreError> {
        self.read_parcel(school, send, number, true).await
    }

    /// The same for half the price, for a worker: progress may be older than the latest, and then the claim
    /// that is written over it fails.
    pub async fn parcel_eventually_consistent(
        &self,
        school: SchoolId,
        send: SendId,
        number: ParcelNumber,
    ) -> Result<Option<StoredParcel>, StoreError> {
        self.read_parcel(school, send, number, false).await
    }

    async fn read_parcel(
        &self,
        school: SchoolId,
        send: SendId,
        number: ParcelNumber,
        consistent: bool,
    ) -> Result<Option<StoredParcel>, StoreError> {
        let (content, tracks) = tokio::try_join!(
            self.content(school, send, number),
            self.tracks_of(school, send, number, consistent)
        )?;
        content.map(|content| stored_parcel(school, send, &content, &tracks)).transpose()
    }

    /// The progress of one parcel and its receipts, in one call: together they are billed as one item.
    pub(super) async fn tracks_of(
        &self,
        school: SchoolId,
        send: SendId,
        number: ParcelNumber,
        consistent: bool,
    ) -> Result<Tracks, StoreError> {
        let page = Page {
            partition: keys::parcels_partition(school, send),
            prefix: &format!("{}{number}", keys::PROGRESS_PREFIX),
            oldest_first: true,
            limit: None,
            after: None,
            consistent,
        };
        let (items, _) = self.page(page).await?;
        let mut tracks = Tracks::default();
        for item in items {
            tracks.insert(item)?;
        }
        Ok(tracks)
    }

    /// A parcel's content. Only an erasure ever rewrites it: a read that need not be the latest has it, or does not
    /// have it yet, or still has what was erased in this moment.
    async fn content(
        &self,
        school: SchoolId,
        send: SendId,
        number: ParcelNumber,
    ) -> Result<Option<Item>, StoreError> {
        let key = || keys::content(school, send, number);
        match self.get_eventually_consistent(key()).await? {
            None => self.get(key()).await,
            found => Ok(found),
        }
    }

    /// How far each parcel has come that was ever claimed: about a kilobyte each.
    pub async fn progresses(
        &self,
        school: SchoolId,
        send: SendId,
    ) -> Result<Vec<(ParcelNumber, Tracked)>, StoreError> {
        let items = self.all(keys::parcels_partition(school, send), keys::PROGRESS_PREFIX).await?;
        let mut by_parcel: BTreeMap<ParcelNumber, Tracks> = BTreeMap::new();
        for item in items {
            by_parcel.entry(parcel_number(&item, keys::PROGRESS_PREFIX)?).or_default().insert(item)?;
        }
        let tracked = |(number, tracks): (ParcelNumber, Tracks)| {
            let progress = tracks.progress.as_ref().map(decode_progress).transpose();
            progress
                .map(|progress| Some((number, Tracked { progress: progress?, receipts: tracks.receipts })))
        };
        by_parcel.into_iter().filter_map(|parcel| tracked(parcel).transpose()).collect()
    }

    /// The parcels of a send that are not settled, still owe something to the month, or hold messages of
    /// which nobody knows.
    pub async fn unsettled(
        &self,
        school: SchoolId,
        send: SendId,
        parcels: u16,
    ) -> Result<Vec<ParcelNumber>, StoreError> {
        let items = self.all(keys::parcels_partition(school, send), keys::PROGRESS_PREFIX).await?;
        let mut settled = HashSet::with_capacity(items.len());
        for item in items {
            if keys::is_receipts(text(&item, "sk")?) {
                continue;
            }
            let is_left = |state: MessageState| state.is_open() || state == MessageState::Unknown;
            // What cannot be read is looked at by whoever ends the send.
            let is_left = decode_progress(&item).map_or(true, |progress| progress.states().any(is_left));
            if !is_left && !item.contains_key(OWED) {
                settled.insert(parcel_number(&item, keys::PROGRESS_PREFIX)?);
            }
        }
        Ok((0..parcels).map(ParcelNumber).filter(|number| !settled.contains(number)).collect())
    }

    /// Removes the texts, numbers and states of a send.
    pub async fn forget_parcels(
        &self,
        school: SchoolId,
        send: SendId,
        parcels: u16,
    ) -> Result<(), StoreError> {
        for number in (0..parcels).map(ParcelNumber) {
            self.delete(keys::content(school, send, number)).await?;
            self.delete(keys::progress(school, send, number)).await?;
            self.delete(keys::receipts(school, send, number)).await?;
        }
        self.delete(keys::mentions(school, send)).await
    }

    /// Writes progress over the version before it; a conflict means that another worker was faster.
    pub async fn put_progress(
        &self,
        school: SchoolId,
        send: SendId,
        number: ParcelNumber,
        progress: &mut Progress,
    ) -> Result<WriteOutcome, StoreError> {
        let item = next_progress_item(school, send, number, progress);
        self.put_once(item, condition_before(progress)).await
    }
}

/// The items that tell how far a parcel has come.
#[derive(Default)]
pub(super) struct Tracks {
    pub progress: Option<Item>,
    pub receipts: Receipts,
    /// The version of the receipts, 0 before the first.
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
pub(super) fn next_progress_item(
    school: SchoolId,
    send: SendId,
    number: ParcelNumber,
    progress: &mut Progress,
) -> Item {
    progress.next_version();
    progress_item(school, send, number, progress)
}

/// What must hold for progress to be written: the version before is as it was read.
pub(super) const fn condition_before(progress: &Progress) -> Condition {
    match progress.version() {
        0 | 1 => Condition::Absent,
        version => Condition::Version(version - 1),
    }
}

fn content_item(of: ParcelsOf, parcel: &Parcel) -> Item {
    let mut item = keys::content(of.school, of.send, parcel.number).attributes();
    item.insert(PACKING.to_owned(), AttributeValue::S(packing::VERSION.to_owned()));
    item.insert(MESSAGES.to_owned(), AttributeValue::B(Blob::new(packing::pack_planned(&parcel.messages))));
    item.insert("expires".to_owned(), AttributeValue::S(of.expires_at.to_string()));
    item.insert("month".to_owned(), AttributeValue::S(of.month.to_string()));
    // What the nightly round never found, DynamoDB removes: a school may choose the longest period at any time.
    let kept = TextsKept::LONGEST.duration() + LEFT_BEHIND;
    let forgotten = of.expires_at.saturating_add(kept).unwrap_or(Timestamp::MAX);
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
    let owes_the_month = tracks.progress.as_ref().is_some_and(|item| item.contains_key(OWED));
    let progress = match &tracks.progress {
        Some(item) => decode_progress(item)?,
        None => Progress::new(messages.len()),
    };
    Ok(StoredParcel {
        school,
        send,
        number: parcel_number(content, keys::CONTENT_PREFIX)?,
        messages,
        rewritten,
        progress,
        receipts: tracks.receipts.clone(),
        expires_at: text(content, "expires")?.parse().map_err(|_| WHAT)?,
        month: Month::parse(text(content, "month")?).map_err(|_| WHAT)?,
        owes_the_month,
    })
}

fn progress_item(school: SchoolId, send: SendId, number: ParcelNumber, progress: &Progress) -> Item {
    let mut item = keys::progress(school, send, number).attributes();
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
