//! One text per household: sent to the first reachable contact.

use std::{cmp::Reverse, collections::HashMap};

use super::{DropReason, Dropped, reachable::Reachable};
use crate::{address::HouseholdKey, id::PersonId, line::folded};

/// Reduces the recipients to one per household, in their original order.
///
/// A person is dropped only if another at the same address, with an equal or higher contact rank, gets
/// the text about at least the same children; a person without children in the directory, only if the
/// other has the same last name. The address alone is not enough: in a tower block without flat
/// numbers, two families share one, and the second would miss the news of its own child. Recipients
/// with individual values (`told_apart`) are not dropped either.
pub(super) fn one_per_household<'d>(
    recipients: Vec<Reachable<'d>>,
    told_apart: impl Fn(PersonId) -> bool,
    dropped: &mut Vec<Dropped>,
) -> Vec<Reachable<'d>> {
    let instead = replacements(&recipients, told_apart);
    let mut kept = Vec::with_capacity(recipients.len());
    for (recipient, instead) in recipients.into_iter().zip(instead) {
        match instead {
            Some(person) => {
                let reason = DropReason::SameHouseholdAs(person);
                dropped.push(Dropped::new(recipient.person, &recipient.pupils, reason));
            }
            None => kept.push(recipient),
        }
    }
    kept
}

/// Returns for each recipient the person who gets the content instead, if any.
fn replacements(
    recipients: &[Reachable<'_>],
    told_apart: impl Fn(PersonId) -> bool,
) -> Vec<Option<PersonId>> {
    let mut instead = vec![None; recipients.len()];
    let (parents, childless) = by_rank(recipients, told_apart);
    let mut told: HashMap<(HouseholdKey, PersonId), Vec<usize>> = HashMap::with_capacity(parents.len());
    for (household, index) in &parents {
        let pupils = &recipients[*index].pupils;
        let covering = told.get(&(*household, pupils[0].id)).and_then(|earlier| {
            earlier.iter().find(|other| covers(&recipients[**other], &recipients[*index]))
        });
        match covering {
            Some(other) => instead[*index] = Some(recipients[*other].person.id),
            None => {
                for pupil in pupils {
                    told.entry((*household, pupil.id)).or_default().push(*index);
                }
            }
        }
    }
    if childless.is_empty() {
        return instead;
    }
    let mut named: HashMap<(HouseholdKey, String), PersonId> = HashMap::new();
    for (household, index) in parents.into_iter().chain(childless) {
        let person = recipients[index].person;
        let known = named.entry((household, folded(person.details.last_name.as_str())));
        if recipients[index].pupils.is_empty() {
            let first = *known.or_insert(person.id);
            instead[index] = Some(first).filter(|first| *first != person.id);
        } else if instead[index].is_none() {
            known.or_insert(person.id);
        }
    }
    instead
}

/// Recipients with an address, most children first, then by contact rank: parents, and people without
/// children.
type Ranked = Vec<(HouseholdKey, usize)>;

fn by_rank(recipients: &[Reachable<'_>], told_apart: impl Fn(PersonId) -> bool) -> (Ranked, Ranked) {
    let mut ranked: Ranked = recipients
        .iter()
        .enumerate()
        .filter(|(_, recipient)| !told_apart(recipient.person.id))
        .filter_map(|(index, recipient)| {
            Some((recipient.person.details.address.as_ref()?.household()?, index))
        })
        .collect();
    ranked.sort_by_cached_key(|(_, index)| {
        let recipient = &recipients[*index];
        let ranks = recipient.pupils.iter().map(|pupil| recipient.person.rank_for(pupil.id));
        (Reverse(recipient.pupils.len()), ranks.min(), recipient.person.id)
    });
    ranked.into_iter().partition(|(_, index)| !recipients[*index].pupils.is_empty())
}

/// Whether `one` is informed of every child of `other` and ranks no lower as a contact.
fn covers(one: &Reachable<'_>, other: &Reachable<'_>) -> bool {
    let best_rank = |of: &Reachable<'_>| other.pupils.iter().map(|pupil| of.person.rank_for(pupil.id)).min();
    other.pupils.iter().all(|pupil| one.pupils.iter().any(|told| told.id == pupil.id))
        && best_rank(one) <= best_rank(other)
}
