//! The mobile network: the outcome of a text by number, for all carriers.

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

/// Longer than the timeouts of our adapters.
const NO_ANSWER: Duration = Duration::from_secs(8);
const SLOW: Duration = Duration::from_secs(1);

/// The delays of receipts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ReceiptPace {
    /// From acceptance to delivery or failure.
    pub usual: Duration,
    /// The same, for a number with late receipts.
    pub late: Duration,
    /// From a late receipt to its repetition.
    pub repeated: Duration,
}

impl ReceiptPace {
    /// Delays derived from the usual one: late receipts take ten times as long, and are repeated after twice
    /// as long.
    pub const fn of(usual: Duration) -> Self {
        Self { usual, late: usual.saturating_mul(10), repeated: usual.saturating_mul(2) }
    }
}

impl Default for ReceiptPace {
    fn default() -> Self {
        Self::of(Duration::from_secs(1))
    }
}

/// Reasons to refuse a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Refusal {
    /// An unassigned number.
    InvalidNumber,
    /// The recipient opted out.
    OptedOut,
    /// Throttled: retry later.
    PutOff,
}

/// A phone that accepts texts.
#[derive(Clone, Debug)]
pub(super) struct Phone {
    /// In E.164.
    pub number: String,
    behaviour: SimulatedBehaviour,
}

impl Phone {
    /// Whether the phone has no receipts, as after a lost response.
    pub fn is_silent(&self) -> bool {
        self.behaviour == SimulatedBehaviour::TimesOut
    }
}

/// A text in transit.
pub(super) struct Text<'a> {
    pub carrier: CarrierName,
    pub sender: &'a str,
    pub text: &'a str,
    /// Our reference if the carrier accepts one, else the carrier's id.
    pub reference: &'a str,
    pub message_id: &'a str,
}

/// The network's receipt of a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Receipt {
    Sent,
    Delivered,
    Undelivered,
}

/// A receipt and its event time: a repetition has the time of the first.
#[derive(Clone, Copy, Debug)]
pub(super) struct Report {
    pub receipt: Receipt,
    pub at: Timestamp,
}

pub(super) struct Network {
    inbox: Arc<Inbox>,
    clock: Arc<dyn Clock>,
    pace: ReceiptPace,
    /// Opted-out numbers, with the time of the opt-out.
    stopped: Mutex<BTreeMap<String, Timestamp>>,
}

impl Network {
    pub const fn new(inbox: Arc<Inbox>, clock: Arc<dyn Clock>, pace: ReceiptPace) -> Self {
        Self { inbox, clock, pace, stopped: Mutex::new(BTreeMap::new()) }
    }

    fn stopped(&self) -> MutexGuard<'_, BTreeMap<String, Timestamp>> {
        self.stopped.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Looks up the phone of a number. `message` identifies the text in all its attempts.
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

    /// Accepts a text, and stores it on the phone unless it never arrives.
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

    /// Withholds the response if the number simulates a lost one.
    pub async fn hold_answer(&self, phone: &Phone) {
        if phone.is_silent() {
            tokio::time::sleep(NO_ANSWER).await;
        }
    }

    /// Sends the receipts of an accepted text, after their delays.
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

    /// Records a reply. After STOP, the number receives no more texts from any carrier of this machine.
    pub fn hear(&self, number: &str, answer: &str) {
        if is_stop(answer) {
            self.stopped().entry(number.to_owned()).or_insert_with(|| self.clock.now());
        }
    }

    /// The time of a number's opt-out; simulated opt-outs have always been in force.
    pub fn stopped_at(&self, number: &str) -> Option<Timestamp> {
        let phone = phone(number)?;
        match phone.behaviour {
            SimulatedBehaviour::OptedOut => Some(Timestamp::UNIX_EPOCH),
            _ => self.stopped().get(&phone.number).copied(),
        }
    }

    pub fn all_stopped(&self) -> Vec<String> {
        self.stopped().keys().cloned().collect()
    }

    /// Whether the response for this number was withheld.
    pub fn lost_the_answer_to(&self, number: &str) -> bool {
        phone(number).is_some_and(|phone| phone.is_silent())
    }
}

/// The phone of a number. Real numbers accept every text: nothing leaves this machine.
fn phone(number: &str) -> Option<Phone> {
    let number = PhoneNumber::parse(number, Territory::Metropole).ok()?;
    let behaviour =
        if number.is_simulated() { SimulatedBehaviour::of(number) } else { SimulatedBehaviour::Delivered };
    Some(Phone { number: number.e164(), behaviour })
}
