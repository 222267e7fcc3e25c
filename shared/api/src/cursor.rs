//! Page cursors: opaque, and valid for one list of one school.

use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use sha2::{Digest, Sha256};

use super::{Problem, ProblemKind};
use domain::language::Phrase;

/// A position in a list, bound to the list and its owner.
///
/// The binding detects mistakes and foreign cursors. It is no protection: keys are built from the
/// token's school, so a forged position only addresses the caller's own list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cursor(String);

/// A modified cursor, or one of another list or school.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BadCursor;

impl Cursor {
    /// Creates a cursor to a position in `list` of `owner`.
    pub fn new(list: &str, owner: &str, place: &str) -> Self {
        let mut bytes = binding(list, owner, place).to_vec();
        bytes.extend(place.as_bytes());
        Self(BASE64_URL_SAFE_NO_PAD.encode(bytes))
    }

    /// Returns the position in a cursor.
    pub fn place(text: &str, list: &str, owner: &str) -> Result<String, BadCursor> {
        let bytes = BASE64_URL_SAFE_NO_PAD.decode(text).map_err(|_| BadCursor)?;
        let (bound, place) = bytes.split_first_chunk::<BINDING_BYTES>().ok_or(BadCursor)?;
        let place = String::from_utf8(place.to_vec()).map_err(|_| BadCursor)?;
        if *bound == binding(list, owner, &place) { Ok(place) } else { Err(BadCursor) }
    }
}

const BINDING_BYTES: usize = 8;

fn binding(list: &str, owner: &str, place: &str) -> [u8; BINDING_BYTES] {
    let mut hasher = Sha256::new();
    for part in [list, owner, place] {
        hasher.update((part.len() as u64).to_be_bytes());
        hasher.update(part);
    }
    let mut binding = [0; BINDING_BYTES];
    binding.copy_from_slice(&hasher.finalize()[..BINDING_BYTES]);
    binding
}

impl From<Cursor> for String {
    fn from(cursor: Cursor) -> Self {
        cursor.0
    }
}

impl From<BadCursor> for Problem {
    fn from(_: BadCursor) -> Self {
        Self::new(
            ProblemKind::InvalidCursor,
            Phrase::fixed(
                "Reprenez la liste depuis le début : un curseur ne vaut que pour la liste et l’établissement qui l’ont donné.",
                "Start the list again: a cursor is good only for the list and the school that gave it.",
            ),
        )
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_cursor_is_good_for_its_own_list_and_school_only() {
        let cursor = String::from(Cursor::new("people", "sch_a", "per_1"));
        assert_eq!(Cursor::place(&cursor, "people", "sch_a"), Ok("per_1".to_owned()));
        assert_eq!(Cursor::place(&cursor, "people", "sch_b"), Err(BadCursor));
        assert_eq!(Cursor::place(&cursor, "messages", "sch_a"), Err(BadCursor));
    }

    proptest! {
        #[test]
        fn no_text_panics_and_a_changed_cursor_is_refused(text in ".{0,60}", place in "[a-z0-9]{0,20}", flip in 0_usize..8) {
            prop_assert_eq!(Cursor::place(&text, "people", "sch_a"), Err(BadCursor));
            let mut changed = String::from(Cursor::new("people", "sch_a", &place)).into_bytes();
            changed[flip] = if changed[flip] == b'A' { b'B' } else { b'A' };
            let changed = String::from_utf8(changed).unwrap();
            prop_assert_eq!(Cursor::place(&changed, "people", "sch_a"), Err(BadCursor));
        }
    }
}
