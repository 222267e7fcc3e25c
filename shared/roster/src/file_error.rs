//! Errors that refuse a whole file, before anything is written.

use domain::explain;

/// The most lines of people in one file.
pub const MAX_LINES: usize = 20_000;

/// Why a file is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FileError {
    /// No line of headers, or no line of people.
    #[error("the file is empty")]
    Empty,
    /// Neither a table, nor a workbook, nor an XML file of school software.
    #[error("an unknown format")]
    UnknownFormat,
    /// A workbook, an archive or an XML file that cannot be read to its end.
    #[error("a damaged file")]
    Damaged,
    /// More than what any school has, once unpacked.
    #[error("too large")]
    TooLarge,
    /// Characters were lost or changed before the file came here.
    #[error("the text was damaged earlier")]
    BrokenText,
    #[error("a quote is not closed")]
    UnclosedQuote,
    /// The headers have no last name or no first name.
    #[error("the header lacks names")]
    NoNames,
    /// Neither a column nor the request has a category.
    #[error("the category is missing")]
    NoAudience,
    #[error("more than {MAX_LINES} lines")]
    TooManyLines,
}

explain! {
    FileError:
    Self::Empty => "empty_file",
        "Le fichier est vide : il faut une ligne d’en-têtes, puis une personne par ligne.",
        "The file is empty: it needs a line of headers, then one person a line.";
    Self::UnknownFormat => "unknown_format",
        "Ce fichier n’est pas une liste de personnes connue : envoyez un CSV, un classeur (xlsx, xls, ods) ou l’export XML de SIECLE.",
        "This file is no known list of people: send a CSV file, a workbook (xlsx, xls, ods) or the XML export of SIECLE.";
    Self::Damaged => "damaged_file",
        "Ce fichier est abîmé ou protégé par un mot de passe : exportez-le de nouveau.",
        "This file is damaged or protected by a password: export it again.";
    Self::TooLarge => "file_too_large",
        "Une fois décompressé, ce fichier est trop volumineux pour une liste de personnes : exportez-la seule.",
        "Once unpacked, this file is too large for a list of people: export the list alone.";
    Self::BrokenText => "broken_text",
        "Des lettres accentuées ont été abîmées avant l’envoi : exportez de nouveau depuis le logiciel d’origine, et envoyez le fichier sans l’ouvrir ni le réenregistrer.",
        "Accented letters were damaged before the file was sent: export again from the original software, and send the file without opening or saving it.";
    Self::UnclosedQuote => "unclosed_quote",
        "Un guillemet est ouvert et jamais refermé : la fin du fichier serait perdue. Corrigez-le.",
        "A quote is opened and never closed: the end of the file would be lost. Correct it.";
    Self::NoNames => "no_name_columns",
        "L’une des dix premières lignes doit nommer les colonnes, dont « Nom » et « Prénom ».",
        "One of the first ten lines must name the columns, among them “Nom” and “Prénom”.";
    Self::NoAudience => "no_category",
        "Ajoutez une colonne « Catégorie » (élève, responsable, professeur, personnel, maître de stage), ou dites de qui est cette liste.",
        "Add a column “Catégorie” (élève, responsable, professeur, personnel, maître de stage), or say whose list this is.";
    Self::TooManyLines => "too_many_lines",
        format!("Un fichier est limité à {MAX_LINES} lignes : découpez-le en plusieurs fichiers."),
        format!("A file is limited to {MAX_LINES} lines: cut it into several.");
}
