//! The GSM 7-bit default alphabet and its extension table (3GPP TS 23.038, 6.2.1).

/// Returns the septets of a character; `None` outside the alphabet.
///
/// The eight characters of the extension table and the form feed take two: an escape and their own.
pub(super) const fn septets(character: char) -> Option<usize> {
    let code = character as usize;
    if code < LATIN_1.len() {
        match LATIN_1[code] {
            0 => None,
            septets => Some(septets as usize),
        }
    } else {
        listed(character)
    }
}

/// Returns the septets of a text; `None` if a character is outside the alphabet.
pub(super) fn text_septets(text: &str) -> Option<usize> {
    text.chars().try_fold(0, |sum, character| Some(sum + septets(character)?))
}

/// Precomputed `listed` for common characters, so that a send to 10,000 people does not search the list
/// for a million characters; 0 for none.
const LATIN_1: [u8; 256] = {
    let mut table = [0; 256];
    let mut code = 0;
    while code < table.len() {
        if let Some(septets) = listed(code as u8 as char) {
            table[code] = septets as u8;
        }
        code += 1;
    }
    table
};

/// The alphabet in the order of the standard.
const fn listed(character: char) -> Option<usize> {
    match character {
        '^' | '{' | '}' | '\\' | '[' | '~' | ']' | '|' | '€' | '\u{c}' => Some(2),
        '`' => None,
        ' '..='~' | '\n' | '\r' => Some(1),
        '£' | '¥' | 'è' | 'é' | 'ù' | 'ì' | 'ò' | 'Ç' | 'Ø' | 'ø' | 'Å' | 'å' | 'Δ' | 'Φ' | 'Γ' | 'Λ'
        | 'Ω' | 'Π' | 'Ψ' | 'Σ' | 'Θ' | 'Ξ' | 'Æ' | 'æ' | 'ß' | 'É' | '¤' | '¡' | 'Ä' | 'Ö' | 'Ñ' | 'Ü'
        | '§' | '¿' | 'ä' | 'ö' | 'ñ' | 'ü' | 'à' => Some(1),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_default_alphabet_has_127_characters_besides_the_escape_and_ten_take_two_septets() {
        let count =
            |septets_wanted| ('\0'..='\u{ffff}').filter(|c| septets(*c) == Some(septets_wanted)).count();
        assert_eq!(count(1), 127);
        assert_eq!(count(2), 10);
    }

    #[test]
    fn the_french_letters_on_each_side_of_the_border() {
        assert!("éèàùìòÉÇäöüñ£§ßæÆåÅøØ@_$".chars().all(|c| septets(c) == Some(1)));
        assert!("€[]{}^~|\\\u{c}".chars().all(|c| septets(c) == Some(2)));
        assert!("çêëâîïôûÿœŒÀÂÈÊËÎÏÔÙÛ«»’‘“”–—…°\u{a0}\u{202f}`\t".chars().all(|c| septets(c).is_none()));
    }
}
