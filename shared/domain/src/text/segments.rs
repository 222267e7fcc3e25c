//! Segments, the billing unit.

use std::num::NonZeroU16;

use serde::{Deserialize, Serialize};

use super::{Encoding, gsm7};

/// A number of segments: at least one, because an empty text is sent and billed too.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Segments(NonZeroU16);

impl Segments {
    /// One segment.
    pub const ONE: Self = Self(NonZeroU16::MIN);

    /// The longest message that carriers and recipients accept.
    pub const DEFAULT_LIMIT: Self = match Self::new(8) {
        Some(limit) => limit,
        None => Self::ONE,
    };

    /// Creates a number of segments; `None` for zero.
    pub const fn new(count: u16) -> Option<Self> {
        match NonZeroU16::new(count) {
            Some(count) => Some(Self(count)),
            None => None,
        }
    }

    /// Returns the number.
    pub const fn get(self) -> u16 {
        self.0.get()
    }
}

/// A text's encoding and size.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MeasuredText {
    pub encoding: Encoding,
    /// Septets in GSM-7, UTF-16 units in UCS-2.
    pub units: usize,
    /// Billed segments.
    pub segments: Segments,
}

impl MeasuredText {
    /// Measures a text as it is.
    pub fn of(text: &str) -> Self {
        let (encoding, units) = match gsm7::text_septets(text) {
            Some(septets) => (Encoding::Gsm7, septets),
            None => (Encoding::Ucs2, text.chars().map(char::len_utf16).sum()),
        };
        let segments =
            if units <= encoding.units_in_a_single_segment() { Segments::ONE } else { fill(text, encoding) };
        Self { encoding, units, segments }
    }
}

/// Fills segments one by one. An escape pair or a surrogate pair is never split, so dividing the units
/// by the capacity would undercount.
fn fill(text: &str, encoding: Encoding) -> Segments {
    let capacity = encoding.units_in_each_of_several();
    let (mut segments, mut filled) = (1_u16, 0);
    for character in text.chars() {
        let units = encoding.units_of(character);
        if filled + units > capacity {
            // A text of more is refused like one of 65,535.
            segments = segments.saturating_add(1);
            filled = 0;
        }
        filled += units;
    }
    Segments::new(segments).expect("they are counted from one")
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn segments(text: &str) -> u16 {
        MeasuredText::of(text).segments.get()
    }

    #[test]
    fn a_gsm_text_takes_one_segment_up_to_160_characters_then_153_each() {
        for (length, expected) in [(0, 1), (1, 1), (160, 1), (161, 2), (306, 2), (307, 3), (459, 3), (460, 4)]
        {
            assert_eq!(segments(&"a".repeat(length)), expected, "{length}");
        }
    }

    #[test]
    fn a_ucs2_text_takes_one_segment_up_to_70_characters_then_67_each() {
        for (length, expected) in [(1, 1), (70, 1), (71, 2), (134, 2), (135, 3)] {
            assert_eq!(segments(&"ê".repeat(length)), expected, "{length}");
        }
    }

    #[test]
    fn an_escape_pair_does_not_straddle_two_segments() {
        let text = format!("{}€{}", "a".repeat(152), "a".repeat(152));
        assert_eq!(MeasuredText::of(&text).units, 306);
        assert_eq!(segments(&text), 3);
        assert_eq!(segments(&"€".repeat(80)), 1);
        assert_eq!(segments(&"€".repeat(81)), 2);
        assert_eq!(segments(&"€".repeat(153)), 3);
    }

    #[test]
    fn a_surrogate_pair_does_not_straddle_two_segments() {
        let text = format!("{}😀{}", "ê".repeat(66), "ê".repeat(66));
        assert_eq!(MeasuredText::of(&text).units, 134);
        assert_eq!(segments(&text), 3);
        assert_eq!(segments(&"😀".repeat(35)), 1);
        assert_eq!(segments(&"😀".repeat(36)), 2);
    }

    /// Reference: the fewest segments over all ways to split between characters.
    fn fewest_segments(text: &str, encoding: Encoding) -> u16 {
        let units: Vec<usize> = text.chars().map(|c| encoding.units_of(c)).collect();
        if units.iter().sum::<usize>() <= encoding.units_in_a_single_segment() {
            return 1;
        }
        let mut best = vec![u16::MAX; units.len() + 1];
        best[0] = 0;
        for start in 0..units.len() {
            let mut filled = 0;
            for end in start..units.len() {
                filled += units[end];
                if filled > encoding.units_in_each_of_several() {
                    break;
                }
                best[end + 1] = best[end + 1].min(best[start].saturating_add(1));
            }
        }
        best[units.len()]
    }

    proptest! {
        #[test]
        fn the_count_is_the_fewest_segments_possible(text in "[aé€\\[ê😀]{0,400}") {
            prop_assert_eq!(segments(&text), fewest_segments(&text, Encoding::of(&text)));
        }

        #[test]
        fn a_longer_text_never_takes_fewer_segments(text in "[a-z€ê😀]{0,300}", more in "[a-z€ê😀]{0,50}") {
            let longer = format!("{text}{more}");
            prop_assert!(segments(&longer) >= segments(&text));
        }
    }
}
