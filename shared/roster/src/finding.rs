//! What a file says that was not understood, or only with care.

use domain::{
    directory::BirthDateError,
    language::{Explain, Phrase},
    line::LineError,
    phone::PhoneNumberError,
};

use serde::{Deserialize, Serialize};

use crate::Origin;

/// A cell, a line or a column to check. An invalid cell costs itself only: the rest of its line is imported.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Finding {
    pub origin: Origin,
    /// The header or the XML element, as the file writes it.
    pub column: Option<String>,
    /// The cell as the file writes it, shortened.
    pub cell: Option<String>,
    pub kind: FindingKind,
}

/// Kinds of findings.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum FindingKind {
    /// The line has no usable name, or its cells have shifted: the line is left out.
    UnreadableLine,
    /// A name that is missing or does not fit: the line is left out.
    Name(LineError),
    /// Neither a pupil, a guardian, a teacher nor staff: the line is left out.
    UnknownCategory,
    /// No person: a total, a title, a last line of the software. Skipped, and reported so that lines can be counted.
    NotAPerson,
    /// A number that receives no SMS: the person comes in without it.
    Phone(PhoneNumberError),
    /// Several numbers in one cell: the first mobile was taken.
    SeveralPhones,
    /// A number was taken from a column that is not that of mobiles.
    PhoneFromOtherColumn,
    /// A placeholder such as `0600000000`: imported, but probably not in use.
    PlaceholderPhone,
    Class(LineError),
    /// A number or a date that a spreadsheet made of a class.
    ClassDamagedBySpreadsheet,
    Address(LineError),
    BirthDate(BirthDateError),
    Identifier(LineError),
    /// An identifier that a spreadsheet rounded (`1,23457E+09`), or a filler (`0`, `-`, `#N/A`): not taken.
    NoIdentifier,
    /// Neither a yes nor a no.
    Consent,
    Rank,
    /// A header that looks like a phone, a class or an identifier and was not understood.
    UnknownColumn,
}

impl Explain for FindingKind {
    fn code(&self) -> &'static str {
        match self {
            Self::UnreadableLine => "unreadable_line",
            Self::Name(_) => "name",
            Self::UnknownCategory => "unknown_category",
            Self::NotAPerson => "not_a_person",
            Self::Phone(error) => error.code(),
            Self::SeveralPhones => "several_phones",
            Self::PhoneFromOtherColumn => "phone_from_other_column",
            Self::PlaceholderPhone => "placeholder_phone",
            Self::Class(_) => "class",
            Self::ClassDamagedBySpreadsheet => "class_damaged_by_spreadsheet",
            Self::Address(_) => "address",
            Self::BirthDate(_) => "birth_date",
            Self::Identifier(_) => "external_id",
            Self::NoIdentifier => "no_identifier",
            Self::Consent => "not_yes_or_no",
            Self::Rank => "rank",
            Self::UnknownColumn => "unknown_column",
        }
    }

    fn explain(&self) -> Phrase {
        match self {
            Self::UnreadableLine => Phrase::fixed(
                "Cette ligne est illisible : il y a trop de colonnes, ou il manque un guillemet.",
                "This line cannot be read: it has too many columns, or a quote is missing.",
            ),
            Self::Name(_) => Phrase::fixed(
                "Le nom ou le prénom manque ou ne convient pas (une ligne, 80 caractères au plus) : cette ligne est laissée de côté.",
                "The last or first name is missing or not suitable (one line, at most 80 characters): this line is left out.",
            ),
            Self::UnknownCategory => Phrase::fixed(
                "Catégorie inconnue : élève, responsable, professeur, personnel ou maître de stage.",
                "Unknown category: élève, responsable, professeur, personnel or maître de stage.",
            ),
            Self::NotAPerson => Phrase::fixed(
                "Cette ligne n’est pas une personne : un total, par exemple.",
                "This line is no person: a total, for example.",
            ),
            Self::Phone(error) => error.explain(),
            Self::SeveralPhones => Phrase::fixed(
                "Cette case contient plusieurs numéros : le premier mobile est retenu.",
                "This cell has several numbers: the first mobile is taken.",
            ),
            Self::PhoneFromOtherColumn => Phrase::fixed(
                "Le mobile a été trouvé dans une autre colonne que celle des portables.",
                "The mobile number was found in another column than that of mobiles.",
            ),
            Self::PlaceholderPhone => Phrase::fixed(
                "Ce numéro semble avoir été saisi pour remplir la case : vérifiez-le.",
                "This number seems to fill the cell only: check it.",
            ),
            Self::Class(_) => Phrase::fixed(
                "La classe ne convient pas (une ligne, 40 caractères au plus).",
                "The class is not suitable (one line, at most 40 characters).",
            ),
            Self::ClassDamagedBySpreadsheet => Phrase::fixed(
                "Le tableur a transformé cette classe en nombre ou en date : mettez la colonne au format texte et exportez de nouveau.",
                "The spreadsheet made a number or a date of this class: format the column as text and export again.",
            ),
            Self::Address(_) => Phrase::fixed(
                "L’adresse ne convient pas (rue : 200 caractères au plus ; code postal : 12 ; ville : 80).",
                "The address is not suitable (street: at most 200 characters; postal code: 12; town: 80).",
            ),
            Self::BirthDate(error) => error.explain(),
            Self::Identifier(_) => Phrase::fixed(
                "L’identifiant ne convient pas (une ligne, 64 caractères au plus).",
                "The identifier is not suitable (one line, at most 64 characters).",
            ),
            Self::NoIdentifier => Phrase::fixed(
                "Cette valeur n’est pas un identifiant : la personne est reconnue sans lui.",
                "This value is no identifier: the person is recognised without it.",
            ),
            Self::Consent => Phrase::fixed(
                "Répondez par oui ou non à l’accord pour les SMS.",
                "Whether SMS are accepted is answered with oui or non.",
            ),
            Self::Rank => Phrase::fixed(
                "Le rang est un nombre : 1 pour le premier contact.",
                "The rank is a number: 1 for the first contact.",
            ),
            Self::UnknownColumn => Phrase::fixed(
                "Cette colonne semble utile, mais elle n’a pas été comprise : renommez-la, par exemple « Portable », « Classe » ou « Identifiant ».",
                "This column seems useful but was not understood: rename it, for example “Portable”, “Classe” or “Identifiant”.",
            ),
        }
    }
}

impl FindingKind {
    /// Whether the whole line is left out.
    pub const fn skips_line(&self) -> bool {
        match self {
            Self::UnreadableLine | Self::Name(_) | Self::UnknownCategory => true,
            Self::NotAPerson
            | Self::Phone(_)
            | Self::SeveralPhones
            | Self::PhoneFromOtherColumn
            | Self::PlaceholderPhone
            | Self::Class(_)
            | Self::ClassDamagedBySpreadsheet
            | Self::Address(_)
            | Self::BirthDate(_)
            | Self::Identifier(_)
            | Self::NoIdentifier
            | Self::Consent
            | Self::Rank
            | Self::UnknownColumn => false,
        }
    }
}
