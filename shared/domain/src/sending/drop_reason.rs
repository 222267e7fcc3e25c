//! People dropped from a send, and why.

use jiff::civil::Date;

use crate::{
    codes::codes,
    directory::{OptOutOrigin, Person, Silence},
    id::PersonId,
    language::{Explain, Language, Phrase},
};

/// A person dropped from a send.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Dropped {
    /// A recipient, or a pupil without a guardian.
    pub person: PersonId,
    /// First and last name, for display.
    pub name: String,
    /// The pupils concerned by the text.
    pub about: Vec<PersonId>,
    pub reason: DropReason,
}

impl Dropped {
    pub(super) fn new(person: &Person, about: &[&Person], reason: DropReason) -> Self {
        Self {
            person: person.id,
            name: person.details.name(),
            about: about.iter().map(|pupil| pupil.id).filter(|pupil| *pupil != person.id).collect(),
            reason,
        }
    }
}

/// Why a person is dropped from a send.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DropReason {
    /// The pupil has no guardian in the directory.
    NoGuardian,
    /// The text mentions the guardian's children, and the directory holds none.
    NoChild,
    /// A court decision forbids contact about the child.
    NoContact,
    /// The person is a contact of the child, not one of the adults who are responsible.
    ContactOnly,
    /// The number also belongs to a person whom a court decision bars from news of the child.
    BarredPhone,
    /// The person does not accept SMS.
    OptedOut,
    /// The guardian does not accept SMS about the child.
    ChildRefused,
    /// The person refuses SMS for this context.
    ContextRefused,
    /// The number's owner opted out with us or the carrier, on this day in the school's time zone.
    Stopped(Date, OptOutOrigin),
    NoMobile,
    /// The school has not opened the number's country.
    CountryClosed,
    /// Another person at the same address gets the same content for both.
    SameHouseholdAs(PersonId),
    /// Another person with the same number gets the same content.
    SameNumberAs(PersonId),
    /// The person already gets an identical text about another child.
    SameText,
}

impl DropReason {
    /// Returns the person who gets the content instead.
    pub const fn instead(self) -> Option<PersonId> {
        match self {
            Self::SameHouseholdAs(person) | Self::SameNumberAs(person) => Some(person),
            _ => None,
        }
    }
}

impl From<Silence> for DropReason {
    fn from(silence: Silence) -> Self {
        match silence {
            Silence::NoContact => Self::NoContact,
            Silence::ContactOnly => Self::ContactOnly,
            Silence::ChildRefused => Self::ChildRefused,
            Silence::ContextRefused => Self::ContextRefused,
        }
    }
}

codes! {
    DropReason {
        Self::NoGuardian => "no_guardian",
        Self::NoChild => "no_child",
        Self::NoContact => "no_contact",
        Self::ContactOnly => "contact_only",
        Self::BarredPhone => "barred_phone",
        Self::OptedOut => "opted_out",
        Self::ChildRefused => "child_refused",
        Self::ContextRefused => "context_refused",
        Self::Stopped(..) => "stopped",
        Self::NoMobile => "no_mobile",
        Self::CountryClosed => "country_closed",
        Self::SameHouseholdAs(_) => "same_household",
        Self::SameNumberAs(_) => "same_number",
        Self::SameText => "same_text",
    }
}

impl Explain for DropReason {
    fn code(&self) -> &'static str {
        self.as_code()
    }

    fn explain(&self) -> Phrase {
        match self {
            Self::NoGuardian => Phrase::fixed(
                "Cet élève n’a pas de responsable dans l’annuaire.",
                "This pupil has no guardian in the directory.",
            ),
            Self::NoChild => Phrase::fixed(
                "Ce responsable n’a pas d’enfant dans l’annuaire, et le texte parle de ses enfants.",
                "This guardian has no child in the directory, and the text is about the guardian's children.",
            ),
            Self::NoContact => Phrase::fixed(
                "Une décision de justice interdit d’informer cette personne au sujet de cet enfant.",
                "A court decision forbids contacting this person about this child.",
            ),
            Self::ContactOnly => Phrase::fixed(
                "Cette personne est un contact de l’enfant, pas un responsable : changez le lien pour l’informer.",
                "This person is a contact of the child, not a responsible adult: change the tie to inform the person.",
            ),
            Self::BarredPhone => Phrase::fixed(
                "Ce numéro est aussi celui d’une personne qu’une décision de justice interdit d’informer au sujet de cet enfant : vérifiez-le.",
                "This number also belongs to a person whom a court decision bars from news of this child: check it.",
            ),
            Self::OptedOut => {
                Phrase::fixed("Cette personne n’accepte pas les SMS.", "This person does not accept SMS.")
            }
            Self::ChildRefused => Phrase::fixed(
                "Ce responsable n’accepte pas les SMS au sujet de cet enfant.",
                "This guardian does not accept SMS about this child.",
            ),
            Self::ContextRefused => Phrase::fixed(
                "Cette personne ne veut pas de SMS pour ce type d’information.",
                "This person does not want SMS for this kind of information.",
            ),
            Self::Stopped(day, origin) => {
                let origin = origin.explain();
                let fr = origin.in_language(Language::French);
                let en = origin.in_language(Language::English);
                Phrase::new(
                    format!(
                        "La personne ne veut plus de SMS ({fr} le {}) : seul un accord recueilli depuis permet de rouvrir le numéro.",
                        day.strftime("%d/%m/%Y")
                    ),
                    format!(
                        "The person wants no more SMS ({en} on {day}): the number is reopened only with an agreement given since."
                    ),
                )
            }
            Self::NoMobile => {
                Phrase::fixed("Aucun numéro de mobile n’est connu.", "No mobile number is known.")
            }
            Self::CountryClosed => Phrase::fixed(
                "Le numéro est dans un pays que l’établissement n’a pas ouvert.",
                "The number is in a country that the school did not open.",
            ),
            Self::SameHouseholdAs(_) => Phrase::fixed(
                "Une autre personne du même foyer reçoit le SMS pour les deux.",
                "Another person of the same household gets the SMS for both.",
            ),
            Self::SameNumberAs(_) => Phrase::fixed(
                "Une autre personne reçoit la même nouvelle au même numéro.",
                "Another person gets the same news at the same number.",
            ),
            Self::SameText => Phrase::fixed(
                "Cette personne reçoit déjà ce même texte pour un autre enfant : mettez {{pupil.first_name}} dans le texte pour en envoyer un par enfant.",
                "This person gets this very text about another child already: put {{pupil.first_name}} in the text to send one for each child.",
            ),
        }
    }
}
