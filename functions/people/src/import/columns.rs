//! The known headers of a file.

use domain::{audience::Audience, line::folded};

/// A known column.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Column {
    Audience,
    LastName,
    FirstName,
    Class,
    Phone,
    /// Possibly a landline: used only without a mobile column.
    AnyPhone,
    AcceptsSms,
    ExternalId,
    /// A pupil's national identifier, on a guardian's line.
    PupilId,
    /// Full names of one or several children.
    Children,
    ChildLastName,
    ChildFirstName,
    ChildClass,
    ChildExternalId,
    Rank,
    Street,
    /// The second address line: building, flat, residence.
    StreetMore,
    PostalCode,
    City,
}

/// The headers of each column in French school software, folded, and in English.
const HEADERS: [(Column, &str); 19] = [
    (Column::Audience, "categorie, profil, type de personne, audience, category"),
    (
        Column::LastName,
        "nom, nom de famille, nom d usage, nom responsable, nom du responsable, last name, lastname, surname",
    ),
    (
        Column::FirstName,
        "prenom, prenoms, prenom responsable, prenom du responsable, first name, firstname, given name",
    ),
    (Column::Class, "classe, division, libelle classe, class"),
    (
        Column::Phone,
        "portable, mobile, gsm, tel portable, tel mobile, telephone portable, telephone mobile, numero de portable, \
         numero de mobile, n portable, no portable, num portable, numero portable, tel personnel portable, \
         tel portable responsable, portable responsable, mobile phone",
    ),
    (Column::AnyPhone, "telephone, tel, numero de telephone, phone, phone number"),
    (Column::AcceptsSms, "sms, accepte les sms, accepte sms, envoi sms, sms autorise, accepts sms"),
    (
        Column::ExternalId,
        "identifiant, id, numero interne, num interne, n interne, no interne, code, matricule, external id",
    ),
    (Column::PupilId, "ine"),
    (
        Column::Children,
        "enfant, enfants, eleve, eleves, nom et prenom de l eleve, nom prenom eleve, children",
    ),
    (Column::ChildLastName, "nom eleve, nom de l eleve, nom enfant, nom de l enfant, child last name"),
    (
        Column::ChildFirstName,
        "prenom eleve, prenom de l eleve, prenom enfant, prenom de l enfant, child first name",
    ),
    (
        Column::ChildClass,
        "classe eleve, classe de l eleve, classe enfant, classe de l enfant, division eleve, child class",
    ),
    (
        Column::ChildExternalId,
        "identifiant eleve, identifiant de l eleve, id eleve, ine eleve, numero interne eleve, n interne eleve, \
         identifiant enfant, child external id",
    ),
    (Column::Rank, "rang, rang de contact, priorite, ordre, rank"),
    (
        Column::Street,
        "adresse, adresse 1, adresse1, ligne1 adresse, adresse ligne 1, ligne adresse 1, adresse postale, rue, voie, numero et voie, \
         adresse responsable, adresse du responsable, address, street",
    ),
    (
        Column::StreetMore,
        "adresse 2, adresse 3, adresse 4, adresse2, adresse3, adresse4, adresse ligne 2, adresse ligne 3, \
         adresse ligne 4, ligne adresse 2, ligne adresse 3, ligne2 adresse, ligne3 adresse, ligne4 adresse, \
         complement, complement d adresse, complement adresse, complement adresse 1, complement adresse 2, \
         n voie, no voie, numero voie, numero de voie, num voie, residence, batiment, appartement, escalier, \
         etage, address 2",
    ),
    (Column::PostalCode, "code postal, cp, code postal responsable, postal code, postcode, zip"),
    (
        Column::City,
        "ville, commune, localite, ville responsable, commune responsable, libelle postal, city, town",
    ),
];

impl Column {
    pub fn of_header(header: &str) -> Option<Self> {
        let header = folded(header);
        let (column, _) = HEADERS.iter().find(|(_, known)| known.split(", ").any(|known| known == header))?;
        Some(*column)
    }
}

/// The unit that completes a bare address cell: a column "Appartement" holds "4".
pub(super) fn unit_of_header(header: &str) -> Option<&'static str> {
    let header = folded(header);
    ["batiment", "appartement", "escalier", "etage"].into_iter().find(|unit| *unit == header)
}

/// The audience in a category cell.
pub(super) fn audience(cell: &str) -> Option<Audience> {
    let folded = folded(cell);
    // "Responsable légal 1", "Enseignant(e)", "Professeurs".
    let name = folded.trim_end_matches(|c: char| c.is_ascii_digit() || c == ' ').trim_end_matches(" e");
    Some(match name {
        "eleve" | "eleves" | "etudiant" | "etudiante" | "pupil" | "pupils" => Audience::Pupils,
        "responsable" | "responsables" | "responsable legal" | "representant legal" | "parent"
        | "parents" | "mere" | "pere" | "tuteur" | "tutrice" | "guardian" | "guardians" => {
            Audience::Guardians
        }
        "professeur" | "professeurs" | "prof" | "enseignant" | "enseignante" | "enseignants" | "teacher"
        | "teachers" => Audience::Teachers,
        "personnel" | "personnels" | "agent" | "administratif" | "vie scolaire" | "aed" | "staff" => {
            Audience::Staff
        }
        "maitre de stage"
        | "maitres de stage"
        | "tuteur de stage"
        | "internship supervisor"
        | "internship supervisors" => Audience::InternshipSupervisors,
        _ => return None,
    })
}

/// A yes or a no, as in spreadsheets and school software.
pub(super) fn yes_or_no(cell: &str) -> Option<bool> {
    Some(match folded(cell).as_str() {
        "oui" | "o" | "vrai" | "1" | "x" | "yes" | "y" | "true" => true,
        "non" | "n" | "faux" | "0" | "no" | "false" => false,
        _ => return None,
    })
}
