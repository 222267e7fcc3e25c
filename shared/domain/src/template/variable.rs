//! The catalogue of variables: which exist for an audience in a context.

use super::Context;
use crate::{audience::Audience, language::Phrase};

/// A placeholder that a text may hold, such as `{{pupil.first_name}}`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Variable(u8);

/// Where a variable's value comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Source {
    /// The school's settings.
    School,
    /// The person who receives the text.
    Recipient,
    /// The one child that the text is about.
    Pupil,
    /// All the children of a guardian who were selected.
    Pupils,
    /// The request to send, which must give it.
    Request,
}

struct Entry {
    name: &'static str,
    label: Phrase,
    example: Phrase,
    source: Source,
    /// The contexts in which the request may give it; empty for the other sources.
    contexts: &'static [Context],
}

const fn entry(name: &'static str, source: Source, label: Phrase, example: Phrase) -> Entry {
    Entry { name, label, example, source, contexts: &[] }
}

const fn given(name: &'static str, contexts: &'static [Context], label: Phrase, example: Phrase) -> Entry {
    Entry { name, label, example, source: Source::Request, contexts }
}

use Context as C;

/// The reference manual publishes no list: this one is assumed. It has no reason of an absence, of
/// a sanction or of a visit to the infirmary, because the lock screen of a phone is read by others.
static CATALOGUE: [Entry; Variable::COUNT] = [
    entry(
        "school.name",
        Source::School,
        Phrase::fixed("Nom de l’établissement", "Name of the school"),
        Phrase::fixed("Collège Jean Moulin", "Collège Jean Moulin"),
    ),
    entry(
        "school.callback_number",
        Source::School,
        Phrase::fixed("Numéro à rappeler", "Number to call back"),
        Phrase::fixed("01 99 00 12 34", "01 99 00 12 34"),
    ),
    entry(
        "recipient.first_name",
        Source::Recipient,
        Phrase::fixed("Prénom du destinataire", "Recipient's first name"),
        Phrase::fixed("Claire", "Claire"),
    ),
    entry(
        "recipient.last_name",
        Source::Recipient,
        Phrase::fixed("Nom du destinataire", "Recipient's last name"),
        Phrase::fixed("Martin", "Martin"),
    ),
    entry(
        "recipient.name",
        Source::Recipient,
        Phrase::fixed("Prénom et nom du destinataire", "Recipient's full name"),
        Phrase::fixed("Claire Martin", "Claire Martin"),
    ),
    entry(
        "pupil.first_name",
        Source::Pupil,
        Phrase::fixed("Prénom de l’élève", "Pupil's first name"),
        Phrase::fixed("Emma", "Emma"),
    ),
    entry(
        "pupil.last_name",
        Source::Pupil,
        Phrase::fixed("Nom de l’élève", "Pupil's last name"),
        Phrase::fixed("Martin", "Martin"),
    ),
    entry(
        "pupil.name",
        Source::Pupil,
        Phrase::fixed("Prénom et nom de l’élève", "Pupil's full name"),
        Phrase::fixed("Emma Martin", "Emma Martin"),
    ),
    entry(
        "pupil.class",
        Source::Pupil,
        Phrase::fixed("Classe de l’élève", "Pupil's class"),
        Phrase::fixed("6e A", "6e A"),
    ),
    entry(
        "pupils",
        Source::Pupils,
        Phrase::fixed("Prénoms des enfants", "First names of the children"),
        Phrase::fixed("Emma et Hugo", "Emma et Hugo"),
    ),
    given(
        "information.subject",
        &[C::Information],
        Phrase::fixed("Objet de l’information", "Subject"),
        Phrase::fixed("photo de classe", "class photo"),
    ),
    given(
        "information.date",
        &[C::Information],
        Phrase::fixed("Date", "Date"),
        Phrase::fixed("24/11", "24/11"),
    ),
    given(
        "absence.date",
        &[C::Absence, C::TeacherAbsent],
        Phrase::fixed("Date de l’absence", "Date of the absence"),
        Phrase::fixed("23/11", "23/11"),
    ),
    given(
        "absence.period",
        &[C::Absence, C::TeacherAbsent],
        Phrase::fixed("Période de l’absence", "Period of the absence"),
        Phrase::fixed("8h-10h", "8h-10h"),
    ),
    given(
        "teacher.name",
        &[C::TeacherAbsent],
        Phrase::fixed("Nom du professeur absent", "Absent teacher's name"),
        Phrase::fixed("Mme Durand", "Mme Durand"),
    ),
    given(
        "lateness.date",
        &[C::Lateness],
        Phrase::fixed("Date du retard", "Date of the late arrival"),
        Phrase::fixed("23/11", "23/11"),
    ),
    given(
        "lateness.time",
        &[C::Lateness],
        Phrase::fixed("Heure d’arrivée", "Time of arrival"),
        Phrase::fixed("8h20", "8h20"),
    ),
    given(
        "lateness.duration",
        &[C::Lateness],
        Phrase::fixed("Durée du retard", "How late"),
        Phrase::fixed("20 min", "20 min"),
    ),
    given(
        "punishment.date",
        &[C::Punishment],
        Phrase::fixed("Date de la punition", "Date of the punishment"),
        Phrase::fixed("25/11", "25/11"),
    ),
    given(
        "punishment.time",
        &[C::Punishment],
        Phrase::fixed("Heure de la punition", "Time of the punishment"),
        Phrase::fixed("17h", "17h"),
    ),
    given(
        "sanction.date",
        &[C::Sanction],
        Phrase::fixed("Date de la sanction", "Date of the sanction"),
        Phrase::fixed("23/11", "23/11"),
    ),
    given(
        "meeting.subject",
        &[C::Meeting],
        Phrase::fixed("Objet de la réunion", "Subject of the meeting"),
        Phrase::fixed("orientation", "orientation"),
    ),
    given(
        "meeting.date",
        &[C::Meeting],
        Phrase::fixed("Date de la réunion", "Date of the meeting"),
        Phrase::fixed("30/11", "30/11"),
    ),
    given(
        "meeting.time",
        &[C::Meeting],
        Phrase::fixed("Heure de la réunion", "Time of the meeting"),
        Phrase::fixed("18h", "18h"),
    ),
    given(
        "meeting.place",
        &[C::Meeting],
        Phrase::fixed("Lieu de la réunion", "Place of the meeting"),
        Phrase::fixed("salle 12", "room 12"),
    ),
    given(
        "event.name",
        &[C::Event],
        Phrase::fixed("Nom de l’événement", "Name of the event"),
        Phrase::fixed("portes ouvertes", "open day"),
    ),
    given(
        "event.date",
        &[C::Event],
        Phrase::fixed("Date de l’événement", "Date of the event"),
        Phrase::fixed("12/12", "12/12"),
    ),
    given(
        "event.time",
        &[C::Event],
        Phrase::fixed("Heure de l’événement", "Time of the event"),
        Phrase::fixed("10h", "10h"),
    ),
    given(
        "event.place",
        &[C::Event],
        Phrase::fixed("Lieu de l’événement", "Place of the event"),
        Phrase::fixed("gymnase", "gym"),
    ),
    given(
        "outing.destination",
        &[C::Outing],
        Phrase::fixed("Destination de la sortie", "Destination of the outing"),
        Phrase::fixed("musée d’Orsay", "musée d’Orsay"),
    ),
    given(
        "outing.date",
        &[C::Outing],
        Phrase::fixed("Date de la sortie", "Date of the outing"),
        Phrase::fixed("03/12", "03/12"),
    ),
    given(
        "outing.departure_time",
        &[C::Outing],
        Phrase::fixed("Heure de départ", "Time of departure"),
        Phrase::fixed("7h45", "7h45"),
    ),
    given(
        "outing.return_time",
        &[C::Outing],
        Phrase::fixed("Heure de retour", "Time of return"),
        Phrase::fixed("18h30", "18h30"),
    ),
    given(
        "internship.company",
        &[C::Internship],
        Phrase::fixed("Lieu du stage", "Where the internship takes place"),
        Phrase::fixed("Boulangerie Petit", "Boulangerie Petit"),
    ),
    given(
        "internship.start",
        &[C::Internship],
        Phrase::fixed("Début du stage", "Start of the internship"),
        Phrase::fixed("07/12", "07/12"),
    ),
    given(
        "internship.end",
        &[C::Internship],
        Phrase::fixed("Fin du stage", "End of the internship"),
        Phrase::fixed("11/12", "11/12"),
    ),
    given(
        "canteen.balance",
        &[C::Canteen],
        Phrase::fixed("Solde de cantine", "Canteen balance"),
        Phrase::fixed("4,20 €", "€4.20"),
    ),
    given(
        "credentials.login",
        &[C::Credentials],
        Phrase::fixed("Identifiant de connexion", "Login"),
        Phrase::fixed("c.martin", "c.martin"),
    ),
];

