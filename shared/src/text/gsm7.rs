//! The GSM 7-bit default alphabet and its extension table (3GPP TS 23.038, 6.2.1).

/// How many septets a character takes; none when the alphabet does not have it.
///
/// The eight characters of the extension table and the form feed take two: an escape, then their
/// own.
pub(super) const fn septets(character: char) -> Option<usize> {
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
