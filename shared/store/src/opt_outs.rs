//! Opt-outs, and the schools that hold a number.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{
    Consistency, StoreError, Table,
    attributes::{item, row, text},
    condition::Condition,
    keys,
    keys::Item,
    table::Page,
    transaction::Write,
};
use domain::{
    audit::Entry,
    delivery::CarrierName,
    directory::{OptOut, OptOutOrigin, OptOuts, Reopening, Stop, Stopped},
    id::{OptOutId, SchoolId},
    line::Line,
    phone::PhoneNumber,
};

#[derive(Serialize, Deserialize)]
struct OptOutRow {
    id: OptOutId,
    /// Absent for a tombstone, whose key contains it.
    #[serde(default)]
    phone: Option<PhoneNumber>,
    at: Timestamp,
    origin: OriginRow,
    carrier: CarrierName,
    #[serde(default)]
    reopened_at: Option<Timestamp>,
    #[serde(default)]
    reopened_by: Option<Line<128>>,
    #[serde(default)]
    reopened_because: Option<Line<200>>,
    #[serde(default)]
    replies: Vec<String>,
    version: u64,
}

#[derive(Clone, Copy, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum OriginRow {
    Reply,
    Carrier,
}

impl From<OptOut> for OptOutRow {
    fn from(opt_out: OptOut) -> Self {
        let (reopened_at, reopened_by, reopened_because) = match opt_out.reopened {
            Some(Reopening { at, by, reason }) => (Some(at), Some(by), Some(reason)),
            None => (None, None, None),
        };
        Self {
            id: opt_out.id,
            phone: opt_out.stopped.phone(),
            at: opt_out.at,
            origin: match opt_out.origin {
                OptOutOrigin::Reply(_) => OriginRow::Reply,
                OptOutOrigin::Carrier(_) => OriginRow::Carrier,
            },
            carrier: opt_out.origin.carrier(),
            reopened_at,
            reopened_by,
            reopened_because,
            replies: opt_out.replies,
            version: opt_out.version,
        }
    }
}

impl OptOutRow {
    fn opt_out(self, stopped: Stopped) -> OptOut {
        let reopened = self.reopened_at.zip(self.reopened_by).zip(self.reopened_because);
        OptOut {
            id: self.id,
            stopped,
            at: self.at,
            origin: match self.origin {
                OriginRow::Reply => OptOutOrigin::Reply(self.carrier),
                OriginRow::Carrier => OptOutOrigin::Carrier(self.carrier),
            },
            reopened: reopened.map(|((at, by), reason)| Reopening { at, by, reason }),
            replies: self.replies,
            version: self.version,
        }
    }
}

fn opt_out(item: Item) -> Result<OptOut, StoreError> {
    const WHAT: &str = "opt-out";
    let tombstone = keys::tombstone(text(&item, "sk")?).map(str::parse);
    let tombstone = tombstone.transpose().map_err(|_| StoreError::Unreadable(WHAT))?;
    let row: OptOutRow = row(item, WHAT)?;
    let number = row.phone.map(Stopped::Number);
    let stopped = tombstone.map(Stopped::Erased).or(number).ok_or(StoreError::Unreadable(WHAT))?;
    Ok(row.opt_out(stopped))
}

/// Builds the item of an opt-out.
pub(super) fn opt_out_item(school: SchoolId, opt_out: OptOut) -> Item {
    item(keys::opt_out(school, opt_out.stopped), OptOutRow::from(opt_out))
}

/// Attempts at a change under contention.
const TRIES: usize = 5;

