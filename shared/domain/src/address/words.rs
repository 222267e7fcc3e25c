//! The vocabulary of French addresses, with abbreviations.
//!
//! From the postal standard (NF Z 10-011, annex) and from common usage.

/// Expands an abbreviation that is valid anywhere in an address.
///
/// Only unambiguous ones: `m` may be Monsieur or Marcel, and `all` is an allée only at the start of a
/// street.
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

/// Number words in street names: "rue du huit mai", "rue du 8 mai".
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

/// Expands an abbreviated street type, valid after the house number.
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

/// Whether a word introduces a unit: "bâtiment B", "3e étage".
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

/// Whether a word begins a new address line.
pub(super) fn begins_a_line(word: &str) -> bool {
    matches!(
        word,
        "residence" | "lotissement" | "lot" | "hameau" | "lieudit" | "chez" | "domaine" | "immeuble"
    )
}

/// Whether a word is a house number suffix: 12 bis.
pub(super) fn is_repetition(word: &str) -> bool {
    matches!(word, "bis" | "ter" | "quater" | "quinquies")
        || word == "-r"
        || (word.len() == 1 && word.as_bytes()[0].is_ascii_alphabetic())
}
