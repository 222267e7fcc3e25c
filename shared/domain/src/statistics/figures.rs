//! What became of the messages of a span, counted.

use std::collections::HashMap;

use super::{
    latest_outcome::LatestOutcome,
    numbers::{NumbersOf, numbers_to_collect},
};
use crate::{
    delivery::{FailureReason, MessageState},
    directory::Directory,
    id::{PersonId, SendId},
    sending::{Avoided, Tally},
    sent_log::Logged,
};

/// What became of the messages of a span.
#[derive(Clone, Debug, Default)]
pub struct Statistics {
    /// How many messages are in each state.
    pub states: Tally,
    /// Why messages failed.
    pub failures: Vec<(FailureReason, u32)>,
    /// What their sends did not cost.
    pub avoided: Avoided,
    last_send: Option<SendId>,
    latest_outcomes: HashMap<PersonId, LatestOutcome>,
}

/// Of the messages that were to leave and wait no more, those of which the phone is known to have them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct DeliveryRate {
    /// The phone has it.
    pub delivered: u32,
    /// Delivered, sent without news since, failed, unknown or expired. What is still to leave and what was called back
    /// is not among them.
    pub over: u32,
}

impl DeliveryRate {
    /// Of a thousand, rounded down; none where nothing is over.
    pub fn per_mille(self) -> Option<u32> {
        let per_mille = (u64::from(self.delivered) * 1000).checked_div(u64::from(self.over))?;
        Some(u32::try_from(per_mille).expect("no more is delivered than is over"))
    }
}

impl Statistics {
    /// Adds a message; the messages of one send come together.
    pub fn add(&mut self, logged: &Logged<'_>) {
        *self.states.entry(logged.state.as_str().to_owned()).or_default() += 1;
        if let MessageState::Failed(reason) = logged.state {
            match self.failures.iter_mut().find(|(known, _)| *known == reason) {
                Some((_, count)) => *count += 1,
                None => self.failures.push((reason, 1)),
            }
        }
        // What was called back before anything left has avoided nothing.
        if logged.is_charged && self.last_send != Some(logged.send.id) {
            self.last_send = Some(logged.send.id);
            self.avoided = [self.avoided, logged.send.avoided].into_iter().sum();
        }
        if let Some((person, outcome)) = LatestOutcome::of(logged) {
            self.latest_outcomes
                .entry(person)
                .and_modify(|latest| latest.replace_if_newer(outcome))
                .or_insert(outcome);
        }
    }

    /// How many arrived.
    pub fn delivery_rate(&self) -> DeliveryRate {
        const OVER: [&str; 5] = ["delivered", "sent", "failed", "unknown", "expired"];
        let count = |state: &str| self.states.get(state).copied().unwrap_or(0);
        DeliveryRate { delivered: count("delivered"), over: OVER.into_iter().map(count).sum() }
    }

    /// Why messages failed, the most frequent reason first.
    pub fn failures_by_frequency(&self) -> Vec<(FailureReason, u32)> {
        let mut failures = self.failures.clone();
        failures.sort_by_key(|(reason, count)| (std::cmp::Reverse(*count), reason_place(*reason)));
        failures
    }

    /// Whether anybody's number may have to be collected again.
    pub fn has_numbers_to_collect(&self) -> bool {
        self.latest_outcomes.values().any(|outcome| outcome.reason.is_some())
    }

    /// People whose newest message failed because of a number that is still theirs, by class.
    pub fn numbers_to_collect(&self, directory: &Directory) -> Vec<NumbersOf> {
        numbers_to_collect(&self.latest_outcomes, directory)
    }
}

fn reason_place(reason: FailureReason) -> Option<usize> {
    FailureReason::ALL.iter().position(|known| *known == reason)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeMap;

    #[test]
    fn a_rate_is_of_what_is_over_and_of_nothing_there_is_none() {
        let rate = |counts: &[(&str, u32)]| {
            let states: BTreeMap<String, u32> =
                counts.iter().map(|(state, count)| ((*state).to_owned(), *count)).collect();
            Statistics { states, ..Statistics::default() }.delivery_rate()
        };
        assert_eq!(rate(&[("queued", 3), ("cancelled", 2)]).per_mille(), None);
        assert_eq!(rate(&[("delivered", 3), ("scheduled", 2)]).per_mille(), Some(1000));
        let mixed = rate(&[("delivered", 2), ("sent", 1), ("failed", 1), ("unknown", 1), ("expired", 1)]);
        assert_eq!((mixed.over, mixed.per_mille()), (6, Some(333)));
    }
}
