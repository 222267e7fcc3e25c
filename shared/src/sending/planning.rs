//! Planning a send: concerned, reachable, one per household, written, priced.

use std::{
    borrow::Cow,
    collections::{HashMap, HashSet},
};

use super::{
    DropReason, Dropped, Order, Plan, PlanError, PlannedMessage, Unwritten, UnwrittenText,
    households::one_per_household,
    reachable::{Reachable, reachable},
    recipients::{Reached, Recipient, reach},
};
use crate::{
    directory::{Audience, Directory},
    id::PersonId,
    phone::PhoneNumber,
    registration::Licensed,
    school::HouseholdRule,
    template::{Source, Variable, has_stop_code},
    text::{MeasuredText, Segments},
};

impl Plan {
    /// Plans an order of a licensed school. Nothing is written or reserved.
    pub fn new(order: &Order, licensed: &Licensed, directory: &Directory) -> Result<Self, PlanError> {
        if !order.view.offers(&order.wording) {
            return Err(PlanError::NotOffered);
        }
        let Reached { recipients, mut dropped } = reach(order, directory)?;
        let unused = unused_values(order, &recipients, &dropped);
        if !unused.is_empty() {
            return Err(PlanError::UnusedValues(unused));
        }
        let mut recipients = reachable(recipients, order.wording.context(), licensed, &mut dropped);
        let rule = order.household_rule.unwrap_or(licensed.school().household_rule);
        if rule == HouseholdRule::OnePerHousehold && order.wording.audience() == Audience::Guardians {
            recipients = one_per_household(recipients, &mut dropped);
        }
        if recipients.len() > Self::MAX_MESSAGES {
            return Err(PlanError::TooMany);
        }
        let mut planning = Planning {
            order,
            licensed,
            plan: Self { messages: Vec::with_capacity(recipients.len()), dropped },
            same_number: HashMap::with_capacity(recipients.len()),
            unwritten: Vec::new(),
        };
        for (index, recipient) in recipients.iter().enumerate() {
            planning.add(index, recipient, &recipients);
        }
        name_who_gets_it(&mut planning.plan.dropped);
        if planning.unwritten.is_empty() {
            Ok(planning.plan)
        } else {
            Err(PlanError::Unwritten(planning.unwritten))
        }
    }
}

/// Somebody who was left out for the first contact of the household gets the news through whoever
/// gets it for that first contact.
fn name_who_gets_it(dropped: &mut [Dropped]) {
    let mut through: HashMap<PersonId, Vec<(Vec<PersonId>, PersonId)>> = HashMap::new();
    for first in dropped.iter() {
        if let DropReason::SameNumberAs(other) = first.reason {
            through.entry(first.person).or_default().push((first.about.clone(), other));
        }
    }
    for dropped in dropped {
        let DropReason::SameHouseholdAs(first) = dropped.reason else { continue };
        let of_the_same_children = through.get(&first).into_iter().flatten().find(|(about, _)| {
            about.len() >= dropped.about.len() && dropped.about.iter().all(|pupil| about.contains(pupil))
        });
        if let Some((_, other)) = of_the_same_children {
            dropped.reason = DropReason::SameHouseholdAs(*other);
        }
    }
}

/// The people for whom values were given although no text is about them or goes to them.
fn unused_values(order: &Order, recipients: &[Recipient<'_>], dropped: &[Dropped]) -> Vec<PersonId> {
    if order.values.by_person.is_empty() {
        return Vec::new();
    }
    let reached = recipients.iter().flat_map(|recipient| {
        std::iter::once(recipient.person.id).chain(recipient.pupils.iter().map(|pupil| pupil.id))
    });
    let left_out = dropped
        .iter()
        .flat_map(|dropped| std::iter::once(dropped.person).chain(dropped.about.iter().copied()));
    let known: HashSet<PersonId> = reached.chain(left_out).collect();
    let mut unused: Vec<_> =
        order.values.by_person.keys().filter(|id| !known.contains(id)).copied().collect();
    unused.sort_unstable();
    unused
}

/// A plan in the making.
struct Planning<'a> {
    order: &'a Order,
    licensed: &'a Licensed,
    plan: Plan,
    /// The texts planned for each number: the place of the first one's recipient and message, and
    /// of all that follow.
    same_number: HashMap<PhoneNumber, Vec<Planned>>,
    unwritten: Vec<UnwrittenText>,
}

