//! Planning a send: resolve, filter, merge households, render, price.

use std::{
    borrow::Cow,
    collections::{HashMap, HashSet, hash_map::Entry},
};

use super::{
    Avoided, DropReason, Dropped, Order, Plan, PlanError, PlannedMessage, Unwritten, UnwrittenText,
    avoided::by_household,
    households::one_per_household,
    reachable::{Reachable, reachable},
    recipients::{Reached, Recipient, reach},
};
use crate::{
    audience::Audience,
    directory::Directory,
    id::PersonId,
    phone::PhoneNumber,
    registration::Licensed,
    school::HouseholdRule,
    template::{Source, Variable, has_stop_code},
    text::{MeasuredText, Segments},
};

impl Plan {
    /// Plans an order of a licensed school. Writes and reserves nothing.
    pub fn new(order: &Order, licensed: &Licensed, directory: &Directory) -> Result<Self, PlanError> {
        if !order.view.offers(&order.wording) {
            return Err(PlanError::NotOffered);
        }
        let Reached { recipients, mut dropped } = reach(order, directory)?;
        let unused = unused_values(order, &recipients, &dropped);
        if !unused.is_empty() {
            return Err(PlanError::UnusedValues(unused));
        }
        let mut recipients =
            reachable(recipients, order.wording.context(), licensed, directory, &mut dropped);
        let rule = order.household_rule.unwrap_or(licensed.school().household_rule);
        if rule == HouseholdRule::OnePerHousehold && order.wording.audience() == Audience::Guardians {
            let told_apart = |person| order.values.by_person.contains_key(&person);
            recipients = one_per_household(recipients, told_apart, &mut dropped);
        }
        let mut planning = Planning {
            order,
            licensed,
            plan: Self {
                messages: Vec::with_capacity(recipients.len()),
                dropped,
                avoided: Avoided::default(),
            },
            sent_to: HashMap::with_capacity(recipients.len()),
            unwritten: Vec::new(),
        };
        for recipient in &recipients {
            planning.add(recipient);
            if planning.plan.messages.len() > Self::MAX_MESSAGES {
                return Err(PlanError::TooMany);
            }
        }
        let plan = &mut planning.plan;
        name_who_gets_it(&mut plan.dropped);
        plan.avoided.by_household = by_household(&plan.messages, &plan.dropped);
        if planning.unwritten.is_empty() {
            Ok(planning.plan)
        } else {
            Err(PlanError::Unwritten(planning.unwritten))
        }
    }
}

/// Follows duplicates by number: a person dropped in favour of a household contact who was in turn
/// dropped for a shared number refers to the final recipient.
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

/// Returns the people with values who are neither recipients nor concerned by a text.
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

/// A plan under construction.
struct Planning<'a> {
    order: &'a Order,
    licensed: &'a Licensed,
    plan: Plan,
    sent_to: HashMap<PhoneNumber, SentTo<'a>>,
    unwritten: Vec<UnwrittenText>,
}

/// The texts planned for one number.
enum SentTo<'a> {
    /// One, as for nearly all numbers: its recipient and the place of the message.
    One { recipient: &'a Reachable<'a>, message: usize },
    /// Several, or one for several people: the recipient of each.
    Several { texts: HashMap<String, PersonId>, contents: HashMap<Content, PersonId> },
}

/// A text in its final encoding.
struct Written {
    text: String,
    measured: MeasuredText,
    /// How many segments more it would take without the replacements of the encoding mode.
    segments_avoided: Option<Segments>,
}

/// A text to a guardian but for the guardian's own name, and the children whom it is about.
type Content = (Vec<PersonId>, String);

