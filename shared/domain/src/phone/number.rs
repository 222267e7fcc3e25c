//! A phone number that can receive an SMS.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::{
    Destination, PhoneNumberError, metadata,
    national_plan::{self, Verdict},
};
use crate::territory::Territory;

/// A mobile number in E.164, and where it is.
///
/// It prints masked; the whole number leaves through [`PhoneNumber::e164`] only.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct PhoneNumber {
    digits: u64,
    destination: Destination,
}

impl PhoneNumber {
    /// The longest input that is looked at; E.164 has 15 digits.
    pub const MAX_CHARACTERS: usize = 40;

    /// Reads a number as the staff of a school of `home` writes it: with spaces, dots, hyphens,
    /// slashes or brackets, `+`, `00`, a French zero or a zero that a spreadsheet ate.
    ///
    /// `0692…` typed in any French school is Réunion's +262 692…, never +33 692….
    pub fn parse(input: &str, home: Territory) -> Result<Self, PhoneNumberError> {
        let typed = Typed::read(input)?;
        let digits = typed.digits.as_str();
        let international = if typed.plus { Some(digits) } else { digits.strip_prefix("00") };
        if let Some(international) = international {
            return match international.strip_prefix("33") {
                Some(national) => Self::from_national(national.strip_prefix('0').unwrap_or(national)),
                None => metadata::read_international(international).map(Self::from_parts),
            };
        }
        // A spreadsheet ate the `+`: a mobile number in full, of France or of home, is what it says.
        if let Some(number) = Self::without_its_plus(digits, home) {
            return Ok(number);
        }
        match digits.strip_prefix('0') {
            Some(national) if national.len() == 9 || national.starts_with("700") => {
                Self::from_national(national)
            }
            Some(_) => Err(too_short_or_long(digits.len(), 10)),
            // A spreadsheet ate the zero. Where numbers have six or eight digits, nine are no local number.
            None if digits.len() == 9 => Self::from_national(digits),
            None if digits.len() <= 5 => Err(PhoneNumberError::Short),
            None => metadata::read_national(digits, home).map(Self::from_parts),
        }
    }

    fn without_its_plus(digits: &str, home: Territory) -> Option<Self> {
        if let Some(national) = digits.strip_prefix("33").filter(|national| national.len() == 9) {
            return Self::from_national(national).ok();
        }
        let is_of_home = digits.starts_with(home.calling_code()) && home != Territory::Metropole;
        is_of_home.then(|| metadata::read_international(digits).ok())?.map(Self::from_parts)
    }

    /// Reads what follows `0` or `+33`. Overseas blocks come out with their own country code.
    fn from_national(national: &str) -> Result<Self, PhoneNumberError> {
        if national.starts_with("700") {
            // Numbers of machines have 9 or 13 digits here.
            return Err(PhoneNumberError::MachineToMachine);
        }
        let Ok(nine) = <&[u8; 9]>::try_from(national.as_bytes()) else {
            return Err(too_short_or_long(national.len(), 9));
        };
        let destination = match national_plan::judge(nine) {
            Verdict::MetropolitanMobile => Destination::Territory(Territory::Metropole),
            Verdict::Simulated => Destination::Simulated,
            Verdict::Refused(reason) => return Err(reason),
            Verdict::AskTheMetadata => {
                return metadata::read_national(&format!("0{national}"), Territory::Metropole)
                    .map(Self::from_parts);
            }
        };
        let subscriber = nine.iter().fold(0, |number, digit| number * 10 + u64::from(digit - b'0'));
        Ok(Self { digits: 33_000_000_000 + subscriber, destination })
    }

    const fn from_parts((digits, destination): (u64, Destination)) -> Self {
        Self { digits, destination }
    }

    /// Where the phone is.
    pub const fn destination(self) -> Destination {
        self.destination
    }

    /// Whether nobody owns this number and only the simulator may answer.
    pub const fn is_simulated(self) -> bool {
        matches!(self.destination, Destination::Simulated)
    }

    /// The whole number, `+33612345678`: for carriers, and for the school that typed it. Never for
    /// a log.
    pub fn e164(self) -> String {
        format!("+{}", self.digits)
    }

    pub(super) const fn last_two_digits(self) -> u64 {
        self.digits % 100
    }
}

/// The digits of an input, and whether a `+` stood before them.
struct Typed {
    plus: bool,
    digits: String,
}

