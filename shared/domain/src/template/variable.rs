//! The catalogue of variables: which exist for an audience in a context.

use super::Context;
use crate::{audience::Audience, language::Phrase};

use Context as C;
use Source::{Pupil, Pupils, Recipient, Request, School};

/// Where a variable's value comes from, down to the fact that it prints. A new fact needs its value
/// wherever values are looked up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Source {
    /// The school's settings.
    School(SchoolFact),
    /// The person who receives the text.
    Recipient(NamePart),
    /// The one child that the text is about.
    Pupil(PupilFact),
    /// The first names of all the children of a guardian who were selected.
    Pupils,
    /// The request to send, which must give it; only in these contexts.
    Request(&'static [Context]),
}

/// What a variable prints of the school's settings.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SchoolFact {
    /// Its name.
    Name,
    /// The number that families call back.
    CallbackNumber,
}

/// What a variable prints of a pupil's record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PupilFact {
    /// The name, or a part of it.
    Name(NamePart),
    /// The class.
    Class,
}

/// What a variable prints of a person's name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NamePart {
    /// The first name.
    First,
    /// The last name.
    Last,
    /// First and last name.
    Full,
}

struct Entry {
    name: &'static str,
    label: Phrase,
    example: Phrase,
    source: Source,
}

/// Defines the enum and its entries together, so that no variable lacks one.
macro_rules! catalogue {
    ($(
        $variable:ident = $name:literal, $source:expr,
        ($label_fr:literal, $label_en:literal), ($example_fr:literal, $example_en:literal);
    )+) => {
        /// A placeholder that a text may hold, such as `{{pupil.first_name}}`.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Variable {
            $(#[doc = concat!("`", $name, "`")] $variable,)+
        }

        impl Variable {
            /// Every variable, whatever the audience and context, in the order of the catalogue.
            pub const ALL: [Self; [$($name),+].len()] = [$(Self::$variable),+];

            const fn entry(self) -> &'static Entry {
                match self {
                    $(Self::$variable => const {
                        &Entry {
                            name: $name,
                            label: Phrase::fixed($label_fr, $label_en),
                            example: Phrase::fixed($example_fr, $example_en),
                            source: $source,
                        }
                    },)+
                }
            }
        }
    };
}

// The reference manual publishes no list: this one is assumed. It has no reason of an absence, of
// a sanction or of a visit to the infirmary, because the lock screen of a phone is read by others.
catalogue! {
    SchoolName = "school.name", School(SchoolFact::Name),
        ("Nom de l’établissement", "Name of the school"), ("Collège Jean Moulin", "Collège Jean Moulin");
    SchoolCallbackNumber = "school.callback_number", School(SchoolFact::CallbackNumber),
        ("Numéro à rappeler", "Number to call back"), ("01 99 00 12 34", "01 99 00 12 34");
    RecipientFirstName = "recipient.first_name", Recipient(NamePart::First),
        ("Prénom du destinataire", "Recipient's first name"), ("Claire", "Claire");
    RecipientLastName = "recipient.last_name", Recipient(NamePart::Last),
        ("Nom du destinataire", "Recipient's last name"), ("Martin", "Martin");
    RecipientName = "recipient.name", Recipient(NamePart::Full),
        ("Prénom et nom du destinataire", "Recipient's full name"), ("Claire Martin", "Claire Martin");
    PupilFirstName = "pupil.first_name", Pupil(PupilFact::Name(NamePart::First)),
        ("Prénom de l’élève", "Pupil's first name"), ("Emma", "Emma");
    PupilLastName = "pupil.last_name", Pupil(PupilFact::Name(NamePart::Last)),
        ("Nom de l’élève", "Pupil's last name"), ("Martin", "Martin");
    PupilName = "pupil.name", Pupil(PupilFact::Name(NamePart::Full)),
        ("Prénom et nom de l’élève", "Pupil's full name"), ("Emma Martin", "Emma Martin");
    PupilClass = "pupil.class", Pupil(PupilFact::Class),
        ("Classe de l’élève", "Pupil's class"), ("6e A", "6e A");
    Pupils = "pupils", Pupils,
        ("Prénoms des enfants", "First names of the children"), ("Emma et Hugo", "Emma et Hugo");
    InformationSubject = "information.subject", Request(&[C::Information]),
        ("Objet de l’information", "Subject"), ("photo de classe", "class photo");
    InformationDate = "information.date", Request(&[C::Information]),
        ("Date", "Date"), ("24/11", "24/11");
    AbsenceDate = "absence.date", Request(&[C::Absence, C::TeacherAbsent]),
        ("Date de l’absence", "Date of the absence"), ("23/11", "23/11");
    AbsencePeriod = "absence.period", Request(&[C::Absence, C::TeacherAbsent]),
        ("Période de l’absence", "Period of the absence"), ("8h-10h", "8h-10h");
    TeacherName = "teacher.name", Request(&[C::TeacherAbsent]),
        ("Nom du professeur absent", "Absent teacher's name"), ("Mme Durand", "Mme Durand");
    LatenessDate = "lateness.date", Request(&[C::Lateness]),
        ("Date du retard", "Date of the late arrival"), ("23/11", "23/11");
    LatenessTime = "lateness.time", Request(&[C::Lateness]),
        ("Heure d’arrivée", "Time of arrival"), ("8h20", "8h20");
    LatenessDuration = "lateness.duration", Request(&[C::Lateness]),
        ("Durée du retard", "How late"), ("20 min", "20 min");
    PunishmentDate = "punishment.date", Request(&[C::Punishment]),
        ("Date de la punition", "Date of the punishment"), ("25/11", "25/11");
    PunishmentTime = "punishment.time", Request(&[C::Punishment]),
        ("Heure de la punition", "Time of the punishment"), ("17h", "17h");
    SanctionDate = "sanction.date", Request(&[C::Sanction]),
        ("Date de la sanction", "Date of the sanction"), ("23/11", "23/11");
    MeetingSubject = "meeting.subject", Request(&[C::Meeting]),
        ("Objet de la réunion", "Subject of the meeting"), ("orientation", "orientation");
    MeetingDate = "meeting.date", Request(&[C::Meeting]),
        ("Date de la réunion", "Date of the meeting"), ("30/11", "30/11");
    MeetingTime = "meeting.time", Request(&[C::Meeting]),
        ("Heure de la réunion", "Time of the meeting"), ("18h", "18h");
    MeetingPlace = "meeting.place", Request(&[C::Meeting]),
        ("Lieu de la réunion", "Place of the meeting"), ("salle 12", "room 12");
    EventName = "event.name", Request(&[C::Event]),
        ("Nom de l’événement", "Name of the event"), ("portes ouvertes", "open day");
    EventDate = "event.date", Request(&[C::Event]),
        ("Date de l’événement", "Date of the event"), ("12/12", "12/12");
    EventTime = "event.time", Request(&[C::Event]),
        ("Heure de l’événement", "Time of the event"), ("10h", "10h");
    EventPlace = "event.place", Request(&[C::Event]),
        ("Lieu de l’événement", "Place of the event"), ("gymnase", "gym");
    OutingDestination = "outing.destination", Request(&[C::Outing]),
        ("Destination de la sortie", "Destination of the outing"), ("musée d’Orsay", "musée d’Orsay");
    OutingDate = "outing.date", Request(&[C::Outing]),
        ("Date de la sortie", "Date of the outing"), ("03/12", "03/12");
    OutingDepartureTime = "outing.departure_time", Request(&[C::Outing]),
        ("Heure de départ", "Time of departure"), ("7h45", "7h45");
    OutingReturnTime = "outing.return_time", Request(&[C::Outing]),
        ("Heure de retour", "Time of return"), ("18h30", "18h30");
    InternshipCompany = "internship.company", Request(&[C::Internship]),
        ("Lieu du stage", "Where the internship takes place"), ("Boulangerie Petit", "Boulangerie Petit");
    InternshipStart = "internship.start", Request(&[C::Internship]),
        ("Début du stage", "Start of the internship"), ("07/12", "07/12");
    InternshipEnd = "internship.end", Request(&[C::Internship]),
        ("Fin du stage", "End of the internship"), ("11/12", "11/12");
    CanteenBalance = "canteen.balance", Request(&[C::Canteen]),
        ("Solde de cantine", "Canteen balance"), ("4,20 €", "€4.20");
    CredentialsLogin = "credentials.login", Request(&[C::Credentials]),
        ("Identifiant de connexion", "Login"), ("c.martin", "c.martin");
}

