//! What an import would do to a directory.

use std::collections::{BTreeMap, HashMap};

use domain::{
    audience::Audience,
    directory::{Change, Person},
    explain,
    id::PersonId,
    import::{Guard, Scope},
};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::Origin;

/// What the files of an import would do, person by person. Nothing of it is written yet.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Plan {
    /// One entry for each person of the files: pupils first, then adults, each in file order.
    pub entries: Vec<PlanEntry>,
    /// Ties that do not come in.
    pub lost_ties: Vec<LostTie>,
    /// Present people who have left: missing from files of the whole school, of the audiences in the files, or with a last
    /// day that has passed. Nobody who may be a doubtful person of the files.
    pub absent: Vec<Person>,
    /// The present people of the audiences in the files, before the import.
    pub present: BTreeMap<Audience, usize>,
    /// What a human has to confirm before the plan is applied.
    pub guards: Vec<Guard>,
    /// The audiences with an unused column of consents, which is ignored.
    pub unused_consents: Vec<Audience>,
}

/// The share of present people that a file archives without a question, in percent (design, section 11).
const MOST_ARCHIVED_PERCENT: usize = 40;
/// The share of known people in a file without a question, in percent (design, section 11).
const LEAST_RECOGNISED_PERCENT: usize = 50;

impl Plan {
    /// The guards of the plan. An empty directory knows nobody, and additions are new.
    pub(super) fn guards_of(&self, scope: Scope) -> Vec<Guard> {
        let (mut known, mut all) = (0, 0);
        for entry in &self.entries {
            match &entry.outcome {
                Outcome::Updated { .. } | Outcome::Unchanged(_) => (known, all) = (known + 1, all + 1),
                Outcome::Created(_) | Outcome::Doubtful(_) => all += 1,
                Outcome::Left(_) | Outcome::NoPupil => {}
            }
        }
        let are_few_known = match scope {
            Scope::WholeSchool | Scope::Classes => {
                !self.present.is_empty() && known * 100 < all * LEAST_RECOGNISED_PERCENT
            }
            Scope::Additions => false,
        };
        // By audience: a few teachers in a file of pupils do not speak for all teachers.
        let are_many_archived = self.present.iter().any(|(audience, present)| {
            let absent = self.absent.iter().filter(|person| person.details.audience == *audience).count();
            absent * 100 > present * MOST_ARCHIVED_PERCENT
        });
        let guards = [(Guard::ManyArchived, are_many_archived), (Guard::FewRecognised, are_few_known)];
        guards.into_iter().filter_map(|(guard, holds)| holds.then_some(guard)).collect()
    }

    /// Returns the writes of the plan, in an order in which nobody is tied to a person who does not exist yet.
    pub fn changes(&self, now: Timestamp) -> Vec<Change> {
        let (mut created, mut updated) = (Vec::new(), Vec::new());
        for entry in &self.entries {
            match &entry.outcome {
                Outcome::Created(person) => created.push(Change::Create((**person).clone())),
                Outcome::Updated { before, after } => {
                    updated.push(Change::Update { before: before.clone(), after: after.clone() });
                }
                Outcome::Unchanged(_) | Outcome::Doubtful(_) | Outcome::Left(_) | Outcome::NoPupil => {}
            }
        }
        let archived =
            self.absent.iter().map(|person| Change::update(person.clone(), person.clone().archived(now)));
        created.into_iter().chain(updated).chain(archived).collect()
    }

    /// Returns a directory as it is once the plan is applied.
    pub fn applied_to(&self, mut directory: Vec<Person>, now: Timestamp) -> Vec<Person> {
        let places: HashMap<PersonId, usize> =
            directory.iter().enumerate().map(|(place, person)| (person.id, place)).collect();
        for change in self.changes(now) {
            match change {
                Change::Create(person) => directory.push(person),
                Change::Update { after, .. } => {
                    if let Some(place) = places.get(&after.id) {
                        directory[*place] = *after;
                    }
                }
                Change::Delete(_) => {}
            }
        }
        directory
    }
}

