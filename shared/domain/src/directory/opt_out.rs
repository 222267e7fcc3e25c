//! Opt-outs: numbers whose owners replied STOP to us or to a carrier.
//!
//! An opt-out applies to a number at a school, on every carrier. Only a recorded human decision
//! reverses it.

use std::collections::HashMap;

use jiff::Timestamp;

use super::Tombstone;
use crate::{
    codes::codes,
    delivery::CarrierName,
    id::{OptOutId, SchoolId},
    keys::Keys,
    language::{Explain, Phrase},
    line::Line,
    phone::PhoneNumber,
};

/// The source of an opt-out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum OptOutOrigin {
    /// A STOP reply, or an equivalent, received through this carrier.
    Reply(CarrierName),
    /// The carrier refused a text because of its own opt-out list.
    Carrier(CarrierName),
}

impl OptOutOrigin {
    /// Returns the carrier.
    pub const fn carrier(self) -> CarrierName {
        match self {
            Self::Reply(carrier) | Self::Carrier(carrier) => carrier,
        }
    }
}

codes! {
    OptOutOrigin {
        Self::Reply(_) => "reply",
        Self::Carrier(_) => "carrier",
    }
}

impl Explain for OptOutOrigin {
    fn code(&self) -> &'static str {
        self.as_code()
    }

    fn explain(&self) -> Phrase {
        let carrier = self.carrier();
        match self {
            Self::Reply(_) => Phrase::new(
                format!("réponse STOP reçue par {carrier}"),
                format!("STOP reply received through {carrier}"),
            ),
            Self::Carrier(_) => Phrase::new(
                format!("arrêt demandé à l’opérateur {carrier}"),
                format!("stop told to the carrier {carrier}"),
            ),
        }
    }
}

/// A school's decision to reopen a number.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reopening {
    pub at: Timestamp,
    pub by: Line<128>,
    /// The person's consent, as recorded by the school.
    pub reason: Line<200>,
}

/// The subject of an opt-out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stopped {
    Number(PhoneNumber),
    /// A number whose owner has been erased.
    Erased(Tombstone),
}

impl Stopped {
    /// Returns the number, unless erased.
    pub const fn phone(self) -> Option<PhoneNumber> {
        match self {
            Self::Number(phone) => Some(phone),
            Self::Erased(_) => None,
        }
    }
}

/// An opt-out of a number at a school.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OptOut {
    /// An identifier for URLs, which must not contain numbers.
    pub id: OptOutId,
    /// The number or its tombstone.
    pub stopped: Stopped,
    pub at: Timestamp,
    pub origin: OptOutOrigin,
    /// The last reopening; overridden by a later opt-out.
    pub reopened: Option<Reopening>,
    /// The carrier ids of processed replies, for deduplication.
    pub replies: Vec<String>,
    /// Incremented with every change.
    pub version: u64,
}

/// Replies remembered: more than the STOP replies from one number to one school, each after a
/// reopening.
const REPLIES: usize = 20;

/// An opt-out request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stop {
    pub origin: OptOutOrigin,
    /// When the reply was sent, as far as known.
    pub at: Timestamp,
    /// The carrier's id of the reply.
    pub reply: Option<String>,
}

impl OptOut {
    /// Creates the first opt-out of a number at a school.
    pub fn new(phone: PhoneNumber, stop: Stop) -> Self {
        let replies = stop.reply.into_iter().collect();
        Self {
            id: OptOutId::generate(stop.at),
            stopped: Stopped::Number(phone),
            at: stop.at,
            origin: stop.origin,
            reopened: None,
            replies,
            version: 1,
        }
    }

    /// Replaces the number by a tombstone and removes personal data; the opt-out stays in force.
    pub fn buried(self, tombstone: Tombstone) -> Self {
        let version = self.version + 1;
        Self { stopped: Stopped::Erased(tombstone), replies: Vec::new(), version, ..self }
    }

    /// Whether sending to the number is forbidden.
    pub fn is_closed(&self) -> bool {
        self.reopened.is_none()
    }

    /// Applies a further opt-out request. `None` if it changes nothing: older than the last reopening,
    /// or a duplicate. A reply from an already closed number is remembered, so that its duplicate does
    /// not close the number after a reopening.
    pub fn heard(&self, stop: Stop) -> Option<Self> {
        if stop.reply.as_ref().is_some_and(|reply| self.replies.contains(reply)) {
            return None;
        }
        let is_new_wish = self.reopened.as_ref().is_some_and(|reopened| stop.at > reopened.at);
        if !is_new_wish && (stop.reply.is_none() || !self.is_closed()) {
            return None;
        }
        let mut heard = self.clone();
        heard.version += 1;
        heard.replies.extend(stop.reply);
        heard.replies.drain(..heard.replies.len().saturating_sub(REPLIES));
        if is_new_wish {
            (heard.at, heard.origin, heard.reopened) = (stop.at, stop.origin, None);
        }
        Some(heard)
    }

