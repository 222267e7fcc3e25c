//! Spreadsheet cells that are never executed as formulas.
//!
//! Names and texts are user input. Formula-like content gets an apostrophe, the spreadsheets' text
//! marker (OWASP, CSV injection).

use std::borrow::Cow;

/// Returns the text of a cell that no spreadsheet executes.
pub fn cell(text: &str) -> Cow<'_, str> {
    if begins_like_a_formula(text) { Cow::Owned(format!("'{text}")) } else { Cow::Borrowed(text) }
}

/// Also after blanks, which some spreadsheets drop first, and in full-width forms.
fn begins_like_a_formula(text: &str) -> bool {
    let is_skipped = |c: char| c.is_whitespace() || c.is_control() || is_invisible(c);
    let first = text.trim_start_matches(is_skipped).chars().next();
    matches!(text.chars().next(), Some('\t' | '\r' | '\n'))
        || matches!(first, Some('=' | '+' | '-' | '@' | '＝' | '＋' | '－' | '＠' | '−'))
}

const fn is_invisible(c: char) -> bool {
    matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}')
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn what_begins_like_a_formula_becomes_a_text() {
        for text in
            ["=1+1", "+33", "-1", "@SUM(A1)", "\tx", "\rx", "\nx", "  =1", "\u{a0}=1", "＝1", "\u{feff}=1"]
        {
            assert_eq!(cell(text), format!("'{text}"));
        }
        for text in ["", "Bonjour", "06 12 34 56 78", "a=1", "'=1", "«-»"] {
            assert_eq!(cell(text), text);
        }
    }

    proptest! {
        #[test]
        fn no_cell_begins_like_a_formula(text in "[ \t\r\n\u{a0}\u{200b}\u{feff}]{0,3}[=+\\-@＝＋－＠a'\"]?.{0,8}") {
            let cell = cell(&text);
            prop_assert!(!begins_like_a_formula(&cell));
            // The content is unchanged otherwise.
            prop_assert!(cell == text || cell.strip_prefix('\'') == Some(&text));
        }
    }
}
