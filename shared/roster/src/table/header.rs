//! The meaning of a header: a person and a field.
//!
//! The real headers of some software are not public and differ from school to school, so headers are understood by
//! their words, not listed.

use domain::{directory::IdentifierScheme, line::folded};

use crate::field::{Group, What, Who};

/// How a header was understood.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Meaning {
    Column(Who, What),
    /// Of no use here.
    Ignored,
    /// Not understood though it looks like a phone, a class or an identifier.
    Suspicious,
}

/// Understands one header, without the ones beside it.
pub(super) fn meaning(header: &str) -> Meaning {
    let words = words(header);
    let mut of = Subject::of(&words);
    let Some(what) = what(&mut of) else {
        return if looks_useful(header) && !of.is_known_useless() {
            Meaning::Suspicious
        } else {
            Meaning::Ignored
        };
    };
    Meaning::Column(of.who(), what)
}

/// The words of a header. Numbers stand alone, articles go.
fn words(header: &str) -> Vec<String> {
    const ARTICLES: [&str; 14] =
        ["de", "du", "des", "d", "l", "la", "le", "les", "of", "the", "et", "and", "s", "son"];
    let spread: String = folded(header).chars().fold(String::new(), |mut spread, c| {
        if spread
            .chars()
            .next_back()
            .is_some_and(|last| last != ' ' && last.is_ascii_digit() != c.is_ascii_digit() && c != ' ')
        {
            spread.push(' ');
        }
        spread.push(c);
        spread
    });
    spread.split(' ').filter(|word| !word.is_empty() && !ARTICLES.contains(word)).map(str::to_owned).collect()
}

/// A larger number counts no adults or children.
const MOST_PEOPLE: usize = 99;

/// The words of a header, without those that name the person.
struct Subject<'w> {
    adult: bool,
    child: bool,
    key: Option<Group>,
    number: Option<usize>,
    rest: Vec<&'w str>,
}

impl<'w> Subject<'w> {
    fn of(words: &'w [String]) -> Self {
        let mut of = Self { adult: false, child: false, key: None, number: None, rest: Vec::new() };
        for word in words {
            match word.as_str() {
                "eleve" | "eleves" | "enfant" | "enfants" | "child" | "children" | "pupil" | "student" => {
                    of.child = true;
                }
                "responsable" | "responsables" | "resp" | "rl" | "legal" | "leg" | "legaux" | "parent"
                | "parents" | "representant" | "guardian" => of.adult = true,
                "pere" | "father" => (of.adult, of.key) = (true, Some(Group::Father)),
                "mere" | "mother" => (of.adult, of.key) = (true, Some(Group::Mother)),
                "conjoint" => (of.adult, of.key) = (true, Some(Group::Spouse)),
                number if number.bytes().all(|byte| byte.is_ascii_digit()) => {
                    of.number = number.parse().ok().filter(|number| *number <= MOST_PEOPLE);
                }
                other => of.rest.push(other),
            }
        }
        // "responsable de l'élève": an adult.
        of.child &= !of.adult || of.has(&["identifiant", "id", "nom", "prenom", "classe", "classes"]);
        of.adult &= !of.child;
        of
    }

    fn who(&self) -> Who {
        let group = self.key.unwrap_or(Group::Nth(self.number.map_or(0, |number| number.saturating_sub(1))));
        match (self.adult, self.child) {
            (true, _) => Who::Adult(group),
            (false, true) => Who::Child(group),
            (false, false) => Who::Person,
        }
    }

    fn has(&self, any: &[&str]) -> bool {
        self.rest.iter().any(|word| any.contains(word))
    }

    fn is(&self, words: &[&str]) -> bool {
        self.rest == words
    }