impl Typed {
    fn read(input: &str) -> Result<Self, PhoneNumberError> {
        if input.chars().count() > PhoneNumber::MAX_CHARACTERS {
            return Err(PhoneNumberError::TooManyDigits);
        }
        // Spreadsheets mark a text with an apostrophe, or write it as a formula, ="06…".
        let input = input.trim().trim_start_matches(['\'', '=', '"']).trim_end_matches('"');
        if input.is_empty() {
            return Err(PhoneNumberError::Empty);
        }
        if is_scientific_notation(input) {
            return Err(PhoneNumberError::RoundedBySpreadsheet);
        }
        let mut typed = Self { plus: false, digits: String::with_capacity(16) };
        // "+33 (0)6 …": the bracketed zero is not dialled after the country code.
        let input = if input.starts_with('+') { input.replacen("(0)", "", 1) } else { input.to_owned() };
        for character in input.chars() {
            match character {
                '0'..='9' => typed.digits.push(character),
                '+' if !typed.plus && typed.digits.is_empty() => typed.plus = true,
                '.' | '-' | '/' | '(' | ')' | '_' | '\u{2010}'..='\u{2013}' => {}
                // Marks of direction come with numbers copied from a contact list.
                '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}' => {}
                character if character.is_whitespace() => {}
                _ => return Err(PhoneNumberError::NotANumber),
            }
        }
        if typed.digits.is_empty() { Err(PhoneNumberError::NotANumber) } else { Ok(typed) }
    }
}

fn is_scientific_notation(input: &str) -> bool {
    input.split_once(['E', 'e']).is_some_and(|(mantissa, exponent)| {
        mantissa.starts_with(|c: char| c.is_ascii_digit())
            && mantissa.chars().all(|c| c.is_ascii_digit() || matches!(c, '.' | ','))
            && exponent.trim_start_matches('+').parse::<u8>().is_ok()
    })
}

fn too_short_or_long(length: usize, expected: usize) -> PhoneNumberError {
    if length < expected { PhoneNumberError::TooFewDigits } else { PhoneNumberError::TooManyDigits }
}

/// Masked but for the last two digits, `••••••• 78`.
impl fmt::Display for PhoneNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "••••••• {:02}", self.last_two_digits())
    }
}

impl fmt::Debug for PhoneNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// Not what [`PhoneNumber`] stores.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a stored phone number")]
pub struct NotAStoredNumber;

/// The stored form, `FR+33612345678`: the place is kept so that reading needs no metadata.
impl TryFrom<String> for PhoneNumber {
    type Error = NotAStoredNumber;

    fn try_from(text: String) -> Result<Self, NotAStoredNumber> {
        let (code, digits) = text.split_once('+').ok_or(NotAStoredNumber)?;
        let destination = Destination::parse(code).ok_or(NotAStoredNumber)?;
        let in_form = (7..=15).contains(&digits.len())
            && !digits.starts_with('0')
            && digits.bytes().all(|b| b.is_ascii_digit());
        // The fiction block must never pass for a real number, nor the reverse.
        let fiction = digits.starts_with("3363998");
        let code_fits = match destination {
            Destination::Territory(territory) => digits.starts_with(territory.calling_code()),
            Destination::Country(_) => Territory::ALL.iter().all(|t| !digits.starts_with(t.calling_code())),
            Destination::Simulated => true,
        };
        if !in_form || !code_fits || fiction != (destination == Destination::Simulated) {
            return Err(NotAStoredNumber);
        }
        let digits = digits.parse().map_err(|_| NotAStoredNumber)?;
        Ok(Self { digits, destination })
    }
}

