//! What a column of a table may say, and of whom.

use domain::{
    directory::IdentifierScheme,
    language::{Language, Phrase},
};

/// The person of a line to whom a column belongs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Who {
    /// The line's own person.
    Person,
    Adult(Group),
    Child(Group),
}

/// One of several adults or children on a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Group {
    /// By number or by occurrence, from 0.
    Nth(usize),
    Mother,
    Father,
    Spouse,
}

/// What a column says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum What {
    Category,
    LastName,
    /// The family name, where the name in use has a column of its own.
    BirthName,
    UsedName,
    FirstName,
    /// First and last name; of children perhaps several.
    FullName,
    Class,
    /// Whether the class is one (`D`), or a group (`G`).
    StructureKind,
    BirthDate,
    LeftOn,
    Mobile,
    Home,
    Work,
    AnyPhone,
    AcceptsSms,
    Identifier(IdentifierScheme),
    Rank,
    Level,
    Kinship,
    Street(Option<&'static str>),
    PostalCode,
    City,
    CodeAndCity,
    /// A position at the school; a category if it names one.
    Function,
    /// A sign of a list of teachers.
    Teaching,
}

impl Group {
    /// Returns the code of an adult or a child beside the person of the line.
    fn code(self, kind: &str) -> String {
        match self {
            Self::Nth(place) => format!("{kind}_{}", place + 1),
            Self::Mother => "mother".to_owned(),
            Self::Father => "father".to_owned(),
            Self::Spouse => "spouse".to_owned(),
        }
    }
}

impl Who {
    /// Returns the code in the API.
    pub fn code(self) -> String {
        match self {
            Self::Person => "person".to_owned(),
            Self::Adult(group) => group.code("guardian"),
            Self::Child(group) => group.code("child"),
        }
    }

    /// Parses a code.
    pub fn parse(code: &str) -> Option<Self> {
        let numbered = |number: &str| match number.parse() {
            Ok(number @ 1_usize..) => Some(Group::Nth(number - 1)),
            Ok(0) | Err(_) => None,
        };
        match code {
            "person" => Some(Self::Person),
            "mother" => Some(Self::Adult(Group::Mother)),
            "father" => Some(Self::Adult(Group::Father)),
            "spouse" => Some(Self::Adult(Group::Spouse)),
            _ => match code.split_once('_')? {
                ("guardian", number) => numbered(number).map(Self::Adult),
                ("child", number) => numbered(number).map(Self::Child),
                (_, _) => None,
            },
        }
    }

    /// Returns the owner of a column for users; nothing for the person of the line.
    fn label(self, language: Language) -> Option<String> {
        let of = |group: Group, fr: &str, en: &str| {
            let named = |fr: &str, en: &str| Phrase::new(fr.to_owned(), en.to_owned());
            let phrase = match group {
                Group::Nth(place) => {
                    Phrase::new(format!("{fr} {}", place + 1), format!("{en} {}", place + 1))
                }
                Group::Mother => named("mère", "mother"),
                Group::Father => named("père", "father"),
                Group::Spouse => named("conjoint", "spouse"),
            };
            Some(phrase.in_language(language).to_owned())
        };
        match self {
            Self::Person => None,
            Self::Adult(group) => of(group, "responsable", "guardian"),
            Self::Child(group) => of(group, "enfant", "child"),
        }
    }
}

macro_rules! fields {
    ($($what:pat => $code:literal, $made:expr, $fr:literal, $en:literal;)*) => {
        impl What {
            /// Returns the code in the API.
            pub const fn code(self) -> &'static str {
                match self { $($what => $code,)* }
            }

            /// Parses a code.
            pub fn parse(code: &str) -> Option<Self> {
                match code { $($code => Some($made),)* _ => None }
            }

            const fn label(self) -> Phrase {
                match self { $($what => Phrase::fixed($fr, $en),)* }
            }
        }
    };
}