    /// Whether the words name a field without use here.
    fn is_known_useless(&self) -> bool {
        const USELESS: [&str; 22] = [
            "mail",
            "courriel",
            "email",
            "mel",
            "cnx",
            "indicatif",
            "pays",
            "country",
            "type",
            "communication",
            "niveau",
            "libelle",
            "lib",
            "mef",
            "circuit",
            "transport",
            "bourse",
            "matiere",
            "mat",
            "etrangere",
            "departement",
            "motif",
        ];
        self.has(&USELESS) || (self.has(&["identifiant", "id"]) && self.has(&["classe", "classes"]))
    }
}

const BIRTH: [&str; 5] = ["naissance", "naiss", "birth", "ne", "nee"];

/// The field of a header, by its words without those that name the person.
fn what(of: &mut Subject<'_>) -> Option<What> {
    if of.has(&["sms"]) {
        return Some(What::AcceptsSms);
    }
    if of.has(&["mail", "courriel", "email", "mel", "indicatif", "cnx", "communication"]) {
        return None;
    }
    if let Some(what) = name(of) {
        return Some(what);
    }
    // Nothing about a birth but its day.
    if of.has(&BIRTH) {
        return date(of);
    }
    date(of).or_else(|| phone(of)).or_else(|| identifier(of)).or_else(|| tie(of)).or_else(|| place(of))
}

fn name(of: &Subject<'_>) -> Option<What> {
    let last = of.has(&["nom", "name", "lastname", "surname", "patronyme"]);
    let first = of.has(&["prenom", "prenoms", "first", "firstname", "given", "givenname", "forename"]);
    if (last || first) && of.has(&["classe", "fichier", "ville", "commune", "etablissement", "ecole"]) {
        return None;
    }
    match (last, first) {
        (true, true) if of.has(&["nom", "surname"]) => Some(What::FullName),
        (true, true) | (false, true) => {
            // A second first name.
            (of.adult || of.child || of.number.is_none_or(|number| number == 1)).then_some(What::FirstName)
        }
        (true, false) if of.has(&["usage", "utilise"]) => Some(What::UsedName),
        (true, false) if of.has(&["naissance", "famille", "jeune"]) => Some(What::BirthName),
        (true, false) if of.has(&["complet", "particule", "full"]) => Some(What::FullName),
        (true, false) => Some(What::LastName),
        (false, false) if of.rest.is_empty() && (of.child || of.adult) => Some(What::FullName),
        (false, false) => None,
    }
}

fn date(of: &Subject<'_>) -> Option<What> {
    if of.has(&BIRTH) {
        let elsewhere = ["lieu", "ville", "commune", "pays", "dep", "departement", "annee", "age"];
        return (!of.has(&elsewhere)).then_some(What::BirthDate);
    }
    (of.is(&["date", "sortie"]) || of.is(&["sortie"])).then_some(What::LeftOn)
}

fn phone(of: &Subject<'_>) -> Option<What> {
    let tel = of.has(&["tel", "telephone", "telephones", "phone"]);
    let mobile = of.has(&["portable", "portables", "mobile", "mobiles", "gsm", "port", "cell"]);
    let joined = of.rest.iter().find_map(|word| word.strip_prefix("telephone").or(word.strip_prefix("tel")));
    let place = |words: &[&str]| of.has(words) || joined.is_some_and(|joined| words.contains(&joined));
    if of.has(&["type", "code", "liste", "rouge", "country"])
        || !(tel || mobile || joined.is_some_and(is_place))
    {
        return None;
    }
    Some(if mobile || place(&["portable", "mobile"]) {
        What::Mobile
    } else if place(&["travail", "pro", "professionnel", "bureau", "work"]) {
        What::Work
    } else if place(&["domicile", "fixe", "maison", "personnel", "perso", "pers", "home"]) {
        What::Home
    } else {
        What::AnyPhone
    })
}

/// `telephonetravail`, `telportable`: a place of the phone, written into one word.
fn is_place(word: &str) -> bool {
    ["travail", "portable", "mobile", "domicile", "fixe", "pro", "perso"].contains(&word)
}

