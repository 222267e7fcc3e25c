//! What the headers of a file mean.

use shared::{directory::Audience, line::folded};

/// A column that we understand.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Column {
    Audience,
    LastName,
    FirstName,
    Class,
    Phone,
    AcceptsSms,
    ExternalId,
    /// Full names of the children, one or several.
    Children,
    ChildLastName,
    ChildFirstName,
    ChildClass,
    ChildExternalId,
    Rank,
}

impl Column {
    /// The column of a header, in any spelling that French school software uses, and in English.
    pub fn of_header(header: &str) -> Option<Self> {
        Some(match folded(header).as_str() {
            "categorie" | "type" | "profil" | "qualite" | "statut" | "audience" | "category" => {
                Self::Audience
            }
            "nom" | "nom de famille" | "nom d usage" | "nom responsable" | "nom du responsable"
            | "last name" | "lastname" | "surname" => Self::LastName,
            "prenom"
            | "prenoms"
            | "prenom responsable"
            | "prenom du responsable"
            | "first name"
            | "firstname"
            | "given name" => Self::FirstName,
            "classe" | "division" | "libelle classe" | "class" => Self::Class,
            "portable"
            | "mobile"
            | "telephone"
            | "tel"
            | "gsm"
            | "tel portable"
            | "tel mobile"
            | "telephone portable"
            | "telephone mobile"
            | "numero de portable"
            | "numero de mobile"
            | "n portable"
            | "no portable"
            | "num portable"
            | "numero portable"
            | "tel personnel portable"
            | "tel portable responsable"
            | "portable responsable"
            | "phone"
            | "mobile phone"
            | "phone number" => Self::Phone,
            "sms" | "accepte les sms" | "accepte sms" | "envoi sms" | "sms autorise" | "accepts sms" => {
                Self::AcceptsSms
            }
            "identifiant" | "id" | "ine" | "numero interne" | "num interne" | "n interne" | "no interne"
            | "code" | "matricule" | "external id" => Self::ExternalId,
            "enfant"
            | "enfants"
            | "eleve"
            | "eleves"
            | "nom et prenom de l eleve"
            | "nom prenom eleve"
            | "children" => Self::Children,
            "nom eleve" | "nom de l eleve" | "nom enfant" | "nom de l enfant" | "child last name" => {
                Self::ChildLastName
            }
            "prenom eleve" | "prenom de l eleve" | "prenom enfant" | "prenom de l enfant"
            | "child first name" => Self::ChildFirstName,
            "classe eleve" | "classe de l eleve" | "classe enfant" | "classe de l enfant"
            | "division eleve" | "child class" => Self::ChildClass,
            "identifiant eleve"
            | "id eleve"
            | "ine eleve"
            | "numero interne eleve"
            | "identifiant de l eleve"
            | "identifiant enfant"
            | "n interne eleve"
            | "child external id" => Self::ChildExternalId,
            "rang" | "priorite" | "ordre" | "contact prioritaire" | "rang de contact" | "rank" => Self::Rank,
            _ => return None,
        })
    }
}

/// The audience that a cell names.
pub(super) fn audience(cell: &str) -> Option<Audience> {
    Some(match folded(cell).as_str() {
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

/// A yes or a no, as spreadsheets and software write it.
pub(super) fn yes_or_no(cell: &str) -> Option<bool> {
    Some(match folded(cell).as_str() {
        "oui" | "o" | "vrai" | "1" | "x" | "yes" | "y" | "true" => true,
        "non" | "n" | "faux" | "0" | "no" | "false" => false,
        _ => return None,
    })
}
