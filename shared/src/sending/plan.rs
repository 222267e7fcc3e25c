//! The plan of a send: every text and price, and everybody who is left out.

use std::{
    borrow::Cow,
    collections::{HashMap, HashSet},
};

use sha2::{Digest, Sha256};

use super::{
    DropReason, Dropped, Order,
    idempotency::hex,
    order::PickError,
    recipients::{Reached, Recipient, dropped, reach, unreachable},
};
use crate::{
    directory::{ClassName, Directory},
    id::PersonId,
    phone::PhoneNumber,
    pricing::MicroEuros,
    registration::Licensed,
    template::{Source, Variable, has_stop_code},
    text::{Encoding, MeasuredText, Segments},
};

/// What a send will do, to the last character and cent.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Plan {
    /// The texts, in the order in which they leave.
    pub messages: Vec<PlannedMessage>,
    /// Who gets none, and why.
    pub dropped: Vec<Dropped>,
}

/// One text to one person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlannedMessage {
    /// Who gets it.
    pub recipient: PersonId,
    /// First and last name, as they were when it was sent.
    pub name: String,
    /// The one pupil whom it is about, if it is about one.
    pub about: Option<PersonId>,
    /// Where it goes.
    pub phone: PhoneNumber,
    /// What it says.
    pub text: String,
    /// How it is encoded.
    pub encoding: Encoding,
    /// What is billed.
    pub segments: Segments,
    /// `segments × unit price`.
    pub price: MicroEuros,
}

/// The sums of a plan or of a send.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Totals {
    /// Texts.
    pub messages: u32,
    /// Segments of all texts.
    pub segments: u32,
    /// Price of all texts.
    pub price: MicroEuros,
}

/// SHA-256 of a plan: who gets what, and at what price.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlanDigest(String);

impl PlanDigest {
    /// Lower-case hexadecimal.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// A text that could not be written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnwrittenText {
    /// For whom.
    pub recipient: PersonId,
    /// The pupil whom it is about, if it is about one.
    pub about: Option<PersonId>,
    /// Why.
    pub reason: Unwritten,
}

/// Why a text could not be written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Unwritten {
    /// These variables have no value.
    Missing(Vec<Variable>),
    /// It takes more segments than allowed.
    TooLong,
    /// With its values it carries a STOP code, which carriers take for marketing.
    StopCode,
}

/// Why an order cannot be planned.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PlanError {
    /// The text cannot be sent from this list.
    #[error("the view does not offer this audience and context")]
    NotOffered,
    /// Some identifiers are not on the list.
    #[error("{} people are not on the list", .0.len())]
    NotOnTheList(Vec<PersonId>),
    /// Nobody on the list is of these classes.
    #[error("{} classes are unknown", .0.len())]
    UnknownClasses(Vec<ClassName>),
    /// Only the school's software knows who is on the list.
    #[error("people are picked one by one from this view")]
    OnlyOneByOne,
    /// Values were given for people to whom no text goes.
    #[error("values for {} people who get no text", .0.len())]
    UnusedValues(Vec<PersonId>),
    /// More texts than one send may have.
    #[error("more than {} messages", Plan::MAX_MESSAGES)]
    TooMany,
    /// Some texts lack a value or are too long; the whole send waits until all are right.
    #[error("{} texts could not be written", .0.len())]
    Unwritten(Vec<UnwrittenText>),
}

