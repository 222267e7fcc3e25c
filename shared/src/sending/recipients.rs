//! From the people picked to the people reached: pupils become their guardians, and everybody is
//! kept or dropped for a reason.

use std::collections::HashMap;

use super::{Order, Selection, order::PickError};
use crate::{
    directory::{Audience, Directory, Person},
    id::PersonId,
    language::{Explain, Phrase},
    school::School,
};

/// Somebody who gets no text, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Dropped {
    /// Who: a recipient, or a pupil with no guardian.
    pub person: PersonId,
    /// First and last name, for the list on the screen.
    pub name: String,
    /// The pupils whom the text would have been about.
    pub about: Vec<PersonId>,
    /// Why.
    pub reason: DropReason,
}

/// Why somebody gets no text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DropReason {
    /// The pupil has no guardian in the directory.
    NoGuardian,
    /// The text is about one child, and the guardian has none in the directory.
    NoChild,
    /// The person does not accept SMS.
    OptedOut,
    /// There is no mobile number.
    NoMobile,
    /// The number is in a country that the school did not open.
    CountryClosed,
    /// Somebody with the same number gets the same news.
    SameNumberAs(PersonId),
}

impl Explain for DropReason {
    fn code(&self) -> &'static str {
        match self {
            Self::NoGuardian => "no_guardian",
            Self::NoChild => "no_child",
            Self::OptedOut => "opted_out",
            Self::NoMobile => "no_mobile",
            Self::CountryClosed => "country_closed",
            Self::SameNumberAs(_) => "same_number",
        }
    }

    fn explain(&self) -> Phrase {
        match self {
            Self::NoGuardian => Phrase::fixed(
                "Cet élève n’a pas de responsable dans l’annuaire.",
                "This pupil has no guardian in the directory.",
            ),
            Self::NoChild => Phrase::fixed(
                "Ce responsable n’a pas d’enfant dans l’annuaire, et le texte en concerne un.",
                "This guardian has no child in the directory, and the text is about one.",
            ),
            Self::OptedOut => {
                Phrase::fixed("Cette personne n’accepte pas les SMS.", "This person does not accept SMS.")
            }
            Self::NoMobile => {
                Phrase::fixed("Aucun numéro de mobile n’est connu.", "No mobile number is known.")
            }
            Self::CountryClosed => Phrase::fixed(
                "Le numéro est dans un pays que l’établissement n’a pas ouvert.",
                "The number is in a country that the school did not open.",
            ),
            Self::SameNumberAs(_) => Phrase::fixed(
                "Une autre personne reçoit la même nouvelle au même numéro.",
                "Another person gets the same news at the same number.",
            ),
        }
    }
}

/// Somebody who may get a text, and the pupils whom it is about.
#[derive(Clone, Debug)]
pub(super) struct Recipient<'d> {
    pub person: &'d Person,
    pub pupils: Vec<&'d Person>,
}

/// Everybody whom an order reaches before numbers and preferences are looked at, and the pupils
/// who have nobody.
pub(super) struct Reached<'d> {
    pub recipients: Vec<Recipient<'d>>,
    pub dropped: Vec<Dropped>,
}

/// Resolves the selection of an order to people of its audience.
pub(super) fn reach<'d>(order: &Order, directory: &'d Directory) -> Result<Reached<'d>, PickError> {
    let picked = unique(order.selection.pick(order.view, directory)?);
    let audience = order.wording.audience();
    let mut reached = Reached { recipients: Vec::with_capacity(picked.len()), dropped: Vec::new() };
    match (order.view.lists(), audience) {
        (Audience::Pupils, Audience::Guardians) => reach_guardians(&picked, order, directory, &mut reached),
        (Audience::Guardians, _) => {
            for guardian in picked {
                let children = children_of(guardian, &order.selection, directory);
                push_guardian(guardian, children, order, &mut reached);
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
    // The guardians in the order in which their first child was picked, each with their children.
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
            reached.dropped.push(dropped(pupil, &[], DropReason::NoGuardian));
        }
    }
    for (guardian, children) in guardians {
        push_guardian(guardian, children, order, reached);
    }
}

/// One text for each child when the occasion is about one, else one text for all.
fn push_guardian<'d>(
    guardian: &'d Person,
    mut children: Vec<&'d Person>,
    order: &Order,
    reached: &mut Reached<'d>,
) {
    // Always in the same order, so that two guardians of the same children get the same words.
    children.sort_by_key(|child| child.id);
    if !order.wording.is_about_one_child() {
        return reached.recipients.push(Recipient { person: guardian, pupils: children });
    }
    if children.is_empty() {
        return reached.dropped.push(dropped(guardian, &[], DropReason::NoChild));
    }
    let each = children.into_iter().map(|child| Recipient { person: guardian, pupils: vec![child] });
    reached.recipients.extend(each);
}

/// The children of a guardian who was picked: those of the picked classes, if classes were picked.
fn children_of<'d>(guardian: &Person, selection: &Selection, directory: &'d Directory) -> Vec<&'d Person> {
    let children = guardian.details.guardianships.iter().filter_map(|tie| directory.person(tie.pupil));
    match selection {
        Selection::Classes(classes) => children
            .filter(|child| child.details.class.as_ref().is_some_and(|class| classes.contains(class)))
            .collect(),
        Selection::Everyone | Selection::People(_) => children.collect(),
    }
}

/// The same person picked twice counts once.
fn unique(picked: Vec<&Person>) -> Vec<&Person> {
    let mut seen = std::collections::HashSet::with_capacity(picked.len());
    picked.into_iter().filter(|person| seen.insert(person.id)).collect()
}

pub(super) fn dropped(person: &Person, about: &[&Person], reason: DropReason) -> Dropped {
    Dropped {
        person: person.id,
        name: person.details.name(),
        about: about.iter().map(|pupil| pupil.id).collect(),
        reason,
    }
}

/// Why this person cannot be reached by this school, whatever the text.
pub(super) fn unreachable(person: &Person, school: &School) -> Option<DropReason> {
    if !person.details.accepts_sms {
        return Some(DropReason::OptedOut);
    }
    match person.details.phone {
        None => Some(DropReason::NoMobile),
        Some(phone) if !school.reaches(phone.destination()) => Some(DropReason::CountryClosed),
        Some(_) => None,
    }
}