    /// Applies a reopening. `None` if the number is not closed.
    pub fn reopened(&self, reopening: Reopening) -> Option<Self> {
        let reopened = Self { reopened: Some(reopening), version: self.version + 1, ..self.clone() };
        self.is_closed().then_some(reopened)
    }
}

/// The closed numbers of a school.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct OptOuts {
    by_number: HashMap<PhoneNumber, OptOut>,
    erased: Option<Erased>,
}

/// A school's tombstones, with the keys to match numbers.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Erased {
    school: SchoolId,
    keys: Keys,
    by_tombstone: HashMap<Tombstone, OptOut>,
}

impl OptOuts {
    /// Collects the closed numbers of the recorded opt-outs, without tombstones.
    pub fn new(recorded: Vec<OptOut>) -> Self {
        let closed = recorded.into_iter().filter(OptOut::is_closed);
        let by_number = closed.filter_map(|opt_out| Some((opt_out.stopped.phone()?, opt_out))).collect();
        Self { by_number, erased: None }
    }

    /// Includes the tombstones of erased owners.
    pub fn with_tombstones(recorded: Vec<OptOut>, school: SchoolId, keys: Keys) -> Self {
        let closed = recorded.iter().filter(|opt_out| opt_out.is_closed());
        let by_tombstone = closed.filter_map(|opt_out| match opt_out.stopped {
            Stopped::Erased(tombstone) => Some((tombstone, opt_out.clone())),
            Stopped::Number(_) => None,
        });
        let erased = Some(Erased { school, keys, by_tombstone: by_tombstone.collect() });
        Self { erased, ..Self::new(recorded) }
    }

    /// Returns the opt-out of a number.
    pub fn of(&self, phone: PhoneNumber) -> Option<&OptOut> {
        if self.by_number.is_empty() && self.erased.is_none() {
            return None;
        }
        self.by_number.get(&phone).or_else(|| self.erased.as_ref()?.of(phone))
    }
}

impl Erased {
    /// Tombstones made with a previous key still match.
    fn of(&self, phone: PhoneNumber) -> Option<&OptOut> {
        let mut tombstones = self.keys.all().map(|key| Tombstone::of(self.school, phone, key));
        tombstones.find_map(|tombstone| self.by_tombstone.get(&tombstone))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::territory::Territory;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(1_800_000_000 + second).unwrap()
    }

    fn stop(second: i64, reply: &str) -> Stop {
        let reply = Some(reply.to_owned());
        Stop { origin: OptOutOrigin::Reply(CarrierName::Twilio), at: at(second), reply }
    }

    #[test]
    fn a_number_is_opened_by_a_decision_and_closed_by_a_new_wish_only() {
        let phone = PhoneNumber::parse("0639981234", Territory::Metropole).unwrap();
        let closed = OptOut::new(phone, stop(0, "SM1"));
        assert!(closed.is_closed());
        assert_eq!(closed.heard(stop(5, "SM1")), None);
        let closed = closed.heard(stop(5, "SM2")).unwrap();
        assert!(closed.is_closed() && closed.at == at(0), "closed since the first");
        let reopening = Reopening {
            at: at(10),
            by: Line::parse("chef").unwrap(),
            reason: Line::parse("Demande écrite").unwrap(),
        };
        let open = closed.reopened(reopening.clone()).unwrap();
        assert!(!open.is_closed() && open.reopened(reopening).is_none());
        assert_eq!(open.heard(stop(9, "SM3")), None, "said before the decision");
        for repeated in ["SM1", "SM2"] {
            assert_eq!(open.heard(stop(20, repeated)), None, "a repetition");
        }
        let again = open.heard(stop(20, "SM4")).unwrap();
        assert!(again.is_closed() && again.id == closed.id && again.version == 4);
        assert_eq!(OptOuts::new(vec![open]).of(phone), None);
        assert_eq!(OptOuts::new(vec![again.clone()]).of(phone), Some(&again));
    }

    #[test]
    fn a_number_whose_owner_was_erased_stays_closed_under_each_key_until_it_is_reopened() {
        let phone = |typed| PhoneNumber::parse(typed, Territory::Metropole).unwrap();
        let school = SchoolId::from_bytes([1; 16]);
        let closed = OptOut::new(phone("0639981234"), stop(0, "SM1"));
        let buried = closed.clone().buried(Tombstone::of(school, phone("0639981234"), "old"));
        assert!(buried.id == closed.id && buried.stopped.phone().is_none() && buried.replies.is_empty());
        let opt_outs = |recorded, keys| OptOuts::with_tombstones(recorded, school, Keys::of(keys));
        let known = opt_outs(vec![buried.clone()], "new\nold");
        assert_eq!(known.of(phone("0639981234")), Some(&buried));
        assert_eq!(known.of(phone("0639981235")), None);
        assert_eq!(opt_outs(vec![buried.clone()], "new").of(phone("0639981234")), None);
        let reopening =
            Reopening { at: at(10), by: Line::parse("chef").unwrap(), reason: Line::parse("Oui").unwrap() };
        let open = buried.reopened(reopening).unwrap();
        assert_eq!(opt_outs(vec![open], "old").of(phone("0639981234")), None);
    }
}