/// One person of the files.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlanEntry {
    pub record: RecordId,
    /// The places that describe the person.
    pub origins: Vec<Origin>,
    /// First and last name, as the file writes them.
    pub name: String,
    pub outcome: Outcome,
}

/// The first record of a person, as a stable name within one import: `pupil-12` or `adult-3`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum RecordId {
    /// A place in [`crate::Roster::pupils`].
    Pupil(usize),
    /// A place in [`crate::Roster::adults`].
    Adult(usize),
}

impl From<RecordId> for String {
    fn from(record: RecordId) -> Self {
        match record {
            RecordId::Pupil(place) => format!("pupil-{place}"),
            RecordId::Adult(place) => format!("adult-{place}"),
        }
    }
}

/// Not the name of a record.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a record of an import")]
pub struct NotARecord;

impl TryFrom<String> for RecordId {
    type Error = NotARecord;

    fn try_from(text: String) -> Result<Self, NotARecord> {
        let (kind, place) = text.split_once('-').ok_or(NotARecord)?;
        let record = match (kind, place.parse().map_err(|_| NotARecord)?) {
            ("pupil", place) => Self::Pupil(place),
            ("adult", place) => Self::Adult(place),
            (_, _) => return Err(NotARecord),
        };
        // One spelling of each.
        if String::from(record) == text { Ok(record) } else { Err(NotARecord) }
    }
}

/// What becomes of one person of the files.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    Created(Box<Person>),
    Updated {
        before: Box<Person>,
        after: Box<Person>,
    },
    Unchanged(PersonId),
    /// Not imported until a human decides.
    Doubtful(Doubt),
    /// A former pupil, with the person of the directory, if any.
    Left(Option<PersonId>),
    /// An adult with only unknown, doubtful or former pupils: not imported.
    NoPupil,
}

impl Outcome {
    /// The person of the directory after the import; none if the entry does not come in.
    pub fn person(&self) -> Option<PersonId> {
        match self {
            Self::Created(person) | Self::Updated { after: person, .. } => Some(person.id),
            Self::Unchanged(person) => Some(*person),
            Self::Doubtful(_) | Self::Left(_) | Self::NoPupil => None,
        }
    }
}

/// Why a person was not matched, with candidates.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Doubt {
    pub reason: DoubtReason,
    /// The possible people of the directory.
    pub candidates: Vec<PersonId>,
}

/// Why a person was not matched.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum DoubtReason {
    /// Lines with one identifier and two names, or with other facts that contradict each other.
    SharedIdentifier,
    /// The identifier belongs to a person of another name in the directory.
    IdentifierOfAnother,
    /// The identifiers belong to several people of the directory.
    SeveralIdentified,
    /// Several lines of one name without a distinguishing fact.
    Indistinguishable,
    /// Several people of the directory have this name, without a distinguishing fact.
    Namesakes,
    /// A person of this name has another identifier.
    AnotherIdentifier,
    /// The pupil of this name has another family.
    AnotherFamily,
    /// The pupil of this name was confirmed in another school year only.
    AnotherYear,
    /// The pupil of this name is in another class.
    AnotherClass,
    /// Only the name is the same.
    NameOnly,
    /// A court decision bars a person of this name from one of the children.
    BarredNamesake,
}

impl DoubtReason {
    /// Whether a human may say that the person is new. Where the files contradict themselves, or a court decision is on
    /// record, the file or the record is corrected first.
    pub const fn may_be_new(self) -> bool {
        match self {
            Self::SharedIdentifier | Self::SeveralIdentified | Self::BarredNamesake => false,
            Self::IdentifierOfAnother
            | Self::Indistinguishable
            | Self::Namesakes
            | Self::AnotherIdentifier
            | Self::AnotherFamily
            | Self::AnotherYear
            | Self::AnotherClass
            | Self::NameOnly => true,
        }
    }
}

/// A tie of the files that does not come in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LostTie {
    pub origin: Origin,
    /// The adult's place in [`crate::Roster::adults`].
    pub adult: usize,
    pub reason: LostTieReason,
}