fn identifier(of: &Subject<'_>) -> Option<What> {
    let number = of.has(&["n", "no", "num", "numero", "id", "identifiant", "number"]);
    if of.has(&["classe", "classes", "division", "mef", "adresse", "voie"]) && !of.is(&["identifiant"]) {
        return class(of);
    }
    let scheme = if of.has(&["ine", "rnie"]) || (number && of.has(&["national"])) {
        IdentifierScheme::Ine
    } else if of.has(&["elenoet"]) || (number && of.has(&["etab"])) {
        IdentifierScheme::Elenoet
    } else if of.is(&["ele", "id"]) || of.is(&["eleid"]) {
        IdentifierScheme::Siecle
    } else if of.is(&["pers", "id"]) || (of.adult && of.is(&["numero"])) {
        IdentifierScheme::PersId
    } else if number && of.has(&["onde"]) {
        IdentifierScheme::Onde
    } else if of.is(&["identifiant"])
        || of.is(&["id"])
        || of.is(&["code"])
        || of.has(&["matricule", "external"])
        || (number && of.has(&["interne", "badge"]))
    {
        IdentifierScheme::Other
    } else {
        return class(of);
    };
    Some(What::Identifier(scheme))
}

fn class(of: &Subject<'_>) -> Option<What> {
    if of.is(&["type", "structure"]) {
        return Some(What::StructureKind);
    }
    let is_class = of.has(&["classe", "classes", "class", "division", "divisions"]);
    if of.is(&["code", "structure"]) || (is_class && !of.has(&["identifiant", "id", "niveau", "n", "type"])) {
        return Some(What::Class);
    }
    if of.is(&["fonction"]) {
        return Some(What::Function);
    }
    (of.is(&["directeur"]) || of.is(&["discipline"]) || of.is(&["disciplines"])).then_some(What::Teaching)
}

fn tie(of: &Subject<'_>) -> Option<What> {
    if of.has(&["parente"]) || of.is(&["lien"]) {
        Some(What::Kinship)
    } else if of.has(&["responsabilite"]) {
        Some(What::Level)
    } else if of.has(&["rang", "priorite", "rank"]) || of.is(&["ordre"]) {
        Some(What::Rank)
    } else if of.has(&["categorie", "profil", "audience", "category"]) || of.is(&["type", "personne"]) {
        Some(What::Category)
    } else {
        None
    }
}

fn place(of: &Subject<'_>) -> Option<What> {
    const UNITS: [&str; 4] = ["batiment", "appartement", "escalier", "etage"];
    let code = of.has(&["cp", "postcode", "zip"]) || (of.has(&["code"]) && of.has(&["postal"]));
    let city = of.has(&["ville", "commune", "localite", "city", "town", "cpville"])
        || (of.has(&["lib", "libelle"]) && of.has(&["postal"]));
    if of.has(&["etrangere", "code"]) && !code || of.has(&["pays", "country"]) {
        return None;
    }
    match (code, city) {
        (true, true) => return Some(What::CodeAndCity),
        (true, false) => return Some(What::PostalCode),
        (false, true) if of.has(&["cpville"]) => return Some(What::CodeAndCity),
        (false, true) => return Some(What::City),
        (false, false) => {}
    }
    if let Some(unit) = UNITS.into_iter().find(|unit| of.has(&[unit])) {
        return Some(What::Street(Some(unit)));
    }
    let street = ["adresse", "rue", "voie", "street", "address", "complement", "residence"];
    of.has(&street).then_some(What::Street(None))
}