impl<'a> Planning<'a> {
    fn add(&mut self, recipient: &'a Reachable<'a>) {
        let Reachable { person, pupils, phone, unit_price } = recipient;
        let about: Vec<PersonId> =
            pupils.iter().map(|pupil| pupil.id).filter(|pupil| *pupil != person.id).collect();
        let Written { text, measured, segments_avoided } = match self.write(recipient) {
            Ok(written) => written,
            Err(reason) => return self.unwritten.push(unwritten(recipient, reason)),
        };
        if let Some(earlier) = self.find_duplicate(recipient, &text) {
            let reason =
                if earlier == person.id { DropReason::SameText } else { DropReason::SameNumberAs(earlier) };
            return self.plan.dropped.push(Dropped::new(person, pupils, reason));
        }
        if let Some(segments_avoided) = segments_avoided {
            let avoided = unit_price.for_segments(segments_avoided);
            self.plan.avoided.by_encoding = [self.plan.avoided.by_encoding, avoided].into_iter().sum();
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
    }

    /// Finds the recipient with the same number and the same text or content. If there is none, the text is noted
    /// as planned for the number.
    fn find_duplicate(&mut self, recipient: &'a Reachable<'a>, text: &str) -> Option<PersonId> {
        let message = self.plan.messages.len();
        let first = match self.sent_to.entry(recipient.phone) {
            Entry::Vacant(vacant) => {
                vacant.insert(SentTo::One { recipient, message });
                return None;
            }
            Entry::Occupied(occupied) => match occupied.get() {
                SentTo::One { recipient, message } => Some((*recipient, *message)),
                SentTo::Several { .. } => None,
            },
        };
        let content = self.content(recipient);
        let key = self.dedup_key(recipient, text);
        if let Some((first, message)) = first {
            let first_text = self.dedup_key(first, &self.plan.messages[message].text);
            let person = first.person.id;
            let several = SentTo::Several {
                texts: HashMap::from([(first_text, person)]),
                contents: self.content(first).map(|content| (content, person)).into_iter().collect(),
            };
            self.sent_to.insert(recipient.phone, several);
        }
        let Some(SentTo::Several { texts, contents }) = self.sent_to.get_mut(&recipient.phone) else {
            return None;
        };
        let same_text = texts.get(&key).copied();
        let same_content = content.as_ref().and_then(|content| contents.get(content)).copied();
        if same_text.or(same_content).is_none() {
            texts.insert(key, recipient.person.id);
            contents.extend(content.map(|content| (content, recipient.person.id)));
        }
        same_text.or(same_content)
    }

    /// Renders and encodes the text.
    fn write(&self, Reachable { person, pupils, .. }: &Reachable<'_>) -> Result<Written, Unwritten> {
        let school = self.licensed.school();
        let body = self.order.wording.body();
        let rendered = body
            .render(|variable| self.order.value_of(variable, school, person, pupils))
            .map_err(|missing| Unwritten::Missing(missing.0))?;
        let changed = match school.encoding_mode.apply(&rendered) {
            Cow::Borrowed(_) => None,
            Cow::Owned(changed) => Some(changed),
        };
        let as_written = changed.as_ref().map(|_| MeasuredText::of(&rendered).segments.get());
        let text = changed.unwrap_or(rendered);
        let measured = MeasuredText::of(&text);
        if measured.segments > Segments::DEFAULT_LIMIT {
            return Err(Unwritten::TooLong);
        }
        if has_stop_code(&text) {
            return Err(Unwritten::StopCode);
        }
        // A replacement may be longer, and avoid nothing.
        let segments_avoided =
            as_written.and_then(|segments| Segments::new(segments.checked_sub(measured.segments.get())?));
        Ok(Written { text, measured, segments_avoided })
    }

    /// What two texts to one number have in common if one of them is enough. While absences can be withdrawn one by
    /// one, each child's has a text of its own: withdrawing one must not silence another.
    fn dedup_key(&self, recipient: &Reachable<'_>, text: &str) -> String {
        let can_be_withdrawn = self.order.wording.context().can_be_withdrawn()
            && !self.licensed.school().recall_window.is_none();
        let children = recipient.pupils.iter().filter(|_| can_be_withdrawn);
        children.map(|pupil| pupil.id.to_string()).chain([text.to_owned()]).collect()
    }

    /// The content of a text to a guardian, of which a couple with one phone needs one; none for texts to others, in
    /// which a name tells whom it is for.
    fn content(&self, Reachable { person, pupils, .. }: &Reachable<'_>) -> Option<Content> {
        if self.order.wording.audience() != Audience::Guardians {
            return None;
        }
        let without_name = |variable: Variable| match variable.source() {
            Source::Recipient(_) => Some(Cow::Borrowed("")),
            Source::School(_) | Source::Pupil(_) | Source::Pupils | Source::Request(_) => {
                self.order.value_of(variable, self.licensed.school(), person, pupils)
            }
        };
        let text = self.order.wording.body().render(without_name).ok()?;
        Some((pupils.iter().map(|pupil| pupil.id).collect(), text))
    }
}

/// Returns why a recipient's text could not be rendered, and the record to check.
fn unwritten(Reachable { person, pupils, .. }: &Reachable<'_>, reason: Unwritten) -> UnwrittenText {
    let (subject, about) = match pupils.as_slice() {
        [pupil] => (*pupil, Some(pupil.id).filter(|pupil| *pupil != person.id)),
        _ => (*person, None),
    };
    UnwrittenText { recipient: person.id, name: subject.details.name(), about, reason }
}
