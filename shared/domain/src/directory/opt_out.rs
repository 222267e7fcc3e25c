//! Numbers whose owners told us, or a carrier, to stop.
//!
//! An opt-out is of a number at a school, on every carrier. It ends by a person's recorded decision only.

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

/// How we know that somebody wants no more SMS.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum OptOutOrigin {
    /// They answered STOP, or a word like it, through this carrier.
    Reply(CarrierName),
    /// The carrier refused a text because they had told it to stop.
    Carrier(CarrierName),
}

impl OptOutOrigin {
    /// The carrier that told us.
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

/// A school's decision to write to a number again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reopening {
    /// When.
    pub at: Timestamp,
    /// Who decided.
    pub by: Line<128>,
    /// Why: how the person said so.
    pub reason: Line<200>,
}

/// What told a school to stop.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stopped {
    /// A number.
    Number(PhoneNumber),
    /// A number whose owner was erased since.
    Erased(Tombstone),
}

impl Stopped {
    /// The number, if it is still known.
    pub const fn phone(self) -> Option<PhoneNumber> {
        match self {
            Self::Number(phone) => Some(phone),
            Self::Erased(_) => None,
        }
    }
}

/// A number that told a school to stop.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OptOut {
    /// Its name, which can be shown in an address where a number must not be.
    pub id: OptOutId,
    /// The number, or what is left of it.
    pub stopped: Stopped,
    /// Since when.
    pub at: Timestamp,
    /// How we know.
    pub origin: OptOutOrigin,
    /// The last decision to write to it again; it stands unless they told us to stop since.
    pub reopened: Option<Reopening>,
    /// The replies that were heard, by their carrier's names: a repetition is no new wish.
    pub replies: Vec<String>,
    /// Raised with every change.
    pub version: u64,
}

/// Replies remembered: nobody says STOP more often to one school, and each was reopened in between.
const REPLIES: usize = 20;

/// Somebody tells us to stop.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stop {
    /// How we know.
    pub origin: OptOutOrigin,
    /// When it was said, as far as we know.
    pub at: Timestamp,
    /// The carrier's name for the reply.
    pub reply: Option<String>,
}

impl OptOut {
    /// A number that tells a school to stop for the first time.
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

    /// The same without the number and all that tells of its owner: what was said goes on to hold.
    pub fn buried(self, tombstone: Tombstone) -> Self {
        let version = self.version + 1;
        Self { stopped: Stopped::Erased(tombstone), replies: Vec::new(), version, ..self }
    }

    /// Whether nothing goes to the number.
    pub fn is_closed(&self) -> bool {
        self.reopened.is_none()
    }

    /// The same after they told us to stop once more. None when that changes nothing: what they said is older
    /// than the decision to write to them again, or a repetition of what was heard. What is said of a number
    /// that is closed is remembered, so that its repetition does not close a number that was reopened since.
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

    /// The same after a decision to write to it again. None when it is not closed.
    pub fn reopened(&self, reopening: Reopening) -> Option<Self> {
        let reopened = Self { reopened: Some(reopening), version: self.version + 1, ..self.clone() };
        self.is_closed().then_some(reopened)
    }
}

/// The numbers to which nothing goes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct OptOuts {
    by_number: HashMap<PhoneNumber, OptOut>,
    erased: Option<Erased>,
}

/// The tombstones of a school, and what it takes to tell whose they are.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Erased {
    school: SchoolId,
    keys: Keys,
    by_tombstone: HashMap<Tombstone, OptOut>,
}

impl OptOuts {
    /// Of all that is on record and not erased, what is closed now.
    pub fn new(recorded: Vec<OptOut>) -> Self {
        let closed = recorded.into_iter().filter(OptOut::is_closed);
        let by_number = closed.filter_map(|opt_out| Some((opt_out.stopped.phone()?, opt_out))).collect();
        Self { by_number, erased: None }
    }

    /// The same with the numbers of a school whose owners were erased.
    pub fn with_tombstones(recorded: Vec<OptOut>, school: SchoolId, keys: Keys) -> Self {
        let closed = recorded.iter().filter(|opt_out| opt_out.is_closed());
        let by_tombstone = closed.filter_map(|opt_out| match opt_out.stopped {
            Stopped::Erased(tombstone) => Some((tombstone, opt_out.clone())),
            Stopped::Number(_) => None,
        });
        let erased = Some(Erased { school, keys, by_tombstone: by_tombstone.collect() });
        Self { erased, ..Self::new(recorded) }
    }

    /// The opt-out of a number.
    pub fn of(&self, phone: PhoneNumber) -> Option<&OptOut> {
        if self.by_number.is_empty() && self.erased.is_none() {
            return None;
        }
        self.by_number.get(&phone).or_else(|| self.erased.as_ref()?.of(phone))
    }
}

impl Erased {
    /// A key that was changed still tells the tombstones that were made with it.
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
