//! The household key, shared by all spellings of one address.

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::components::{city, street};

/// Identifies one household: addresses with the same key share a door.
///
/// The rule errs on one side only. A missed match costs one extra SMS; a false match would leave a
/// family without its text. It therefore normalises spelling only (case, accents, punctuation,
/// abbreviations, the order of building and street) and never drops a word.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct HouseholdKey(u64);

impl HouseholdKey {
    /// Computes the key of an address. 64 bits of a digest: among the 20,000 people of the largest
    /// school, a collision occurs in one of 10^11 schools.
    pub(super) fn of(street_line: &str, postal_code: &str, city_name: &str) -> Option<Self> {
        let digest = Sha256::digest(canonical(street_line, postal_code, city_name)?);
        let (first, _) = digest.split_first_chunk::<8>().expect("a digest has 32 bytes");
        Some(Self(u64::from_be_bytes(*first)))
    }
}

/// Returns the canonical spelling; `None` if it identifies no door. "Le Bourg" and "inconnue" have no
/// number, and a postal code without its town may be any of forty villages.
fn canonical(street_line: &str, postal_code: &str, city_name: &str) -> Option<String> {
    let code: String =
        postal_code.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_uppercase).collect();
    // 01300 without the zero dropped by a spreadsheet.
    let code = if code.len() == 4 && code.bytes().all(|byte| byte.is_ascii_digit()) {
        format!("0{code}")
    } else {
        code
    };
    let (parts, town) = (street(street_line), city(city_name, &code));
    let names_a_door = parts.iter().any(|part| part.bytes().any(|byte| byte.is_ascii_digit()));
    (names_a_door && !code.is_empty() && !town.is_empty())
        .then(|| format!("{}\n{code}\n{town}", parts.join("\n")))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Pairs of real-world French addresses with the expected result. `missed` marks equal pairs that
    /// the conservative rule does not match.
    const PAIRS: &str = include_str!("pairs.csv");

    /// One line of the table.
    struct Pair {
        truth: String,
        one: Option<String>,
        other: Option<String>,
    }

    fn pairs() -> Vec<Pair> {
        PAIRS
            .lines()
            .filter(|line| !line.starts_with('#'))
            .map(|line| {
                let cells: Vec<_> = line.split(';').map(str::trim).collect();
                let [truth, street, code, city, other_street, other_code, other_city] = cells[..] else {
                    panic!("{line}");
                };
                Pair {
                    truth: truth.to_owned(),
                    one: canonical(street, code, city),
                    other: canonical(other_street, other_code, other_city),
                }
            })
            .collect()
    }

    #[test]
    fn no_two_households_are_taken_for_one_and_nearly_all_spellings_of_one_are() {
        let pairs = pairs();
        assert!(pairs.len() >= 60, "{} pairs", pairs.len());
        let (mut same, mut found) = (0, 0);
        for Pair { truth, one, other } in &pairs {
            let merged = one.is_some() && one == other;
            match truth.as_str() {
                "different" => assert!(!merged, "a false merge: {one:?}"),
                "same" => assert!(merged, "{one:?} and {other:?}"),
                "missed" => assert!(!merged, "no longer missed: say `same`: {one:?}"),
                other => panic!("{other}"),
            }
            same += usize::from(truth != "different");
            found += usize::from(truth == "same");
        }
        let different = pairs.len() - same;
        println!(
            "households: {} pairs, {different} different and none merged, {found} of {same} same ones found: recall {} %",
            pairs.len(),
            100 * found / same,
        );
    }

    proptest! {
        #[test]
        fn no_text_panics_and_spelling_alone_changes_nothing(
            street_line in "[0-9]{0,3} ?(bis|ter|B)? ?[ a-zA-Zéèç.,'°/-]{0,40}", code in "[0-9]{0,5}", city_name in "[ a-zA-Zéè'-]{0,20}",
        ) {
            let key = HouseholdKey::of(&street_line, &code, &city_name);
            prop_assert_eq!(HouseholdKey::of(&street_line.to_uppercase(), &code, &city_name.to_uppercase()), key);
            prop_assert_eq!(HouseholdKey::of(&format!("  {street_line} "), &format!(" {code}"), &city_name), key);
        }

        #[test]
        fn another_number_is_another_door(number in 1_u16..999, other in 1_u16..999, tail in " (rue|av\\.|bd) [a-z]{3,12}") {
            let key = |number: u16| HouseholdKey::of(&format!("{number}{tail}"), "51300", "Vitry");
            prop_assert!(key(number).is_some());
            prop_assert_eq!(key(number) == key(other), number == other);
        }
    }
}
