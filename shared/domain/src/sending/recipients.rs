//! Resolves selected people to recipients: pupils become the guardians who may be contacted about them.

use std::collections::HashMap;

use super::{DropReason, Dropped, Order, PickError, Selection};
use crate::{
    audience::Audience,
    directory::{Directory, Person},
    id::PersonId,
};

/// A candidate recipient and the pupils concerned.
#[derive(Clone, Debug)]
pub(super) struct Recipient<'d> {
    pub person: &'d Person,
    pub pupils: Vec<&'d Person>,
}

/// The candidates before the check of numbers, and the people already dropped.
pub(super) struct Reached<'d> {
    pub recipients: Vec<Recipient<'d>>,
    pub dropped: Vec<Dropped>,
}

/// Resolves an order's selection to people of its audience.
pub(super) fn reach<'d>(order: &Order, directory: &'d Directory) -> Result<Reached<'d>, PickError> {
    let picked = order.selection.pick(order.view, directory)?;
    let audience = order.wording.audience();
    let mut reached = Reached { recipients: Vec::with_capacity(picked.len()), dropped: Vec::new() };
    match (order.view.lists(), audience) {
        (Audience::Pupils, Audience::Guardians) => reach_guardians(&picked, order, directory, &mut reached),
        (Audience::Guardians, _) => {
            for guardian in picked {
                let children = children_of(guardian, &order.selection, directory);
                push_guardian(guardian, children, order, directory, &mut reached);
            }
        }
        (Audience::Pupils, _) => {
            reached
                .recipients
                .extend(picked.into_iter().map(|pupil| Recipient { person: pupil, pupils: vec![pupil] }));
        }
        _ => reached
            .recipients
            .extend(picked.into_iter().map(|person| Recipient { person, pupils: Vec::new() })),
    }
    Ok(reached)
}

fn reach_guardians<'d>(
    pupils: &[&'d Person],
    order: &Order,
    directory: &'d Directory,
    reached: &mut Reached<'d>,
) {
    // Guardians in the order of their first selected child, each with their children.
    let mut order_of: HashMap<PersonId, usize> = HashMap::new();
    let mut guardians: Vec<(&Person, Vec<&Person>)> = Vec::new();
    for pupil in pupils {
        let mut alone = true;
        for guardian in directory.guardians_of(pupil.id) {
            alone = false;
            let place = *order_of.entry(guardian.id).or_insert_with(|| {
                guardians.push((guardian, Vec::new()));
                guardians.len() - 1
            });
            guardians[place].1.push(pupil);
        }
        if alone {
            reached.dropped.push(Dropped::new(pupil, &[], DropReason::NoGuardian));
        }
    }
    for (guardian, children) in guardians {
        push_guardian(guardian, children, order, directory, reached);
    }
}

/// Adds one text per child for a context about one child, else one for all; none about a child that the
/// guardian may not be contacted about.
fn push_guardian<'d>(
    guardian: &'d Person,
    mut children: Vec<&'d Person>,
    order: &Order,
    directory: &Directory,
    reached: &mut Reached<'d>,
) {
    let about_one_child = order.wording.is_about_one_child();
    if children.is_empty() {
        if about_one_child || order.wording.body().names_pupils() {
            reached.dropped.push(Dropped::new(guardian, &[], DropReason::NoChild));
        } else {
            reached.recipients.push(Recipient { person: guardian, pupils: children });
        }
        return;
    }
    // Sorted, so that two guardians of the same children get the same text.
    children.sort_by_key(|child| child.id);
    let context = order.wording.context();
    children.retain(|child| {
        let silence = guardian.tie_to(child.id).and_then(|tie| tie.silence(context));
        let reason = match silence {
            Some(silence) => Some(silence.into()),
            None if directory.shares_a_barred_phone(guardian, child.id) => Some(DropReason::BarredPhone),
            None => None,
        };
        if let Some(reason) = reason {
            reached.dropped.push(Dropped::new(guardian, &[child], reason));
        }
        reason.is_none()
    });
    if about_one_child {
        let each = children.into_iter().map(|child| Recipient { person: guardian, pupils: vec![child] });
        reached.recipients.extend(each);
    } else if !children.is_empty() {
        reached.recipients.push(Recipient { person: guardian, pupils: children });
    }
}

/// Returns a selected guardian's children: with selected classes, only those in them.
fn children_of<'d>(guardian: &Person, selection: &Selection, directory: &'d Directory) -> Vec<&'d Person> {
    let children = guardian.details.guardianships.iter().filter_map(|tie| directory.person(tie.pupil));
    match selection {
        Selection::Classes(classes) => children
            .filter(|child| child.details.class.as_ref().is_some_and(|class| classes.contains(class)))
            .collect(),
        Selection::Everyone | Selection::People(_) => children.collect(),
    }
}