impl From<PhoneNumber> for String {
    fn from(number: PhoneNumber) -> Self {
        format!("{}+{}", number.destination.code(), number.digits)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use Territory::*;

    fn read(input: &str, home: Territory) -> Result<(String, String), PhoneNumberError> {
        PhoneNumber::parse(input, home).map(|n| (n.destination().code().to_owned(), n.e164()))
    }

    #[track_caller]
    fn reads_as(input: &str, home: Territory, code: &str, e164: &str) {
        assert_eq!(read(input, home), Ok((code.to_owned(), e164.to_owned())), "{input}");
    }

    #[test]
    fn a_mobile_number_is_read_however_it_is_typed() {
        for input in [
            "0612345678",
            "06 12 34 56 78",
            "06.12.34.56.78",
            "06-12-34-56-78",
            "06/12/34/56/78",
            "+33612345678",
            "+33 6 12 34 56 78",
            "+33 (0)6 12 34 56 78",
            "0033612345678",
            "+330612345678",
            "612345678",
            "'0612345678",
            "06\u{a0}12\u{202f}34 56 78",
            " 0612345678\t",
        ] {
            reads_as(input, Metropole, "FR", "+33612345678");
        }
    }

    #[test]
    fn an_overseas_number_has_its_own_country_code_wherever_it_is_typed() {
        for home in Territory::ALL {
            reads_as("0692 12 34 56", home, "RE", "+262692123456");
            reads_as("0693 12 34 56", home, "RE", "+262693123456");
            reads_as("0639 01 23 45", home, "YT", "+262639012345");
            reads_as("0690 30 12 34", home, "GP", "+590690301234");
            reads_as("0694 20 12 34", home, "GF", "+594694201234");
            reads_as("0696 20 12 34", home, "MQ", "+596696201234");
            reads_as("0697 20 12 34", home, "MQ", "+596697201234");
            reads_as("0612345678", home, "FR", "+33612345678");
        }
        reads_as("+33 692 12 34 56", Metropole, "RE", "+262692123456");
        reads_as("+262 692 12 34 56", Metropole, "RE", "+262692123456");
        reads_as("692123456", Reunion, "RE", "+262692123456");
    }

    #[test]
    fn the_sub_blocks_of_07_belong_to_the_overseas_territories() {
        reads_as("0709 01 23 45", Metropole, "GP", "+590709012345");
        reads_as("0709 31 23 45", Metropole, "GF", "+594709312345");
        reads_as("0709 11 23 45", Metropole, "MQ", "+596709112345");
        reads_as("0709 21 23 45", Metropole, "RE", "+262709212345");
        reads_as("0709 36 23 45", Metropole, "YT", "+262709362345");
        reads_as("0708 40 12 34", Metropole, "PM", "+508708401234");
        reads_as("0708 50 12 34", SaintPierreEtMiquelon, "PM", "+508708501234");
    }

    #[test]
    fn six_and_eight_digits_are_read_where_numbers_have_that_many() {
        reads_as("75 12 34", NouvelleCaledonie, "NC", "+687751234");
        reads_as("82 12 34", WallisEtFutuna, "WF", "+681821234");
        reads_as("55 12 34", SaintPierreEtMiquelon, "PM", "+508551234");
        reads_as("87 12 34 56", PolynesieFrancaise, "PF", "+68987123456");
        assert_eq!(read("75 12 34", Metropole), Err(PhoneNumberError::TooFewDigits));
    }

    #[test]
    fn a_number_that_lost_its_plus_is_read_as_what_it_says() {
        for home in Territory::ALL {
            reads_as("33612345678", home, "FR", "+33612345678");
            reads_as("33692123456", home, "RE", "+262692123456");
            reads_as("33639981234", home, "XS", "+33639981234");
        }
        reads_as("687 75 12 34", NouvelleCaledonie, "NC", "+687751234");
        reads_as("681 82 12 34", WallisEtFutuna, "WF", "+681821234");
        reads_as("689 87 12 34 56", PolynesieFrancaise, "PF", "+68987123456");
        reads_as("262 692 12 34 56", Reunion, "RE", "+262692123456");
        reads_as("508 55 12 34", SaintPierreEtMiquelon, "PM", "+508551234");
        reads_as("=\"0612345678\"", Metropole, "FR", "+33612345678");
        reads_as("\u{202a}06 12 34 56 78\u{202c}", Metropole, "FR", "+33612345678");
    }

    #[test]
    fn a_foreign_number_keeps_its_country() {
        reads_as("+32 470 12 34 56", Metropole, "BE", "+32470123456");
        reads_as("0041 78 123 45 67", Metropole, "CH", "+41781234567");
        reads_as("+44 7400 123456", Metropole, "GB", "+447400123456");
    }

    #[test]
    fn a_refusal_names_the_kind_of_number() {
        use PhoneNumberError::*;
        for (input, error) in [
            ("", Empty),
            ("  ", Empty),
            ("abc", NotANumber),
            ("06 12 34 56 7x", NotANumber),
            ("++33612345678", NotANumber),
            ("6,12345E+08", RoundedBySpreadsheet),
            ("6.12E8", RoundedBySpreadsheet),
            ("15", Short),
            ("3949", Short),
            ("06 12 34 56 7", TooFewDigits),
            ("06 12 34 56 78 9", TooManyDigits),
            ("01 42 34 56 78", Landline),
            ("02 40 12 34 56", Landline),
            ("05 56 12 34 56", Landline),
            ("09 50 12 34 56", Landline),
            ("0262 12 34 56", Landline),
            ("+33 1 42 34 56 78", Landline),
            ("0899 12 34 56", SpecialRate),
            ("0800 12 34 56", SpecialRate),
            ("0700 12 34 56", MachineToMachine),
            ("0700 12 34 56 78 90", MachineToMachine),
            ("00000000000", Unallocated),
            ("+999 12345678", Unallocated),
        ] {
            assert_eq!(PhoneNumber::parse(input, Metropole), Err(error), "{input:?}");
        }
    }

    #[test]
    fn the_fiction_block_is_simulated_and_never_taken_for_mayotte() {
        for home in Territory::ALL {
            reads_as("06 39 98 12 34", home, "XS", "+33639981234");
        }
        reads_as("+33639981234", Metropole, "XS", "+33639981234");
        assert!(PhoneNumber::try_from("FR+33639981234".to_owned()).is_err());
        assert!(PhoneNumber::try_from("XS+33612345678".to_owned()).is_err());
        assert!(PhoneNumber::try_from("BE+33612345678".to_owned()).is_err());
        assert!(PhoneNumber::try_from("RE+33612345678".to_owned()).is_err());
    }

    #[test]
    fn it_prints_masked() {
        let number = PhoneNumber::parse("0612345678", Metropole).unwrap();
        assert_eq!(number.to_string(), "••••••• 78");
        assert_eq!(format!("{number:?}"), "••••••• 78");
    }

    proptest! {
        #[test]
        fn no_input_panics_and_what_is_read_reads_back(input in "[+0-9 ().a-z-]{0,20}", home in 0_usize..12) {
            if let Ok(number) = PhoneNumber::parse(&input, Territory::ALL[home]) {
                prop_assert_eq!(PhoneNumber::parse(&number.e164(), Metropole), Ok(number));
                prop_assert_eq!(PhoneNumber::try_from(String::from(number)), Ok(number));
            }
        }
    }

    proptest! {
        #[test]
        fn every_way_of_writing_a_number_reads_the_same(national in 100_000_000_u64..1_000_000_000, home in 0_usize..12) {
            let home = Territory::ALL[home];
            let with_zero = PhoneNumber::parse(&format!("0{national}"), home);
            for prefix in ["+33", "0033", "+33 (0)", "+330"] {
                prop_assert_eq!(PhoneNumber::parse(&format!("{prefix}{national}"), home), with_zero, "{}", prefix);
            }
            if home == Metropole {
                prop_assert_eq!(PhoneNumber::parse(&national.to_string(), home), with_zero);
            }
        }
    }

    /// Compares the fast path with the metadata on every `step`th number of a range, and tells how
    /// many it decided. Acceptance and the number must be the same; the fiction block is our own.
    fn compare_with_the_metadata(range: std::ops::Range<u64>, step: usize) -> u32 {
        let mut decided = 0;
        for number in range.step_by(step) {
            let national = number.to_string();
            let nine: &[u8; 9] = national.as_bytes().try_into().unwrap();
            let verdict = national_plan::judge(nine);
            if matches!(verdict, Verdict::AskTheMetadata | Verdict::Simulated) {
                continue;
            }
            decided += 1;
            let slow = metadata::read_national(&format!("0{national}"), Metropole);
            match verdict {
                Verdict::MetropolitanMobile => {
                    let expected = (33_000_000_000 + number, Destination::Territory(Metropole));
                    assert_eq!(slow, Ok(expected), "0{national}");
                }
                _ => assert!(slow.is_err(), "0{national} is {slow:?}"),
            }
        }
        decided
    }

    #[test]
    fn the_fast_path_agrees_with_the_metadata_on_the_mobiles_that_it_decides() {
        let decided = compare_with_the_metadata(600_000_000..800_000_000, 101);
        assert!(decided > 1_500_000, "only {decided} numbers were compared");
    }

    #[test]
    fn the_fast_path_agrees_with_the_metadata_on_the_refusals_that_it_decides() {
        let decided = compare_with_the_metadata(100_000_000..600_000_000, 701)
            + compare_with_the_metadata(800_000_000..1_000_000_000, 701);
        assert!(decided > 400_000, "only {decided} numbers were compared");
    }
}
