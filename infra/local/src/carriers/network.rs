//! What the mobile network does with a number, whichever carrier brings the text.

use std::{
    collections::BTreeMap,
    io,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use domain::{
    clock::Clock,
    delivery::CarrierName,
    directory::is_stop,
    phone::{PhoneNumber, SimulatedBehaviour},
    territory::Territory,
};
use jiff::Timestamp;

use crate::phones::{Inbox, ReceivedSms};

/// Longer than a carrier of ours waits for an answer.
const NO_ANSWER: Duration = Duration::from_secs(8);
const SLOW: Duration = Duration::from_secs(1);

/// When receipts come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ReceiptPace {
    /// From being taken to being on the phone, or to being given up.
    pub usual: Duration,
    /// The same for a number whose receipt is late.
    pub late: Duration,
    /// From a late receipt to its repetition.
    pub repeated: Duration,
}

impl ReceiptPace {
    /// A pace by its usual receipt: a late one takes ten times as long, and is repeated after twice as long.
    pub const fn of(usual: Duration) -> Self {
        Self { usual, late: usual.saturating_mul(10), repeated: usual.saturating_mul(2) }
    }
}

impl Default for ReceiptPace {
    fn default() -> Self {
        Self::of(Duration::from_secs(1))
    }
}

/// Why a text is not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Refusal {
    /// Nobody's number.
    InvalidNumber,
    /// The person wants no texts.
    OptedOut,
    /// Too many at once: later.
    PutOff,
}

/// A phone that a text may go to.
#[derive(Clone, Debug)]
pub(super) struct Phone {
    /// In E.164.
    pub number: String,
    behaviour: SimulatedBehaviour,
}

impl Phone {
    /// Whether nothing is ever reported of it, as after an answer that got lost.
    pub fn is_silent(&self) -> bool {
        self.behaviour == SimulatedBehaviour::TimesOut
    }
}

/// A text on its way to a phone.
pub(super) struct Text<'a> {
    pub carrier: CarrierName,
    pub sender: &'a str,
    pub text: &'a str,
    /// Our reference where the carrier has a slot for it, else the carrier's own name.
    pub reference: &'a str,
    pub message_id: &'a str,
}

/// What the network tells of a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Receipt {
    Sent,
    Delivered,
    Undelivered,
}

/// A receipt, and when what it tells came about: a repetition tells the instant of the first.
#[derive(Clone, Copy, Debug)]
pub(super) struct Report {
    pub receipt: Receipt,
    pub at: Timestamp,
}

/// The network.
pub(super) struct Network {
    inbox: Arc<Inbox>,
    clock: Arc<dyn Clock>,
    pace: ReceiptPace,
    /// Numbers that want no more texts, and since when.
    stopped: Mutex<BTreeMap<String, Timestamp>>,
}

impl Network {
    pub const fn new(inbox: Arc<Inbox>, clock: Arc<dyn Clock>, pace: ReceiptPace) -> Self {
        Self { inbox, clock, pace, stopped: Mutex::new(BTreeMap::new()) }
    }

    fn stopped(&self) -> MutexGuard<'_, BTreeMap<String, Timestamp>> {
        self.stopped.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Looks for the phone of a number. `message` names the text in all its attempts.
    pub fn find(&self, number: &str, message: &str) -> Result<Phone, Refusal> {
        let phone = phone(number).ok_or(Refusal::InvalidNumber)?;
        if phone.behaviour == SimulatedBehaviour::Refused {
            return Err(Refusal::InvalidNumber);
        }
        if self.stopped_at(&phone.number).is_some() {
            return Err(Refusal::OptedOut);
        }
        if phone.behaviour == SimulatedBehaviour::TryLaterTwice && self.inbox.put_off(message, 2) {
            return Err(Refusal::PutOff);
        }
        Ok(phone)
    }

    /// Takes a text, and puts it on the phone unless it never arrives there.
    pub async fn take(&self, phone: &Phone, text: &Text<'_>) -> io::Result<()> {
        if phone.behaviour == SimulatedBehaviour::Slow {
            tokio::time::sleep(SLOW).await;
        }
        if phone.behaviour == SimulatedBehaviour::Undelivered {
            return Ok(());
        }
        self.inbox.receive(ReceivedSms {
            number: phone.number.clone(),
            text: text.text.to_owned(),
            reference: text.reference.to_owned(),
            received_at: self.clock.now().to_string(),
            carrier: text.carrier,
            sender: text.sender.to_owned(),
            message_id: text.message_id.to_owned(),
        })
    }

    /// Holds back the answer to the carrier's customer, where it is one that gets lost.
    pub async fn hold_answer(&self, phone: &Phone) {
        if phone.is_silent() {
            tokio::time::sleep(NO_ANSWER).await;
        }
    }

    /// Tells what becomes of a text that was taken, in its time.
    pub fn report(&self, phone: &Phone, tell: impl Fn(Report) + Send + 'static) {
        let ReceiptPace { usual, late, repeated } = self.pace;
        let receipts = match phone.behaviour {
            SimulatedBehaviour::TimesOut => return,
            SimulatedBehaviour::Undelivered => {
                [(Duration::ZERO, Receipt::Sent), (usual, Receipt::Undelivered)]
            }
            SimulatedBehaviour::LateReceiptTwice => {
                [(late, Receipt::Delivered), (repeated, Receipt::Delivered)]
            }
            _ => [(Duration::ZERO, Receipt::Sent), (usual, Receipt::Delivered)],
        };
        let clock = self.clock.clone();
        tokio::spawn(async move {
            let mut last: Option<Report> = None;
            for (wait, receipt) in receipts {
                tokio::time::sleep(wait).await;
                let known = last.filter(|last| last.receipt == receipt).map(|last| last.at);
                let report = Report { receipt, at: known.unwrap_or_else(|| clock.now()) };
                tell(report);
                last = Some(report);
            }
        });
    }

    /// A phone answers. Whoever says STOP gets no more texts, from no carrier of this machine.
    pub fn hear(&self, number: &str, answer: &str) {
        if is_stop(answer) {
            self.stopped().entry(number.to_owned()).or_insert_with(|| self.clock.now());
        }
    }

    /// Since when a number wants no texts; the simulated ones that opted out always did.
    pub fn stopped_at(&self, number: &str) -> Option<Timestamp> {
        let phone = phone(number)?;
        match phone.behaviour {
            SimulatedBehaviour::OptedOut => Some(Timestamp::UNIX_EPOCH),
            _ => self.stopped().get(&phone.number).copied(),
        }
    }

    /// The numbers that said STOP.
    pub fn all_stopped(&self) -> Vec<String> {
        self.stopped().keys().cloned().collect()
    }

    /// Whether the answer to a text was held back and lost.
    pub fn lost_the_answer_to(&self, number: &str) -> bool {
        phone(number).is_some_and(|phone| phone.is_silent())
    }
}

/// The phone of a number. Real numbers take every text: nothing leaves this machine.
fn phone(number: &str) -> Option<Phone> {
    let number = PhoneNumber::parse(number, Territory::Metropole).ok()?;
    let behaviour =
        if number.is_simulated() { SimulatedBehaviour::of(number) } else { SimulatedBehaviour::Delivered };
    Some(Phone { number: number.e164(), behaviour })
}
