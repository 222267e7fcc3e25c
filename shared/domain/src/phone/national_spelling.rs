//! A number as it is dialled in France: in pairs, which no spreadsheet takes for a quantity.

use super::{Destination, PhoneNumber};
use crate::territory::Territory;

impl PhoneNumber {
    /// `06 39 98 70 10`; behind `00` and the country's code where France dials them: `00 687 12 34 56`. For the school
    /// that typed it, never for a log.
    pub fn national(self) -> String {
        let e164 = self.e164();
        let digits = &e164[1..];
        let territory = match self.destination() {
            Destination::Simulated => Some(Territory::Metropole),
            Destination::Territory(territory) => Some(territory),
            Destination::Country(_) => None,
        };
        let code = territory.map_or("", Territory::calling_code);
        match digits.strip_prefix(code) {
            Some(rest) if !code.is_empty() && rest.len() == NATIONAL_DIGITS => pairs(&format!("0{rest}")),
            Some(rest) if !code.is_empty() => format!("00 {code} {}", pairs(rest)),
            _ => format!("00 {}", pairs(digits)),
        }
    }
}

/// What follows the zero in France and in the departments overseas.
const NATIONAL_DIGITS: usize = 9;

fn pairs(digits: &str) -> String {
    let mut spelled = String::with_capacity(digits.len() * 3 / 2);
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && place % 2 == 0 {
            spelled.push(' ');
        }
        spelled.push(digit);
    }
    spelled
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_is_spelled_as_france_dials_it_and_reads_back() {
        for (typed, spelled) in [
            ("+33612345678", "06 12 34 56 78"),
            ("0639987010", "06 39 98 70 10"),
            ("0692123456", "06 92 12 34 56"),
            ("+687751234", "00 687 75 12 34"),
            ("+32470123456", "00 32 47 01 23 45 6"),
        ] {
            let phone = PhoneNumber::parse(typed, Territory::Metropole).unwrap();
            assert_eq!(phone.national(), spelled);
            assert_eq!(PhoneNumber::parse(spelled, Territory::Metropole), Ok(phone), "{typed}");
        }
    }
}