impl Table {
    /// Records an opt-out. Returns whether anything changed: a duplicate changes nothing.
    pub async fn stop(&self, school: SchoolId, phone: PhoneNumber, stop: Stop) -> Result<bool, StoreError> {
        for _ in 0..TRIES {
            let present = self.opt_out_of(school, phone).await?;
            let (changed, before) = match present {
                None => (Some(OptOut::new(phone, stop.clone())), Condition::Absent),
                Some(present) => (present.heard(stop.clone()), Condition::Version(present.version)),
            };
            let Some(changed) = changed else { return Ok(false) };
            let closes = changed.at == stop.at;
            match self.put_if(opt_out_item(school, changed), before).await {
                Err(StoreError::Conflict) => {}
                result => return result.map(|()| closes),
            }
        }
        Err(StoreError::Unavailable("too many changes of one number's opt-out".into()))
    }

    /// Replaces an opt-out in the version read, with an audit entry.
    pub async fn replace_opt_out(
        &self,
        school: SchoolId,
        opt_out: OptOut,
        entry: Entry,
    ) -> Result<(), StoreError> {
        let before = Condition::Version(opt_out.version - 1);
        let opt_out = opt_out_item(school, opt_out);
        Ok(self.transaction().put(Write::OptOut, opt_out, before).entry(school, entry).commit().await?)
    }

    /// Returns all recorded opt-outs of a school, closed or reopened.
    pub async fn recorded_opt_outs(&self, school: SchoolId) -> Result<Vec<OptOut>, StoreError> {
        let items = self.all(keys::opt_outs_partition(school), keys::OPT_OUTS_PREFIX).await?;
        items.into_iter().map(opt_out).collect()
    }

    /// Returns the closed numbers of a school.
    pub async fn opt_outs(&self, school: SchoolId) -> Result<OptOuts, StoreError> {
        let recorded = self.recorded_opt_outs(school).await?;
        self.closed(school, recorded).await
    }

    /// Eventually consistent, at half the price: an opt-out just written may be missed.
    pub async fn opt_outs_eventually_consistent(&self, school: SchoolId) -> Result<OptOuts, StoreError> {
        let page = Page {
            partition: keys::opt_outs_partition(school),
            prefix: keys::OPT_OUTS_PREFIX,
            oldest_first: true,
            limit: None,
            after: None,
            consistency: Consistency::Eventual,
        };
        let (items, more) = self.page(page).await?;
        if more.is_some() {
            return self.opt_outs(school).await;
        }
        self.closed(school, items.into_iter().map(opt_out).collect::<Result<_, _>>()?).await
    }

    /// Filters the closed opt-outs. Only a school with tombstones needs the key.
    async fn closed(&self, school: SchoolId, recorded: Vec<OptOut>) -> Result<OptOuts, StoreError> {
        let is_tombstone = |opt_out: &OptOut| matches!(opt_out.stopped, Stopped::Erased(_));
        if !recorded.iter().any(is_tombstone) {
            return Ok(OptOuts::new(recorded));
        }
        Ok(OptOuts::with_tombstones(recorded, school, self.erasure_keys().await?))
    }

    /// Returns the recorded opt-out of a number; `None` for an erased owner.
    pub async fn opt_out_of(
        &self,
        school: SchoolId,
        phone: PhoneNumber,
    ) -> Result<Option<OptOut>, StoreError> {
        self.get(keys::opt_out(school, Stopped::Number(phone))).await?.map(opt_out).transpose()
    }

    /// Records a school as holder of numbers, of its directory or of a test SMS, to resolve a STOP
    /// without a reference. Idempotent.
    pub async fn hold_numbers(
        &self,
        school: SchoolId,
        numbers: impl Iterator<Item = PhoneNumber>,
    ) -> Result<(), StoreError> {
        self.put_all(numbers.map(|phone| keys::holder(phone, school).attributes())).await
    }

    /// The schools that may have texted the number, to resolve a STOP without a reference: it is or was
    /// in their directory, or received a test SMS.
    pub async fn holders_of(&self, phone: PhoneNumber) -> Result<Vec<SchoolId>, StoreError> {
        let items = self.all(keys::holders_partition(phone), SchoolId::PREFIX).await?;
        let school = |item: &Item| text(item, "sk")?.parse().map_err(|_| StoreError::Unreadable("holder"));
        items.iter().map(school).collect()
    }
}
