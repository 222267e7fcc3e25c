//! Detection of STOP codes, which mark a text as marketing.

/// Whether a text instructs to send STOP to a short code.
///
/// Some carriers treat such a text as marketing and hold it at night and on Sundays: an absence alert
/// would arrive the next morning.
pub(crate) fn has_stop_code(text: &str) -> bool {
    // Fast path for nearly all texts.
    let says_stop = text.as_bytes().windows(4).any(|four| four.eq_ignore_ascii_case(b"stop"));
    if !says_stop {
        return false;
    }
    let words: Vec<&str> = text.split(|c: char| !c.is_alphanumeric()).flat_map(letters_and_digits).collect();
    words.iter().enumerate().any(|(index, word)| {
        (word.eq_ignore_ascii_case("stop") || word.eq_ignore_ascii_case("stopsms")) && {
            let mut digits = 0;
            // "STOP 36179", "STOP au 36 180", "STOP SMS au 36111".
            words[index + 1..].iter().take(4).any(|next| {
                if next.bytes().all(|b| b.is_ascii_digit()) {
                    digits += next.len();
                }
                digits == 5
            })
        }
    })
}

/// "STOP36180" is a word and a number.
fn letters_and_digits(word: &str) -> impl Iterator<Item = &str> {
    let mut rest = word;
    std::iter::from_fn(move || {
        let digits = rest.chars().next()?.is_ascii_digit();
        let end = rest.find(|c: char| c.is_ascii_digit() != digits).unwrap_or(rest.len());
        let (part, after) = rest.split_at(end);
        rest = after;
        Some(part)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stop_code_is_the_word_and_a_number_of_five_digits() {
        for text in ["STOP 36179", "Stop au 36180.", "pub : STOP SMS au 36 111", "STOP36180", "StopSMS 36105"]
        {
            assert!(has_stop_code(text), "{text}");
        }
        for text in ["Rendez-vous au stop de la rue", "stop à 18h30", "arrêt STOP, ligne 36", "nonstop 36179"]
        {
            assert!(!has_stop_code(text), "{text}");
        }
    }
}