/// Whether a header that was not understood may be about a phone, a class or an identifier.
fn looks_useful(header: &str) -> bool {
    let header = folded(header);
    let words: Vec<&str> = header.split(' ').collect();
    let parts = ["tel", "phone", "mobile", "gsm", "portab", "classe", "identif", "matricule"];
    words.iter().any(|word| {
        parts.iter().any(|part| word.starts_with(part)) || matches!(*word, "ine" | "port" | "sms")
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headers_are_understood_by_their_words() {
        use Group::*;
        use IdentifierScheme::*;
        use What::*;
        let adult = |n| Who::Adult(Nth(n));
        let child = |n| Who::Child(Nth(n));
        for (headers, who, what) in [
            ("Nom|NOM*|Nom |Last name", Who::Person, LastName),
            ("Nom de famille|Nom de naissance", Who::Person, BirthName),
            ("Prénom|Prenom*|Prénom 1|First name|Prénoms", Who::Person, FirstName),
            ("Nom et prénom|Nom prénom|Nom complet", Who::Person, FullName),
            (
                "Classe|Classes*|Code classe|Classe de rattachement|Code Structure|Division|Libellé classe",
                Who::Person,
                Class,
            ),
            (
                "N° de portable|Tél. port.|Tel_port|Portable 1|GSM|Téléphone mobile|Portable",
                Who::Person,
                Mobile,
            ),
            ("Tél. domicile|Tel_pers|Tél. Personnel", Who::Person, Home),
            ("Téléphone travail|telephonetravail|Tél. Professionnel", Who::Person, Work),
            ("Téléphone|Tél.|Phone", Who::Person, AnyPhone),
            (
                "Tél. portable du responsable|Tél. Portable Resp. Lég. 1|Tél. portable resp. légal1|portable RL1",
                adult(0),
                Mobile,
            ),
            ("Nom Resp. Lég. 2|Nom responsable 2", adult(1), LastName),
            ("Nom de famille resp. légal1", adult(0), BirthName),
            ("Nom usage responsable", adult(0), UsedName),
            ("Tél. portable père|Portable du père", Who::Adult(Father), Mobile),
            ("Nom de l'élève|Nom élève|Nom enfant", child(0), LastName),
            ("Nom de famille enfant", child(0), BirthName),
            ("Classes de l'élève|Classe enfant|Classes enfants", child(0), Class),
            ("N° national|Id National|INE", Who::Person, Identifier(Ine)),
            ("ELENOET", Who::Person, Identifier(Elenoet)),
            ("Num. Elève Etab|Elève No Etab", child(0), Identifier(Elenoet)),
            ("ele_id", Who::Person, Identifier(Siecle)),
            ("pers_id", Who::Person, Identifier(PersId)),
            ("Numéro responsable légal", adult(0), Identifier(PersId)),
            ("Identifiant|id|Matricule", Who::Person, Identifier(Other)),
            ("Identifiant élève|Identifiant de l'élève", child(0), Identifier(Other)),
            ("Né(e) le|Date de naissance|Date Naissance|Date naissance", Who::Person, BirthDate),
            ("Date Sortie|Sortie", Who::Person, LeftOn),
            ("Ligne Adresse 1 Resp. Lég. 1|Adresse responsable", adult(0), Street(None)),
            ("Code postal|CP", Who::Person, PostalCode),
            ("CpVille Resp2", adult(1), CodeAndCity),
            ("Lib. Postal", Who::Person, City),
            ("Élèves|Enfants|Élève", child(0), FullName),
            ("Lien de parenté", Who::Person, Kinship),
            ("Lien Parenté Resp. Lég. 1", adult(0), Kinship),
            ("SMS|Accepte les SMS|Envoi SMS", Who::Person, AcceptsSms),
        ] {
            for header in headers.split('|') {
                assert_eq!(meaning(header), Meaning::Column(who, what), "{header}");
            }
        }
        for header in [
            "Courriel",
            "Option 1",
            "Sexe",
            "Pays",
            "Commune Naiss.",
            "Email Resp. Lég. 1",
            "Prénom 2",
            "Cnx Resp.",
            "Tuteur",
        ] {
            assert_eq!(meaning(header), Meaning::Ignored, "{header}");
        }
        for header in ["Téléphonie mobilisée", "Classement scolaire"] {
            assert_eq!(meaning(header), Meaning::Suspicious, "{header}");
        }
    }
}
