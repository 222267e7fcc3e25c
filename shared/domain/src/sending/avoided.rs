//! What a plan costs less than it would without the encoding mode and the household rule.

use std::collections::HashMap;

use super::{Dropped, PlannedMessage};
use crate::{id::PersonId, pricing::MicroEuros};

/// What a send did not cost.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Avoided {
    /// What its texts would have cost more exactly as they were written, where characters were replaced.
    pub by_encoding: MicroEuros,
    /// What those would have cost who were left out because somebody of their household or with their number gets
    /// the same news.
    pub by_household: MicroEuros,
}

impl Avoided {
    /// What both came to.
    pub fn total(self) -> MicroEuros {
        [self.by_encoding, self.by_household].into_iter().sum()
    }
}

impl std::iter::Sum for Avoided {
    fn sum<I: Iterator<Item = Self>>(all: I) -> Self {
        all.fold(Self::default(), |sum, one| Self {
            by_encoding: [sum.by_encoding, one.by_encoding].into_iter().sum(),
            by_household: [sum.by_household, one.by_household].into_iter().sum(),
        })
    }
}

/// The price of the text that somebody else gets, for each person who was left out for it.
pub(super) fn by_household(messages: &[PlannedMessage], dropped: &[Dropped]) -> MicroEuros {
    let for_another = || dropped.iter().filter_map(|left_out| Some((left_out, left_out.reason.instead()?)));
    if for_another().next().is_none() {
        return MicroEuros::ZERO;
    }
    // The texts of one person follow each other.
    let mut first_of: HashMap<PersonId, usize> = HashMap::with_capacity(messages.len());
    for (place, message) in messages.iter().enumerate() {
        first_of.entry(message.recipient).or_insert(place);
    }
    let price = |(left_out, instead): (&Dropped, PersonId)| {
        let texts = &messages[*first_of.get(&instead)?..];
        let texts = || texts.iter().take_while(|message| message.recipient == instead);
        let same_news =
            texts().find(|message| left_out.about.iter().all(|pupil| message.about.contains(pupil)));
        same_news.or_else(|| texts().next()).map(|message| message.price)
    };
    for_another().filter_map(price).sum()
}