/// A recipient, and the message planned for them.
#[derive(Clone, Copy)]
struct Planned {
    recipient: usize,
    message: usize,
}

impl Planning<'_> {
    fn add(&mut self, index: usize, recipient: &Reachable<'_>, all: &[Reachable<'_>]) {
        let Reachable { person, pupils, phone, unit_price } = recipient;
        let about: Vec<PersonId> =
            pupils.iter().map(|pupil| pupil.id).filter(|pupil| *pupil != person.id).collect();
        let (text, measured) = match self.write(recipient) {
            Ok(written) => written,
            Err(reason) => {
                let (subject, about) = match pupils.as_slice() {
                    [pupil] => (*pupil, Some(pupil.id).filter(|pupil| *pupil != person.id)),
                    _ => (*person, None),
                };
                let name = subject.details.name();
                return self.unwritten.push(UnwrittenText { recipient: person.id, name, about, reason });
            }
        };
        if let Some(earlier) = self.same_news(recipient, &text, all) {
            let reason =
                if earlier == person.id { DropReason::SameText } else { DropReason::SameNumberAs(earlier) };
            return self.plan.dropped.push(Dropped::new(person, pupils, reason));
        }
        self.plan.messages.push(PlannedMessage {
            recipient: person.id,
            name: person.details.name(),
            about,
            phone: *phone,
            text,
            encoding: measured.encoding,
            segments: measured.segments,
            price: unit_price.for_segments(measured.segments),
        });
        let planned = Planned { recipient: index, message: self.plan.messages.len() - 1 };
        self.same_number.entry(*phone).or_default().push(planned);
    }

    /// The text as it will be sent.
    fn write(
        &self,
        Reachable { person, pupils, .. }: &Reachable<'_>,
    ) -> Result<(String, MeasuredText), Unwritten> {
        let school = self.licensed.school();
        let body = self.order.wording.body();
        let rendered = body
            .render(|variable| self.order.value_of(variable, school, person, pupils))
            .map_err(|missing| Unwritten::Missing(missing.0))?;
        let text = match school.encoding_mode.apply(&rendered) {
            Cow::Borrowed(_) => rendered,
            Cow::Owned(changed) => changed,
        };
        let measured = MeasuredText::of(&text);
        if measured.segments > Segments::DEFAULT_LIMIT {
            return Err(Unwritten::TooLong);
        }
        if has_stop_code(&text) {
            return Err(Unwritten::StopCode);
        }
        Ok((text, measured))
    }

    /// Who gets the same news at the same number: the same text, but for the recipient's own name.
    fn same_news(&self, recipient: &Reachable<'_>, text: &str, all: &[Reachable<'_>]) -> Option<PersonId> {
        let earlier = self.same_number.get(&recipient.phone)?;
        let news = self.news(recipient);
        let same = earlier.iter().find(|planned| {
            self.plan.messages[planned.message].text == text || self.news(&all[planned.recipient]) == news
        })?;
        Some(self.plan.messages[same.message].recipient)
    }

    fn news(&self, Reachable { person, pupils, .. }: &Reachable<'_>) -> Option<String> {
        let without_name = |variable: Variable| match variable.source() {
            Source::Recipient => Some(Cow::Borrowed("")),
            _ => self.order.value_of(variable, self.licensed.school(), person, pupils),
        };
        self.order.wording.body().render(without_name).ok()
    }
}