impl From<PickError> for PlanError {
    fn from(error: PickError) -> Self {
        match error {
            PickError::NotOnTheList(people) => Self::NotOnTheList(people),
            PickError::UnknownClasses(classes) => Self::UnknownClasses(classes),
            PickError::OnlyOneByOne => Self::OnlyOneByOne,
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
    let known: HashSet<PersonId> = reached.chain(dropped.iter().map(|dropped| dropped.person)).collect();
    let mut unused: Vec<_> =
        order.values.by_person.keys().filter(|id| !known.contains(id)).copied().collect();
    unused.sort_unstable();
    unused
}

impl Plan {
    /// The most texts that one send may have: more than the guardians of the largest school.
    pub const MAX_MESSAGES: usize = 10_000;

    /// Plans an order of a licensed school. Nothing is written or reserved.
    pub fn new(order: &Order, licensed: &Licensed, directory: &Directory) -> Result<Self, PlanError> {
        if !order.view.offers(&order.wording) {
            return Err(PlanError::NotOffered);
        }
        let Reached { recipients, dropped } = reach(order, directory)?;
        let unused = unused_values(order, &recipients, &dropped);
        if !unused.is_empty() {
            return Err(PlanError::UnusedValues(unused));
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
        for recipient in recipients {
            planning.add(recipient);
        }
        if planning.unwritten.is_empty() {
            Ok(planning.plan)
        } else {
            Err(PlanError::Unwritten(planning.unwritten))
        }
    }

    /// The sums.
    pub fn totals(&self) -> Totals {
        Totals {
            messages: u32::try_from(self.messages.len()).unwrap_or(u32::MAX),
            segments: self.messages.iter().map(|message| u32::from(message.segments.get())).sum(),
            price: self.messages.iter().map(|message| message.price).sum(),
        }
    }

    /// What a person saw in the preview, so that a send can refuse to do anything else.
    pub fn digest(&self) -> PlanDigest {
        let mut hasher = Sha256::new();
        for message in &self.messages {
            hasher.update(message.recipient.to_string());
            hasher.update(String::from(message.phone));
            hasher.update(message.price.get().to_be_bytes());
            hasher.update((message.text.len() as u64).to_be_bytes());
            hasher.update(&message.text);
        }
        PlanDigest(hex(&hasher.finalize()))
    }
}

/// A plan in the making.
struct Planning<'a> {
    order: &'a Order,
    licensed: &'a Licensed,
    plan: Plan,
    /// The texts planned for each number, and whom they are for.
    same_number: HashMap<PhoneNumber, Vec<(usize, Recipient<'a>)>>,
    unwritten: Vec<UnwrittenText>,
}

impl<'a> Planning<'a> {
    fn add(&mut self, recipient: Recipient<'a>) {
        let Recipient { person, pupils } = &recipient;
        let school = self.licensed.school();
        if let Some(reason) = unreachable(person, school) {
            return self.plan.dropped.push(dropped(person, pupils, reason));
        }
        let Some(phone) = person.details.phone else { return };
        let Some(unit_price) = self.licensed.rate_card().unit_price(phone.destination()) else {
            return self.plan.dropped.push(dropped(person, pupils, DropReason::CountryClosed));
        };
        let about = match pupils.as_slice() {
            [pupil] if pupil.id != person.id => Some(pupil.id),
            _ => None,
        };
        let (text, measured) = match self.write(&recipient) {
            Ok(written) => written,
            Err(reason) => return self.unwritten.push(UnwrittenText { recipient: person.id, about, reason }),
        };
        if let Some(earlier) = self.same_news(phone, &recipient, &text) {
            return self.plan.dropped.push(dropped(person, pupils, DropReason::SameNumberAs(earlier)));
        }
        self.plan.messages.push(PlannedMessage {
            recipient: person.id,
            name: person.details.name(),
            about,
            phone,
            text,
            encoding: measured.encoding,
            segments: measured.segments,
            price: unit_price.for_segments(measured.segments),
        });
        self.same_number.entry(phone).or_default().push((self.plan.messages.len() - 1, recipient));
    }

    /// The text as it will be sent.
    fn write(
        &self,
        Recipient { person, pupils }: &Recipient<'_>,
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
    fn same_news(&self, phone: PhoneNumber, recipient: &Recipient<'_>, text: &str) -> Option<PersonId> {
        let earlier = self.same_number.get(&phone)?;
        let news = self.news(recipient);
        let same = earlier
            .iter()
            .find(|(index, other)| self.plan.messages[*index].text == text || self.news(other) == news)?;
        Some(self.plan.messages[same.0].recipient)
    }

    fn news(&self, Recipient { person, pupils }: &Recipient<'_>) -> Option<String> {
        let without_name = |variable: Variable| match variable.source() {
            Source::Recipient => Some(Cow::Borrowed("")),
            _ => self.order.value_of(variable, self.licensed.school(), person, pupils),
        };
        self.order.wording.body().render(without_name).ok()
    }
}
