//! The refusals of single lines.

use domain::{
    language::{Explain, Phrase},
    line::LineError,
    phone::PhoneNumberError,
};

/// Reasons to refuse a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LineRefusal {
    /// Unbalanced quotes, or too many columns.
    Unreadable,
    /// The last name is missing, too long or has control characters.
    LastName(LineError),
    /// The first name is missing, too long or has control characters.
    FirstName(LineError),
    /// The class is too long or has control characters.
    Class(LineError),
    /// The identifier is too long or has control characters.
    ExternalId(LineError),
    /// A part of the address is too long or has control characters.
    Address(LineError),
    Phone(PhoneNumberError),
    UnknownAudience,
    NotYesOrNo,
    /// Not a number from 1 to 255.
    Rank,
    /// No pupil has the child's name or identifier.
    UnknownChild,
    /// Several pupils have the child's name.
    AmbiguousChild,
    Ambiguous,
    /// An earlier line about the same person differs.
    Contradicts,
    /// The identifier belongs to a person with another first and last name.
    IdentifierOfAnother,
    /// The only pupil of this name is in another class.
    PupilInAnotherClass,
    /// A court decision bars a guardian of this name from the child.
    BarredNamesake,
    /// A concurrent change or removal during the import.
    ChangedMeanwhile,
}

impl Explain for LineRefusal {
    fn code(&self) -> &'static str {
        match self {
            Self::Unreadable => "unreadable_line",
            Self::LastName(_) => "last_name",
            Self::FirstName(_) => "first_name",
            Self::Class(_) => "class",
            Self::ExternalId(_) => "external_id",
            Self::Address(_) => "address",
            Self::Phone(error) => error.code(),
            Self::UnknownAudience => "unknown_category",
            Self::NotYesOrNo => "not_yes_or_no",
            Self::Rank => "rank",
            Self::UnknownChild => "unknown_child",
            Self::AmbiguousChild => "ambiguous_child",
            Self::Ambiguous => "ambiguous_person",
            Self::Contradicts => "contradicts_earlier_line",
            Self::IdentifierOfAnother => "identifier_of_another",
            Self::PupilInAnotherClass => "pupil_in_another_class",
            Self::BarredNamesake => "barred_namesake",
            Self::ChangedMeanwhile => "changed_meanwhile",
        }
    }

    fn explain(&self) -> Phrase {
        match self {
            Self::Unreadable => Phrase::fixed(
                "Cette ligne est illisible : il y a trop de colonnes, ou il manque un guillemet.",
                "This line cannot be read: it has too many columns, or a quote is missing.",
            ),
            Self::LastName(_) => Phrase::fixed(
                "Le nom manque ou ne convient pas (une ligne, 80 caractères au plus).",
                "The last name is missing or not suitable (one line, at most 80 characters).",
            ),
            Self::FirstName(_) => Phrase::fixed(
                "Le prénom manque ou ne convient pas (une ligne, 80 caractères au plus).",
                "The first name is missing or not suitable (one line, at most 80 characters).",
            ),
            Self::Class(_) => Phrase::fixed(
                "La classe ne convient pas (une ligne, 40 caractères au plus).",
                "The class is not suitable (one line, at most 40 characters).",
            ),
            Self::ExternalId(_) => Phrase::fixed(
                "L’identifiant ne convient pas (une ligne, 64 caractères au plus).",
                "The identifier is not suitable (one line, at most 64 characters).",
            ),
            Self::Address(_) => Phrase::fixed(
                "L’adresse ne convient pas (rue : 200 caractères au plus ; code postal : 12 ; ville : 80).",
                "The address is not suitable (street: at most 200 characters; postal code: 12; town: 80).",
            ),
            Self::Phone(error) => error.explain(),
            Self::UnknownAudience => Phrase::fixed(
                "Catégorie inconnue : élève, responsable, professeur, personnel ou maître de stage.",
                "Unknown category: élève, responsable, professeur, personnel or maître de stage.",
            ),
            Self::NotYesOrNo => Phrase::fixed(
                "Répondez par oui ou non à l’accord pour les SMS.",
                "Whether SMS are accepted is answered with oui or non.",
            ),
            Self::Rank => Phrase::fixed(
                "Le rang est un nombre : 1 pour le premier contact.",
                "The rank is a number: 1 for the first contact.",
            ),
            Self::UnknownChild => Phrase::fixed(
                "Aucun élève ne correspond à l’enfant nommé : importez les élèves d’abord, ou dans le même fichier.",
                "No pupil matches the child named: import pupils first, or in the same file.",
            ),
            Self::AmbiguousChild => Phrase::fixed(
                "Plusieurs élèves portent ce nom : ajoutez la classe ou l’identifiant de l’élève.",
                "Several pupils have this name: add the pupil's class or identifier.",
            ),
            Self::Ambiguous => Phrase::fixed(
                "Plusieurs personnes portent ce nom : ajoutez une colonne d’identifiants.",
                "Several people have this name: add a column of identifiers.",
            ),
            Self::Contradicts => Phrase::fixed(
                "Une ligne précédente du fichier concerne la même personne et dit autre chose.",
                "An earlier line of the file is about the same person and says something else.",
            ),
            Self::IdentifierOfAnother => Phrase::fixed(
                "Cet identifiant est celui d’une autre personne de l’annuaire : vérifiez la colonne des identifiants.",
                "This identifier is another person's in the directory: check the column of identifiers.",
            ),
            Self::PupilInAnotherClass => Phrase::fixed(
                "Un élève de ce nom est dans une autre classe. S’il a changé de classe, importez avec ?pupils_moved=true ; si c’est un homonyme, ajoutez un identifiant.",
                "A pupil of this name is in another class. One who moved: import with ?pupils_moved=true; a namesake: add an identifier.",
            ),
            Self::BarredNamesake => Phrase::fixed(
                "Une décision de justice interdit d’informer une personne de ce nom au sujet de cet enfant : modifiez sa fiche, ou créez celle d’un homonyme à la main.",
                "A court decision forbids telling a person of this name about this child: change that record, or type a namesake in by hand.",
            ),
            Self::ChangedMeanwhile => Phrase::fixed(
                "Quelqu’un a modifié cette personne pendant l’import : importez de nouveau le fichier.",
                "This person changed during the import: import the file again.",
            ),
        }
    }
}
