//! Masks phone numbers in free text.

/// The shortest phone number: six digits, in New Caledonia.
const SHORTEST_NUMBER: usize = 6;
/// The longest run of separators within a number: `+33 (0)6.39`.
const MOST_SIGNS: usize = 3;

/// Replaces each digit of a possible phone number with `#`.
pub(crate) fn masked(text: &str) -> String {
    let mut signs: Vec<char> = text.chars().collect();
    let mut start = 0;
    while let Some(first) = (start..signs.len()).find(|place| signs[*place].is_numeric()) {
        let places = digits_together(&signs, first);
        start = places.last().map_or(first, |last| *last) + 1;
        if places.len() >= SHORTEST_NUMBER {
            places.into_iter().for_each(|place| signs[place] = '#');
        }
    }
    signs.into_iter().collect()
}

/// The positions of the digits of a possible number that begins at `first`.
fn digits_together(signs: &[char], first: usize) -> Vec<usize> {
    let mut places = vec![first];
    let mut between = 0;
    for (place, sign) in signs.iter().enumerate().skip(first + 1) {
        if sign.is_numeric() {
            places.push(place);
            between = 0;
        } else if is_between_digits(*sign) && between < MOST_SIGNS {
            between += 1;
        } else {
            break;
        }
    }
    places
}

fn is_between_digits(sign: char) -> bool {
    sign.is_whitespace()
        || matches!(sign, '.' | ',' | '-' | '‑' | '–' | '/' | '(' | ')' | '+' | '_' | '\u{200b}')
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn whatever_could_be_a_number_is_masked_and_the_rest_stays() {
        for (text, expected) in [
            ("", ""),
            ("STOP", "STOP"),
            ("{\"from\":\"+33612345678\"}", "{\"from\":\"+###########\"}"),
            ("From=%2B33612345678&Body=STOP", "From=%2B###########&Body=STOP"),
            ("+33 (0)6 39.98-12/34, merci", "+## (#)# ##.##-##/##, merci"),
            ("tel0639981234fin", "tel##########fin"),
            ("26 12 34", "## ## ##"),
            ("06\u{a0}39\u{202f}98 12 34", "##\u{a0}##\u{202f}## ## ##"),
            ("٠٦٣٩٩٨١٢٣٤", "##########"),
            ("12345", "12345"),
            ("parcel/1, state 3003, 3 of 10", "parcel/1, state 3003, 3 of 10"),
        ] {
            assert_eq!(masked(text), expected);
        }
    }

    proptest! {
        #[test]
        fn no_number_in_any_text_or_spelling_gets_through(
            before in "\\PC{0,20}",
            pairs in proptest::collection::vec("[0-9]{2}", 3..8),
            sign in "[ .()-]{0,3}",
            after in "\\PC{0,20}",
        ) {
            let number = pairs.join(&sign);
            let text = masked(&format!("{before}{number}{after}"));
            let kept = masked(&text);
            prop_assert_eq!(&kept, &text, "masking twice changes nothing");
            prop_assert!(!text.contains(&number), "{}", text);
        }
    }
}