impl Variable {
    /// How many there are.
    pub const COUNT: usize = 38;

    /// Every variable, whatever the audience and context.
    pub fn all() -> impl Iterator<Item = Self> {
        (0..CATALOGUE.len()).map(|index| Self(index as u8))
    }

    /// The variables of an audience in a context.
    pub fn available(audience: Audience, context: Context) -> impl Iterator<Item = Self> {
        Self::all().filter(move |variable| variable.is_available(audience, context))
    }

    /// The variable of this name, wherever it may be used.
    pub fn named(name: &str) -> Option<Self> {
        Self::all().find(|variable| variable.name() == name)
    }

    const fn entry(self) -> &'static Entry {
        &CATALOGUE[self.0 as usize]
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

    /// Whether a text for this audience in this context may hold it.
    pub fn is_available(self, audience: Audience, context: Context) -> bool {
        match self.source() {
            Source::School | Source::Recipient => true,
            Source::Pupil => match audience {
                Audience::Pupils => true,
                Audience::Guardians => context.is_about_one_child(),
                _ => false,
            },
            Source::Pupils => audience == Audience::Guardians,
            Source::Request => self.entry().contexts.contains(&context),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_unique_and_labels_and_examples_exist_in_both_languages() {
        use crate::language::Language::{English, French};
        let mut names: Vec<_> = Variable::all().map(Variable::name).collect();
        names.sort_unstable();
        assert!(names.windows(2).all(|pair| pair[0] != pair[1]));
        for variable in Variable::all() {
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
