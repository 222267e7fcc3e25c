//! Erasing a person: one pass over a school's data, repeated until it finds nothing.

use std::collections::HashSet;

use futures_util::{StreamExt, TryStreamExt, stream};
use jiff::Timestamp;

use crate::{
    sent_log::{LogQuery, ParcelScan},
    settling::settle,
};
use domain::erasure::{Done, Pending, Stage, Subject};
use domain::{
    clock::{Clock, later},
    delivery::{Cancellation, FailureReason, MessageState, Progress},
    directory::Person,
    id::PersonId,
    phone::PhoneNumber,
    sending::StoredMessage,
    sent_log::{Filter, NumberPart},
    span::Span,
};
use store::{Consistency, StoreError, StoredParcel, Table};
use telemetry::Counts;

/// The erasure workflow.
#[derive(Clone, Copy)]
pub struct Erasing<'e> {
    pub table: &'e Table,
    pub clock: &'e dyn Clock,
}

/// Parcels rewritten concurrently.
const AT_ONCE: usize = 8;
/// Attempts under contention.
const TRIES: usize = 8;

/// The other people of the directory.
struct Others {
    people: HashSet<PersonId>,
    numbers: HashSet<PhoneNumber>,
}

impl Erasing<'_> {
    /// Runs one pass and records progress. Safe to interrupt and repeat.
    pub async fn resume(&self, mut pending: Pending, counts: &mut Counts) -> Result<Stage, StoreError> {
        if pending.stage == Stage::Checking && self.clock.now() < pending.due_at {
            return Ok(Stage::Checking);
        }
        let found = self.query(&mut pending, counts).await?;
        let now = self.clock.now();
        if pending.stage == Stage::Checking && !found {
            self.table.complete_erasure(&pending, now).await?;
            return Ok(Stage::Complete);
        }
        let due_at = later(now, Pending::LOOKS_AGAIN_AFTER);
        self.table.check_erasure_at(&pending, due_at).await?;
        Ok(Stage::Checking)
    }

    /// Redacts everything found. Returns whether there was anything.
    async fn query(&self, pending: &mut Pending, counts: &mut Counts) -> Result<bool, StoreError> {
        let (mut found, others) = self.untie(pending).await?;
        found |= self.table.discard_imports(pending.school).await?;
        let recent = Span { from: pending.last_seen_after(), until: Timestamp::MAX };
        let span = (pending.stage == Stage::Checking).then_some(recent);
        let theirs = Filter { span, person: Some(pending.person), ..Filter::default() };
        found |= self.erase_messages(&theirs, pending, &others, counts).await?;
        let mut numbers = HashSet::new();
        // Messages to a number may reveal further numbers of the person.
        loop {
            let next = of_nobody_else(pending, &others).find(|number| !numbers.contains(number));
            let Some(number) = next else { break };
            numbers.insert(number);
            let number = Some(NumberPart::whole(number));
            let there = Filter { span, number, ..Filter::default() };
            found |= self.erase_messages(&there, pending, &others, counts).await?;
        }
        for number in numbers {
            found |= self.table.bury_opt_out(pending, number).await?;
            self.table.delete_holder(pending.school, number).await?;
        }
        Ok(found)
    }

    /// Removes guardians' relations to the person. Returns whether there were any, and the other
    /// people.
    async fn untie(&self, pending: &Pending) -> Result<(bool, Others), StoreError> {
        let mut found = false;
        for _ in 0..TRIES {
            let people = self.table.all_people(pending.school).await?;
            let others = Others {
                people: people.iter().map(|person| person.id).collect(),
                numbers: people.iter().filter_map(|person| person.details.phone).collect(),
            };
            let tied = people.into_iter().filter_map(|guardian| guardian.untied_from(pending.person));
            let tied: Vec<Person> = tied.collect();
            if tied.is_empty() {
                return Ok((found, others));
            }
            found = true;
            // People changed concurrently are read again.
            self.table.replace_people(pending.school, tied).await?;
        }
        Err(StoreError::Unavailable("guardians change all the time".into()))
    }

    /// Redacts messages, in bounded memory. Returns whether there were any.
    async fn erase_messages(
        &self,
        filter: &Filter,
        pending: &mut Pending,
        others: &Others,
        counts: &mut Counts,
    ) -> Result<bool, StoreError> {
        let (table, school, now) = (self.table, pending.school, self.clock.now());
        let query = LogQuery { table, school, filter, consistency: Consistency::Strong, now };
        let (mut scan, mut found) = (ParcelScan::for_all(&query), false);
        while let Some(parcels) = query.read_batch(&mut scan).await? {
            self.note_numbers(pending, &parcels).await?;
            let (pending, numbers) = (&*pending, of_nobody_else(pending, others).collect());
            let subject = &Subject { person: pending.person, numbers, others: &others.people };
            let erased: Vec<Counts> = stream::iter(parcels)
                .filter(|parcel| std::future::ready(is_in(subject, parcel)))
                .map(|parcel| self.erase_in(parcel, subject, pending))
                .buffer_unordered(AT_ONCE)
                .try_collect()
                .await?;
            found |= !erased.is_empty();
            erased.into_iter().for_each(|settled| *counts += settled);
        }
        Ok(found)
    }

    /// Stores the numbers of the person's messages before these are redacted.
    async fn note_numbers(&self, pending: &mut Pending, parcels: &[StoredParcel]) -> Result<(), StoreError> {
        let messages = parcels.iter().flat_map(|parcel| &parcel.messages);
        let theirs = messages.filter(|message| message.recipient() == Some(pending.person));
        let numbers = theirs.filter_map(StoredMessage::phone);
        let new: HashSet<PhoneNumber> = numbers.filter(|phone| !pending.numbers.contains(phone)).collect();
        if !new.is_empty() {
            self.table.note_numbers(pending, &new).await?;
            pending.numbers.extend(new);
        }
        Ok(())
    }

    /// Redacts one parcel, which a worker or a receipt may be writing concurrently.
    async fn erase_in(
        &self,
        mut stored: StoredParcel,
        subject: &Subject<'_>,
        pending: &Pending,
    ) -> Result<Counts, StoreError> {
        let mut counts = Counts::default();
        for _ in 0..TRIES {
            match self.try_to_erase_in(&stored, subject, pending, &mut counts).await {
                Err(StoreError::Conflict) => {}
                result => return result.map(|()| counts),
            }
            let read = self.table.parcels(&[stored.id], Consistency::Strong).await?;
            match read.into_values().next().filter(|parcel| is_in(subject, parcel)) {
                Some(parcel) => stored = parcel,
                None => return Ok(counts),
            }
        }
        Err(StoreError::Unavailable("a parcel changes all the time".into()))
    }

    /// Cancels unsubmitted messages first, with their refund. Messages that a worker holds may still be
    /// sent: it has a copy, and the next claim ends redacted messages. A conflict means a concurrent
    /// write.
    async fn try_to_erase_in(
        &self,
        stored: &StoredParcel,
        subject: &Subject<'_>,
        pending: &Pending,
        counts: &mut Counts,
    ) -> Result<(), StoreError> {
        let mut progress = stored.progress.clone();
        let places = (0_u8..).zip(&stored.messages).filter(|(_, message)| subject.is_in(message));
        let places: Vec<u8> = places.map(|(index, _)| index).collect();
        if !self.table.retry_refund(stored).await? && !progress.is_claimed(self.clock.now()) {
            places.iter().for_each(|index| progress.erase(*index));
            if progress != stored.progress {
                settle(self.table, stored, &stored.progress, &mut progress, counts).await?;
            }
        }
        let whole: Vec<u8> = stored.whole_messages().map(|(index, _)| index).collect();
        let for_the_first_time: Vec<u8> = places.into_iter().filter(|index| whole.contains(index)).collect();
        let called_back = count_called_back(&progress, &for_the_first_time);
        let mut done = Done { called_back, ..Done::default() };
        stored.messages.iter().for_each(|message| done += subject.counted(message));
        let messages: Vec<StoredMessage> =
            stored.messages.iter().map(|message| subject.removed_from(message)).collect();
        self.table.erase_messages(pending, stored, &messages, done).await
    }
}

/// Returns the person's numbers that no other person of the directory has.
fn of_nobody_else(pending: &Pending, others: &Others) -> impl Iterator<Item = PhoneNumber> {
    pending.numbers.iter().copied().filter(|number| !others.numbers.contains(number))
}

fn is_in(subject: &Subject<'_>, parcel: &StoredParcel) -> bool {
    parcel.messages.iter().any(|message| subject.is_in(message))
}

fn count_called_back(progress: &Progress, places: &[u8]) -> u32 {
    let called_back = |state: MessageState| {
        let erased =
            [MessageState::Cancelled(Cancellation::Erased), MessageState::Failed(FailureReason::Erased)];
        erased.contains(&state)
    };
    let states = (0_u8..).zip(progress.states());
    let count = states.filter(|(index, state)| places.contains(index) && called_back(*state)).count();
    u32::try_from(count).expect("a parcel has a hundred messages")
}