impl Variable {
    /// The variables of an audience in a context.
    pub fn available(audience: Audience, context: Context) -> impl Iterator<Item = Self> {
        Self::ALL.into_iter().filter(move |variable| variable.is_available(audience, context))
    }

    /// The variable of this name, wherever it may be used.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|variable| variable.name() == name)
    }

    /// What stands between the braces.
    pub const fn name(self) -> &'static str {
        self.entry().name
    }

    /// What people call it.
    pub const fn label(self) -> &'static Phrase {
        &self.entry().label
    }

    /// A value that it might have.
    pub const fn example(self) -> &'static Phrase {
        &self.entry().example
    }

    /// Where its value comes from.
    pub const fn source(self) -> Source {
        self.entry().source
    }

    /// Whether the request to send must give its value.
    pub const fn is_given(self) -> bool {
        match self.source() {
            Request(_) => true,
            School(_) | Recipient(_) | Pupil(_) | Pupils => false,
        }
    }

    /// Whether a text for this audience in this context may hold it.
    pub fn is_available(self, audience: Audience, context: Context) -> bool {
        match self.source() {
            School(_) | Recipient(_) => true,
            Pupil(_) => match audience {
                Audience::Pupils => true,
                Audience::Guardians => context.is_about_one_child(),
                Audience::Teachers | Audience::Staff | Audience::InternshipSupervisors => false,
            },
            Pupils => audience == Audience::Guardians,
            Request(contexts) => contexts.contains(&context),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_unique_and_labels_and_examples_exist_in_both_languages() {
        use crate::language::Language::{English, French};
        let mut names = Variable::ALL.map(Variable::name);
        names.sort_unstable();
        assert!(names.windows(2).all(|pair| pair[0] != pair[1]));
        for variable in Variable::ALL {
            for language in [French, English] {
                assert!(!variable.label().in_language(language).is_empty());
                assert!(!variable.example().in_language(language).is_empty());
            }
        }
    }

    #[test]
    fn a_text_about_all_children_has_no_variable_of_one_child() {
        let names = |context| {
            Variable::available(Audience::Guardians, context).map(Variable::name).collect::<Vec<_>>()
        };
        assert!(names(Context::Absence).contains(&"pupil.first_name"));
        assert!(!names(Context::Meeting).contains(&"pupil.first_name"));
        assert!(names(Context::Meeting).contains(&"pupils"));
    }
}
