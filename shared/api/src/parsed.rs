//! Domain values in JSON bodies, parsed in place.

use deserr::{Deserr, IntoValue, Value, ValuePointerRef};

use super::{
    FieldErrors, ListOf,
    fields::{FieldError, pointer},
};
use domain::{
    audience::Audience,
    audit::Act,
    budget::Month,
    directory::{BirthDate, ClassName, Kinship, TieLevel},
    id::{PersonId, SendId, TemplateId},
    import::{Guard, Scope},
    language::{Explain, Phrase},
    line::Line,
    phone::{Country, PhoneNumber, PhoneNumberError},
    pricing::{MicroEuros, RateCardVersion},
    registration::{EmailAddress, RegistrationState},
    school::{CallbackNumber, HouseholdRule, QuietHours, RecallWindow, SchoolTimeZone, TextsKept, Uai},
    sent_log::{NumberPart, export::Format},
    template::{Context, ContextSet, View},
    territory::Territory,
    text::EncodingMode,
};

/// Parses a JSON string with a domain parser.
pub(super) fn parse_with<V: IntoValue, T, E: Explain>(
    value: Value<V>,
    location: ValuePointerRef<'_>,
    parse: impl FnOnce(&str) -> Result<T, E>,
) -> Result<T, FieldErrors> {
    let text = <String as Deserr<FieldErrors>>::deserialize_from_value(value, location)?;
    parse(&text).map_err(|error| FieldErrors::one(FieldError::new(pointer(location), &error)))
}

macro_rules! parsed {
    ($($name:ty: $parse:expr;)*) => {
        $(impl Deserr<FieldErrors> for $name {
            fn deserialize_from_value<V: IntoValue>(
                value: Value<V>,
                location: ValuePointerRef<'_>,
            ) -> Result<Self, FieldErrors> {
                parse_with(value, location, $parse)
            }
        })*
    };
}

parsed! {
    Act: Act::parse;
    Audience: Audience::parse;
    CallbackNumber: CallbackNumber::parse;
    Context: Context::parse;
    Country: Country::parse;
    EmailAddress: EmailAddress::parse;
    EncodingMode: EncodingMode::parse;
    Format: Format::parse;
    Guard: Guard::parse;
    HouseholdRule: HouseholdRule::parse;
    Month: Month::parse;
    BirthDate: BirthDate::parse;
    ClassName: ClassName::parse;
    Kinship: Kinship::parse;
    NumberPart: NumberPart::parse;
    PersonId: str::parse;
    RateCardVersion: RateCardVersion::parse;
    Scope: Scope::parse;
    RegistrationState: parse_registration_state;
    SchoolTimeZone: SchoolTimeZone::parse;
    SendId: str::parse;
    TemplateId: str::parse;
    Territory: Territory::parse;
    TieLevel: TieLevel::parse;
    TypedPhone: TypedPhone::parse;
    Uai: Uai::parse;
    View: View::parse;
}

impl<const MAX: usize> Deserr<FieldErrors> for Line<MAX> {
    fn deserialize_from_value<V: IntoValue>(
        value: Value<V>,
        location: ValuePointerRef<'_>,
    ) -> Result<Self, FieldErrors> {
        parse_with(value, location, Self::parse)
    }
}

macro_rules! counted {
    ($($name:ty),*) => {
        $(impl Deserr<FieldErrors> for $name {
            fn deserialize_from_value<V: IntoValue>(
                value: Value<V>,
                location: ValuePointerRef<'_>,
            ) -> Result<Self, FieldErrors> {
                let count = <u64 as Deserr<FieldErrors>>::deserialize_from_value(value, location)?;
                Self::new(count).map_err(|error| FieldErrors::one(FieldError::new(pointer(location), &error)))
            }
        })*
    };
}

counted!(RecallWindow, TextsKept);

/// An amount is an integer of millionths of a euro; fractions and negative numbers are refused.
impl Deserr<FieldErrors> for MicroEuros {
    fn deserialize_from_value<V: IntoValue>(
        value: Value<V>,
        location: ValuePointerRef<'_>,
    ) -> Result<Self, FieldErrors> {
        <u64 as Deserr<FieldErrors>>::deserialize_from_value(value, location).map(Self::new)
    }
}

impl Deserr<FieldErrors> for ContextSet {
    fn deserialize_from_value<V: IntoValue>(
        value: Value<V>,
        location: ValuePointerRef<'_>,
    ) -> Result<Self, FieldErrors> {
        let contexts = ListOf::<Context, { Context::ALL.len() }>::deserialize_from_value(value, location)?;
        Ok(contexts.0.into_iter().collect())
    }
}

#[derive(Debug, Deserr)]
#[deserr(error = FieldErrors, deny_unknown_fields)]
struct HoursBody {
    from: String,
    until: String,
}

impl Deserr<FieldErrors> for QuietHours {
    fn deserialize_from_value<V: IntoValue>(
        value: Value<V>,
        location: ValuePointerRef<'_>,
    ) -> Result<Self, FieldErrors> {
        let hours = HoursBody::deserialize_from_value(value, location)?;
        Self::parse(&hours.from, &hours.until)
            .map_err(|error| FieldErrors::one(FieldError::new(pointer(location), &error)))
    }
}

/// An unknown state name.
struct UnknownState;

impl Explain for UnknownState {
    fn code(&self) -> &'static str {
        "unknown_state"
    }

    fn explain(&self) -> Phrase {
        let names = RegistrationState::ALL.map(RegistrationState::as_str).join(", ");
        Phrase::new(format!("États possibles : {names}."), format!("Possible states: {names}."))
    }
}

fn parse_registration_state(name: &str) -> Result<RegistrationState, UnknownState> {
    RegistrationState::ALL.into_iter().find(|state| state.as_str() == name).ok_or(UnknownState)
}

/// A phone number as entered. Its meaning may depend on the school's territory, which is not in the
/// body; universally invalid numbers are refused at once, with the other fields.
#[derive(Clone, Debug)]
pub struct TypedPhone(String);

impl TypedPhone {
    fn parse(text: &str) -> Result<Self, PhoneNumberError> {
        if text.chars().count() > PhoneNumber::MAX_CHARACTERS {
            return Err(PhoneNumberError::TooManyDigits);
        }
        match PhoneNumber::parse(text, Territory::Metropole) {
            // Six or eight digits, with or without a country code, may be valid in the home territory.
            Ok(_)
            | Err(
                PhoneNumberError::TooFewDigits
                | PhoneNumberError::TooManyDigits
                | PhoneNumberError::Unallocated,
            ) => Ok(Self(text.to_owned())),
            Err(error) => Err(error),
        }
    }

    /// Parses the number relative to the home territory.
    pub fn read(&self, home: Territory) -> Result<PhoneNumber, PhoneNumberError> {
        PhoneNumber::parse(&self.0, home)
    }
}
