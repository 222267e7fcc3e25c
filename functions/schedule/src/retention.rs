//! Retention: removes texts and numbers of old sends; counts and costs stay.
//!
//! A mark holds the last send up to which all of a school's texts are removed, and each night continues from
//! it: a changed retention period only changes how far the next night gets.

use domain::{
    delivery::MessageState,
    id::{ParcelId, ParcelNumber, SchoolId, SendId},
    school::School,
    sending::{Send, Tally},
};
use jiff::Timestamp;
use store::{OldSend, StoreError};

use crate::{deps::Deps, failure::log_failure};

/// Sends per page.
const PAGE: i32 = 100;
/// Parcels per school and night: those of 200,000 texts in large sends, in half a minute. A school that
/// shortens its period has more; the next nights remove them.
const PARCELS_A_NIGHT: u32 = 2_000;

/// One school's results of a night.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Forgotten {
    /// Sends whose texts were removed.
    pub sends: u32,
    /// Failed sends or steps, which the next night retries.
    pub failed: u32,
}

/// Removes the texts of a school's sends that are older than its retention period.
pub(crate) async fn forget_old(deps: &Deps, school: &School, now: Timestamp) -> Forgotten {
    let mut night =
        Night { deps, school, now, remaining_parcels: PARCELS_A_NIGHT, did: Forgotten::default() };
    if let Err(error) = night.run().await {
        log_failure("retention failed", &error.into());
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
    /// Continues from the mark, in the order of acceptance. The mark never passes a send that stays for now,
    /// for example one scheduled long ahead. Sends removed behind it carry a flag of their own.
    async fn run(&mut self) -> Result<(), StoreError> {
        let (table, id) = (&self.deps.table, self.school.id);
        // A send accepted later cannot have expired early enough.
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

    /// Whether a send's texts are removed; removes them if due. A failure does not block the other sends.
    async fn is_done_with(&mut self, old: &OldSend, is_held: bool) -> bool {
        if old.is_forgotten {
            return true;
        }
        match self.forget_in_time(&old.send, is_held).await {
            Ok(is_done) => is_done,
            Err(error) => {
                log_failure("retention of a send failed", &error.into());
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

    /// Whether a send's texts may be removed. Each line is a reason to retain them.
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
