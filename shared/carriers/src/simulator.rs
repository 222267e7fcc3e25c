//! The built-in simulator for unassignable numbers.

use std::time::Duration;

use super::{Answer, Carrier, Sms};
use domain::delivery::Outcome;
use domain::{delivery::FailureReason, phone::SimulatedBehaviour};

/// The outcome depends on the last two digits of a simulated number; nothing leaves the process.
#[derive(Clone, Copy, Debug, Default)]
pub struct Simulator;

impl Carrier for Simulator {
    fn send<'a>(&'a self, sms: &'a Sms<'a>) -> Answer<'a> {
        Box::pin(async move {
            let outcome = match SimulatedBehaviour::of(sms.to) {
                SimulatedBehaviour::Refused => Outcome::Refused(FailureReason::InvalidNumber),
                SimulatedBehaviour::OptedOut => Outcome::Refused(FailureReason::OptedOut),
                SimulatedBehaviour::TryLaterTwice if sms.earlier_attempts < 2 => Outcome::TryLater,
                SimulatedBehaviour::TimesOut => Outcome::Unknown,
                SimulatedBehaviour::Slow => {
                    tokio::time::sleep(Duration::from_secs(1)).await;
                    Outcome::Accepted
                }
                _ => Outcome::Accepted,
            };
            outcome.into()
        })
    }
}
