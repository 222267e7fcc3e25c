//! Words that cells of school software hold.

use domain::{
    audience::Audience,
    directory::{Kinship, TieLevel},
    line::folded,
};

/// Whether a cell says that there is nothing.
pub(super) fn is_empty(cell: &str) -> bool {
    const NOTHING: [&str; 16] = [
        "",
        "neant",
        "aucun",
        "aucune",
        "non saisi",
        "non saisie",
        "non communique",
        "non renseigne",
        "liste rouge",
        "inconnu",
        "nc",
        "n a",
        "na",
        "null",
        "ref",
        "nr",
    ];
    cell.chars().all(|c| !c.is_alphanumeric()) || NOTHING.contains(&folded(cell).as_str())
}

/// The audience in a category cell: `Responsable légal 1`, `Enseignant(e)`, `Professeure`.
pub(super) fn audience(cell: &str) -> Option<Audience> {
    const WORDS: [(Audience, &str); 5] = [
        (Audience::InternshipSupervisors, "stage internship"),
        (Audience::Pupils, "eleve eleves etudiant etudiante pupil pupils student"),
        (
            Audience::Guardians,
            "responsable responsables resp representant representante legal legale parent parents mere pere grand \
             tuteur tutrice guardian guardians conjoint oncle tante",
        ),
        (
            Audience::Teachers,
            "professeur professeure professeurs prof enseignant enseignante enseignants ens teacher teachers",
        ),
        (
            Audience::Staff,
            "personnel personnels agent administratif administrative aesh avs cpe aed assistant assistante principal \
             principale dir proviseur proviseure directeur directrice gestionnaire infirmier infirmiere secretaire psy \
             psychologue staff surveillant surveillante edu documentaliste scolaire atsem",
        ),
    ];
    let cell = folded(cell);
    let words: Vec<&str> = cell.split(' ').collect();
    WORDS
        .iter()
        .find(|(_, known)| words.iter().any(|word| known.split_whitespace().any(|k| k == *word)))
        .map(|(a, _)| *a)
}

/// What an adult is to a child.
pub(super) fn kinship(cell: &str) -> Option<Kinship> {
    let cell = folded(cell);
    let has = |words: &[&str]| cell.split(' ').any(|word| words.contains(&word));
    Some(if has(&["grand", "grands", "ascendant", "grandmere", "grandpere"]) {
        Kinship::Ascendant
    } else if has(&["mere", "mother", "maman"]) {
        Kinship::Mother
    } else if has(&["pere", "father", "papa"]) {
        Kinship::Father
    } else if has(&["frere", "soeur", "fratrie"]) {
        Kinship::Sibling
    } else if has(&["educateur", "educatrice"]) {
        Kinship::Educator
    } else if has(&["accueil"]) {
        Kinship::FosterFamily
    } else if has(&["tuteur", "tutrice"]) {
        Kinship::Guardian
    } else if has(&["ase", "aide"]) {
        Kinship::ChildWelfare
    } else if has(&["eleve"]) {
        Kinship::Pupil
    } else if cell.is_empty() {
        return None;
    } else {
        Kinship::Other
    })
}

/// The level of a tie: `Légal 1`, `Contact`, `En charge`.
pub(super) fn level(cell: &str) -> Option<TieLevel> {
    let cell = folded(cell);
    let has = |words: &[&str]| cell.split(' ').any(|word| words.contains(&word));
    if has(&["legal", "legale", "oui"]) {
        Some(TieLevel::Legal)
    } else if has(&["charge"]) {
        Some(TieLevel::InCharge)
    } else if has(&["contact", "non"]) {
        Some(TieLevel::Contact)
    } else {
        None
    }
}

/// A yes or a no, as in spreadsheets and school software.
pub(super) fn yes_or_no(cell: &str) -> Option<bool> {
    Some(match folded(cell).as_str() {
        "oui" | "o" | "vrai" | "1" | "x" | "yes" | "y" | "true" | "ok" | "accepte" | "accord"
        | "d accord" => true,
        "non" | "n" | "faux" | "0" | "no" | "false" | "refuse" | "refus" => false,
        "" if cell.contains(['✓', '✔', '☑', '✅']) => true,
        "" if cell.contains(['✗', '✘', '☐', '❌']) => false,
        _ => return None,
    })
}

/// A line that is no person: `Total`, `Total : 4 personnes`, `Fin de l'extraction`.
pub(super) fn is_summary(cell: &str) -> bool {
    let cell = folded(cell);
    let first = cell.split(' ').next().unwrap_or_default();
    matches!(first, "total" | "totaux" | "effectif" | "nombre" | "fin" | "extraction" | "edite" | "imprime")
}
