//! The words of French addresses, and how they are shortened.
//!
//! The abbreviations are those of the postal norm (NF Z 10-011, annex) and those that people write.

/// The word that stands for a shortened one, wherever it may stand.
///
/// Only what means one thing in an address is here: `m` may be Monsieur or Marcel, `all` an
/// allée only where a street begins.
pub(super) fn spelt_out(word: &str) -> &str {
    match word {
        "av" | "ave" | "aven" => "avenue",
        "bd" | "bld" | "blvd" | "bvd" | "boul" | "boulv" => "boulevard",
        "imp" => "impasse",
        "pl" => "place",
        "rte" => "route",
        "sq" => "square",
        "crs" => "cours",
        "fg" | "fbg" | "faub" => "faubourg",
        "chem" | "che" => "chemin",
        "res" | "resid" | "rce" => "residence",
        "lotiss" => "lotissement",
        "bat" | "bt" | "batim" => "batiment",
        "apt" | "ap" | "app" | "appt" | "appart" => "appartement",
        "esc" => "escalier",
        "etg" => "etage",
        "ham" => "hameau",
        "pass" => "passage",
        "prom" => "promenade",
        "qrt" | "quart" => "quartier",
        "st" => "saint",
        "ste" => "sainte",
        "sts" => "saints",
        "dr" => "docteur",
        "gal" | "gen" => "general",
        "mal" | "mar" | "marech" => "marechal",
        "cdt" => "commandant",
        "cne" => "capitaine",
        "lt" => "lieutenant",
        "pdt" => "president",
        "prof" => "professeur",
        "gde" => "grande",
        "gd" => "grand",
        "vx" => "vieux",
        "nd" => "notre dame",
        "mme" => "madame",
        _ => number_word(word),
    }
}

/// Numbers in names of streets: "rue du huit mai", "rue du 8 mai".
fn number_word(word: &str) -> &str {
    match word {
        "deux" => "2",
        "trois" => "3",
        "quatre" => "4",
        "cinq" => "5",
        "six" => "6",
        "sept" => "7",
        "huit" => "8",
        "neuf" => "9",
        "dix" => "10",
        "onze" => "11",
        "douze" => "12",
        "treize" => "13",
        "quatorze" => "14",
        "quinze" => "15",
        "seize" => "16",
        "premier" | "premiere" => "1",
        word => word,
    }
}

/// What a one-letter word or a short one means where a street begins, after its number.
pub(super) fn street_type(word: &str) -> Option<&str> {
    Some(match word {
        "r" => "rue",
        "all" => "allee",
        "ch" => "chemin",
        word => match spelt_out(word) {
            known @ ("rue" | "avenue" | "boulevard" | "impasse" | "place" | "route" | "square" | "cours"
            | "faubourg" | "chemin" | "allee" | "quai" | "passage" | "promenade" | "sentier"
            | "ruelle" | "venelle" | "villa" | "cite" | "esplanade" | "rond" | "traverse"
            | "montee" | "cote" | "mail" | "clos" | "parc" | "cour" | "voie" | "galerie"
            | "parvis" | "chaussee" | "lacet" | "levee" | "rampe" | "descente" | "pont") => known,
            _ => return None,
        },
    })
}

/// Words before the name of a thing inside an address: "bâtiment B", "3e étage".
pub(super) fn is_unit(word: &str) -> bool {
    matches!(
        word,
        "appartement"
            | "batiment"
            | "escalier"
            | "etage"
            | "porte"
            | "logement"
            | "boite"
            | "tour"
            | "bloc"
            | "hall"
            | "entree"
            | "chambre"
            | "studio"
    )
}

/// Words that begin another line of an address.
pub(super) fn begins_a_line(word: &str) -> bool {
    matches!(
        word,
        "residence" | "lotissement" | "lot" | "hameau" | "lieudit" | "chez" | "domaine" | "immeuble"
    )
}

/// What repeats a number: 12 bis.
pub(super) fn is_repetition(word: &str) -> bool {
    matches!(word, "bis" | "ter" | "quater" | "quinquies")
        || word == "-r"
        || (word.len() == 1 && word.as_bytes()[0].is_ascii_alphabetic())
}
