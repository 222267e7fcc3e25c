//! The slow path: Google's phone metadata, for every plan of the world.
//!
//! Its first use reads the metadata (some milliseconds), so only what the fast path leaves open
//! comes here.

use rlibphonenumber::{
    PHONE_NUMBER_UTIL, ParseError, PhoneNumber as Parsed, PhoneNumberType, Region, ValidationError,
};

use super::{Country, Destination, PhoneNumberError};
use crate::territory::Territory;

/// The plans in which a number written `0X XX XX XX XX` may be dialled from any French school.
const DIALLED_WITH_ZERO: [Region; 7] =
    [Region::FR, Region::GP, Region::GF, Region::MQ, Region::RE, Region::YT, Region::PM];

/// Reads `+` and digits.
pub(super) fn read_international(digits: &str) -> Result<(u64, Destination), PhoneNumberError> {
    let parsed = PHONE_NUMBER_UTIL.parse(format!("+{digits}"), None).map_err(refusal_of_parse)?;
    judge(&parsed)
}

/// Reads digits as a school of `home` would dial them.
pub(super) fn read_national(digits: &str, home: Territory) -> Result<(u64, Destination), PhoneNumberError> {
    let ten_digits = digits.len() == 10 && digits.starts_with('0');
    let mut refusal = None;
    let others = DIALLED_WITH_ZERO.into_iter().filter(|_| ten_digits);
    for region in std::iter::once(region_of(home)).chain(others) {
        match PHONE_NUMBER_UTIL
            .parse(digits, Some(region))
            .map_err(refusal_of_parse)
            .and_then(|parsed| judge(&parsed))
        {
            Ok(mobile) => return Ok(mobile),
            // "A landline" says more than "nobody's".
            Err(PhoneNumberError::Unallocated) if refusal.is_some() => {}
            Err(reason) if refusal.is_none_or(|earlier| earlier == PhoneNumberError::Unallocated) => {
                refusal = Some(reason);
            }
            Err(_) => {}
        }
    }
    Err(refusal.unwrap_or(PhoneNumberError::Unallocated))
}

fn judge(parsed: &Parsed) -> Result<(u64, Destination), PhoneNumberError> {
    let kind = parsed.get_type();
    match kind {
        PhoneNumberType::Mobile | PhoneNumberType::FixedLineOrMobile => {
            let region = parsed.get_region_code().ok_or(PhoneNumberError::Unallocated)?;
            let e164 = international_digits(parsed).ok_or(PhoneNumberError::Unallocated)?;
            Ok((e164, destination_of(region)?))
        }
        PhoneNumberType::FixedLine | PhoneNumberType::VoIP | PhoneNumberType::UAN => {
            Err(PhoneNumberError::Landline)
        }
        PhoneNumberType::PremiumRate
        | PhoneNumberType::SharedCost
        | PhoneNumberType::TollFree
        | PhoneNumberType::PersonalNumber
        | PhoneNumberType::VoiceMail => Err(PhoneNumberError::SpecialRate),
        _ => Err(match parsed.is_possible_with_reason() {
            Err(ValidationError::TooShort) => PhoneNumberError::TooFewDigits,
            Err(ValidationError::TooLong) => PhoneNumberError::TooManyDigits,
            _ => PhoneNumberError::Unallocated,
        }),
    }
}

/// The digits after the `+`. E.164 allows fifteen, which 64 bits hold.
fn international_digits(parsed: &Parsed) -> Option<u64> {
    let formatted = parsed.format_as(rlibphonenumber::PhoneNumberFormat::E164);
    formatted.strip_prefix('+')?.parse().ok()
}

fn refusal_of_parse(error: ParseError) -> PhoneNumberError {
    match error {
        ParseError::TooShortNsn | ParseError::TooShortAfterIdd => PhoneNumberError::TooFewDigits,
        ParseError::TooLongNsn => PhoneNumberError::TooManyDigits,
        ParseError::InvalidCountryCode => PhoneNumberError::Unallocated,
        _ => PhoneNumberError::NotANumber,
    }
}

fn region_of(territory: Territory) -> Region {
    match territory {
        Territory::Metropole => Region::FR,
        Territory::Guadeloupe => Region::GP,
        Territory::SaintBarthelemy => Region::BL,
        Territory::SaintMartin => Region::MF,
        Territory::Guyane => Region::GF,
        Territory::Martinique => Region::MQ,
        Territory::Reunion => Region::RE,
        Territory::Mayotte => Region::YT,
        Territory::SaintPierreEtMiquelon => Region::PM,
        Territory::NouvelleCaledonie => Region::NC,
        Territory::PolynesieFrancaise => Region::PF,
        Territory::WallisEtFutuna => Region::WF,
    }
}

fn destination_of(region: Region) -> Result<Destination, PhoneNumberError> {
    let code = region.to_string();
    Ok(match Territory::parse(&code) {
        Ok(territory) => Destination::Territory(territory),
        Err(_) => Destination::Country(Country::parse(&code).map_err(|_| PhoneNumberError::Unallocated)?),
    })
}
