//! Retention: texts and numbers of an old send are removed; its counts and costs stay.
//!
//! A mark tells up to which send all of a school's are forgotten, and each night goes on from there: a school that
//! changes its period changes how far the next night comes, and nothing else.

use domain::{
    delivery::MessageState,
    id::{ParcelId, ParcelNumber, SchoolId, SendId},
    school::School,
    sending::{Send, Tally},
};
use jiff::Timestamp;
use store::{OldSend, StoreError};

use crate::{deps::Deps, failure::log_failure};

/// Sends read at once.
const PAGE: i32 = 100;
/// Parcels that a night forgets of one school: those of 200,000 texts in large sends, in half a minute. A school
/// that shortens its period has more; the next nights forget them.
const PARCELS_A_NIGHT: u32 = 2_000;

/// What a night did for one school.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Forgotten {
    /// Sends whose texts were forgotten.
    pub sends: u32,
    /// Sends, or steps, that the next night tries again.
    pub failed: u32,
}

/// Forgets what of a school is older than its period.
pub(crate) async fn forget_old(deps: &Deps, school: &School, now: Timestamp) -> Forgotten {
    let mut night =
        Night { deps, school, now, remaining_parcels: PARCELS_A_NIGHT, did: Forgotten::default() };
    if let Err(error) = night.go_on().await {
        log_failure("old sends were not forgotten", &error.into());
        night.did.failed += 1;
    }
    night.did
}

struct Night<'a> {
    deps: &'a Deps,
    school: &'a School,
    now: Timestamp,
    /// How many parcels this night may still forget.
    remaining_parcels: u32,
    did: Forgotten,
}

impl Night<'_> {
    /// Goes on from the mark, send by send in the order in which they were accepted. The mark never passes a send
    /// that is kept for now: it was planned long ahead, say. What is forgotten behind such a one says so itself.
    async fn go_on(&mut self) -> Result<(), StoreError> {
        let (table, id) = (&self.deps.table, self.school.id);
        // Whatever was accepted later cannot have ended early enough.
        let period = self.school.texts_kept.duration();
        let Ok(until) = self.now.checked_sub(period) else { return Ok(()) };
        let mut mark = table.forgotten_up_to(id).await?;
        let (mut after, mut is_held) = (mark, false);
        loop {
            let page = table.old_sends(id, after, until, PAGE).await?;
            let Some(last) = page.last().map(|old| old.send.id) else { return Ok(()) };
            let mark_before = mark;
            for old in page {
                if self.remaining_parcels == 0 {
                    break;
                }
                if !self.is_done_with(&old, is_held).await {
                    is_held = true;
                } else if !is_held {
                    mark = Some(old.send.id);
                }
            }
            if let Some(mark) = mark.filter(|_| mark != mark_before) {
                table.all_is_forgotten_up_to(id, mark).await?;
            }
            if self.remaining_parcels == 0 {
                tracing::info!("the rest is forgotten another night");
                return Ok(());
            }
            after = Some(last);
        }
    }

    /// Whether nothing is left of a send, once it was forgotten if its time has come. A failure keeps no other back.
    async fn is_done_with(&mut self, old: &OldSend, is_held: bool) -> bool {
        if old.is_forgotten {
            return true;
        }
        match self.forget_in_time(&old.send, is_held).await {
            Ok(is_done) => is_done,
            Err(error) => {
                log_failure("a send was not forgotten", &error.into());
                self.did.failed += 1;
                false
            }
        }
    }

    async fn forget_in_time(&mut self, send: &Send, is_held: bool) -> Result<bool, StoreError> {
        if !self.may_be_forgotten(send).await? {
            return Ok(false);
        }
        let (table, school) = (&self.deps.table, self.school.id);
        // The last send of a night may have more parcels than remain for it.
        self.remaining_parcels = self.remaining_parcels.saturating_sub(send.parcels.into());
        // What became of its messages is counted first, once.
        if send.tally.is_none() {
            table.put_tally(school, send.id, &tally(self.deps, school, send.id).await?).await?;
        }
        table.forget_parcels(school, send.id, send.parcels).await?;
        if is_held {
            table.put_forgotten(school, send.id).await?;
        }
        self.did.sends += 1;
        Ok(true)
    }

    /// What must be true of a send before its texts go. Each line is a reason to keep it for now.
    async fn may_be_forgotten(&self, send: &Send) -> Result<bool, StoreError> {
        let (table, school) = (&self.deps.table, self.school);
        let is_old = school.texts_kept.is_over(send.expires_at, self.now);
        if !is_old || table.is_open(school.id, send).await? {
            return Ok(false);
        }
        // A month is added up from its messages. They tell which one pays: a school may have changed its clock since.
        let first = ParcelId { school: school.id, send: send.id, number: ParcelNumber(0) };
        match table.parcel_eventually_consistent(first).await? {
            Some(parcel) => table.is_closed(school.id, parcel.month).await,
            None => Ok(true),
        }
    }
}

async fn tally(deps: &Deps, school: SchoolId, send: SendId) -> Result<Tally, StoreError> {
    let progresses = deps.table.progresses(school, send).await?;
    let mut tally = Tally::new();
    for state in progresses.iter().flat_map(|(_, progress)| progress.states()) {
        *tally.entry(MessageState::as_str(state).to_owned()).or_default() += 1;
    }
    Ok(tally)
}