fields! {
    Self::Category => "category", Self::Category, "catégorie", "category";
    Self::LastName => "last_name", Self::LastName, "nom", "last name";
    Self::BirthName => "birth_name", Self::BirthName, "nom de naissance", "name at birth";
    Self::UsedName => "used_name", Self::UsedName, "nom d’usage", "name in use";
    Self::FirstName => "first_name", Self::FirstName, "prénom", "first name";
    Self::FullName => "full_name", Self::FullName, "nom et prénom", "full name";
    Self::Class => "class", Self::Class, "classe", "class";
    Self::StructureKind => "structure_kind", Self::StructureKind, "classe ou groupe", "class or group";
    Self::BirthDate => "birth_date", Self::BirthDate, "date de naissance", "date of birth";
    Self::LeftOn => "left_on", Self::LeftOn, "date de sortie", "last day";
    Self::Mobile => "mobile", Self::Mobile, "portable", "mobile";
    Self::Home => "home_phone", Self::Home, "téléphone du domicile", "phone at home";
    Self::Work => "work_phone", Self::Work, "téléphone professionnel", "phone at work";
    Self::AnyPhone => "phone", Self::AnyPhone, "téléphone", "phone";
    Self::AcceptsSms => "accepts_sms", Self::AcceptsSms, "accord pour les SMS", "accepts SMS";
    Self::Identifier(IdentifierScheme::Ine) => "ine", Self::Identifier(IdentifierScheme::Ine),
        "INE", "national number";
    Self::Identifier(IdentifierScheme::Siecle) => "siecle", Self::Identifier(IdentifierScheme::Siecle),
        "numéro SIECLE de l’élève", "number of the pupil in SIECLE";
    Self::Identifier(IdentifierScheme::Elenoet) => "elenoet", Self::Identifier(IdentifierScheme::Elenoet),
        "numéro de l’élève dans l’établissement", "number of the pupil at the school";
    Self::Identifier(IdentifierScheme::PersId) => "pers_id", Self::Identifier(IdentifierScheme::PersId),
        "numéro SIECLE de l’adulte", "number of the adult in SIECLE";
    Self::Identifier(IdentifierScheme::Onde) => "onde", Self::Identifier(IdentifierScheme::Onde),
        "numéro ONDE", "number in ONDE";
    Self::Identifier(IdentifierScheme::Other) => "external_id", Self::Identifier(IdentifierScheme::Other),
        "identifiant", "identifier";
    Self::Rank => "rank", Self::Rank, "ordre de contact", "order of contact";
    Self::Level => "level", Self::Level, "type de responsabilité", "level of responsibility";
    Self::Kinship => "kinship", Self::Kinship, "lien de parenté", "kinship";
    Self::Street(_) => "street", Self::Street(None), "adresse", "street";
    Self::PostalCode => "postal_code", Self::PostalCode, "code postal", "postal code";
    Self::City => "city", Self::City, "ville", "town";
    Self::CodeAndCity => "postal_code_and_city", Self::CodeAndCity, "code postal et ville", "postal code and town";
    Self::Function => "function", Self::Function, "fonction", "position";
    Self::Teaching => "teaching", Self::Teaching, "enseignement", "teaching";
}

/// Returns what a column says for users: `responsable 1 : portable`.
pub(crate) fn label(who: Who, what: What, language: Language) -> String {
    let field = what.label();
    let field = field.in_language(language);
    match (who.label(language), language) {
        (None, _) => field.to_owned(),
        (Some(owner), Language::French) => format!("{owner} : {field}"),
        (Some(owner), Language::English) => format!("{owner}: {field}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_owner_and_every_field_reads_back_from_its_code() {
        let numbered = [0, 8, 9, 250].map(Group::Nth);
        let adults =
            numbered.into_iter().chain([Group::Mother, Group::Father, Group::Spouse]).map(Who::Adult);
        for who in adults.chain(numbered.map(Who::Child)).chain([Who::Person]) {
            assert_eq!(Who::parse(&who.code()), Some(who));
        }
        for code in ["guardian_0", "guardian_x", "child_", "uncle", ""] {
            assert_eq!(Who::parse(code), None, "{code}");
        }
        for code in
            ["last_name", "mobile", "ine", "external_id", "street", "postal_code_and_city", "teaching"]
        {
            assert_eq!(What::parse(code).map(What::code), Some(code));
        }
        assert_eq!(What::parse("shoe_size"), None);
    }
}