/// Why a tie does not come in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum LostTieReason {
    /// No pupil of this name, class or identifier.
    UnknownPupil,
    /// Several pupils of this name.
    AmbiguousPupil,
    /// The child is named without a class, and the files do not describe the whole school: another child may have the
    /// name.
    NameOnly,
    /// The pupil is doubtful, so that a tie might be to another child.
    DoubtfulPupil,
    /// The pupil has left.
    PupilLeft,
}

explain! {
    DoubtReason:
    Self::SharedIdentifier => "shared_identifier",
        "Plusieurs personnes du fichier ont cet identifiant : corrigez-le, ou retirez cette colonne si ce n’est pas un identifiant.",
        "Several people of the file have this identifier: correct it, or drop the column if it is no identifier.";
    Self::IdentifierOfAnother => "identifier_of_another",
        "Cet identifiant est celui d’une autre personne de l’annuaire : vérifiez la colonne des identifiants.",
        "This identifier is another person's in the directory: check the column of identifiers.";
    Self::SeveralIdentified => "several_identified",
        "Les identifiants de cette ligne sont ceux de plusieurs personnes de l’annuaire.",
        "The identifiers of this line belong to several people of the directory.";
    Self::Indistinguishable => "indistinguishable",
        "Plusieurs lignes portent ce nom et rien ne les distingue : ajoutez la classe, la date de naissance ou un identifiant.",
        "Several lines have this name and nothing tells them apart: add the class, the date of birth or an identifier.";
    Self::Namesakes => "ambiguous_person",
        "Plusieurs personnes portent ce nom : ajoutez la date de naissance ou un identifiant.",
        "Several people have this name: add the date of birth or an identifier.";
    Self::AnotherIdentifier => "another_identifier",
        "Une personne de ce nom a un autre identifiant dans l’annuaire : est-ce la même ?",
        "A person of this name has another identifier in the directory: is it the same one?";
    Self::AnotherFamily => "another_family",
        "L’élève de ce nom a d’autres responsables dans l’annuaire : est-ce le même ?",
        "The pupil of this name has other guardians in the directory: is it the same one?";
    Self::AnotherYear => "another_year",
        "Un élève de ce nom était là une autre année : est-ce le même ? Ajoutez la date de naissance ou un identifiant.",
        "A pupil of this name was here in another year: is it the same one? Add the date of birth or an identifier.";
    Self::AnotherClass => "pupil_in_another_class",
        "Un élève de ce nom est dans une autre classe : est-ce le même ? Ajoutez la date de naissance ou un identifiant.",
        "A pupil of this name is in another class: is it the same one? Add the date of birth or an identifier.";
    Self::NameOnly => "name_only",
        "Une personne de ce nom est dans l’annuaire, et rien d’autre ne dit que c’est elle : ajoutez un numéro, un enfant, une date de naissance ou un identifiant.",
        "A person of this name is in the directory, and nothing else says that it is the same one: add a number, a child, a date of birth or an identifier.";
    Self::BarredNamesake => "barred_namesake",
        "Une décision de justice interdit d’informer une personne de ce nom au sujet de cet enfant : modifiez sa fiche, ou créez celle d’un homonyme à la main.",
        "A court decision forbids telling a person of this name about this child: change that record, or type a namesake in by hand.";
}

explain! {
    LostTieReason:
    Self::UnknownPupil => "unknown_child",
        "Aucun élève ne correspond à l’enfant nommé : importez les élèves d’abord, ou dans le même fichier.",
        "No pupil matches the child named: import pupils first, or in the same file.";
    Self::AmbiguousPupil => "ambiguous_child",
        "Plusieurs élèves portent ce nom : ajoutez la classe ou l’identifiant de l’élève.",
        "Several pupils have this name: add the pupil's class or identifier.";
    Self::NameOnly => "child_without_class",
        "Ce fichier ne décrit qu’une partie de l’établissement : ajoutez la classe ou l’identifiant de l’enfant.",
        "This file describes a part of the school only: add the class or the identifier of the child.";
    Self::DoubtfulPupil => "doubtful_child",
        "L’enfant nommé n’a pas été reconnu avec certitude : ce lien attend.",
        "The child named was not recognised for certain: this tie waits.";
    Self::PupilLeft => "child_left",
        "L’enfant nommé a quitté l’établissement.",
        "The child named has left the school.";
}
