//! JSON schemas of values, as close to their parsers as a schema allows.

use std::borrow::Cow;

use serde_json::Value;
use utoipa::{
    PartialSchema, ToSchema,
    openapi::{ArrayBuilder, ObjectBuilder, Ref, RefOr, Schema, SchemaFormat, schema::Type},
};

use crate::{
    audience::Audience,
    audit::{About, Act},
    budget::Month,
    delivery::{CarrierName, FailureReason},
    id::{
        AuditEntryId, ErasureId, ExportId, OptOutId, PersonId, RegistrationId, SchoolId, SendId, TemplateId,
    },
    language::Explain,
    line::Line,
    phone::Country,
    pricing::{MicroEuros, RateCard, RateCardVersion},
    registration::{EmailAddress, RegistrationState},
    role::Role,
    school::{CallbackNumber, HouseholdRule, QuietHours, RecallWindow, SchoolTimeZone, TextsKept, Uai},
    sending::IdempotencyKey,
    sent_log::{NumberPart, export::ExportState},
    template::{Body, Context, ContextSet, View},
    territory::Territory,
    text::{Encoding, EncodingMode, Segments},
};

/// Matches [`char::is_whitespace`], inside brackets of a pattern: `\s` differs between languages.
const WHITE: &str = r"\u0009-\u000d\u0020\u0085\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000";
/// Matches [`char::is_control`], inside brackets.
const CONTROL: &str = r"\u0000-\u001f\u007f-\u009f";
/// An hour and a minute, `00:00` to `23:59`.
pub const HOUR: &str = "([01][0-9]|2[0-3]):[0-5][0-9]";
/// A date, as far as a pattern can check the calendar.
pub const DAY: &str = "[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])";
/// A ULID: 128 bits in 26 base-32 digits, the first of which holds three.
const ULID: &str = "[0-7][0-9A-HJKMNP-TV-Z]{25}";

/// Builds the schema of a text with a full pattern.
pub fn text(pattern: &str) -> ObjectBuilder {
    ObjectBuilder::new().schema_type(Type::String).pattern(Some(format!("^{pattern}$")))
}

/// Builds the schema of an enumeration.
pub fn one_of(names: impl IntoIterator<Item = &'static str>) -> ObjectBuilder {
    ObjectBuilder::new().schema_type(Type::String).enum_values(Some(names))
}

/// Builds the schema of an integer with inclusive bounds.
pub fn integer(minimum: u64, maximum: u64) -> ObjectBuilder {
    ObjectBuilder::new().schema_type(Type::Integer).minimum(Some(minimum)).maximum(Some(maximum))
}

/// Names a rule beyond schemas, for generators of examples.
pub fn format(name: &str) -> Option<SchemaFormat> {
    Some(SchemaFormat::Custom(name.to_owned()))
}

/// Builds the schema of a prefix and a ULID.
fn id(prefix: &str) -> ObjectBuilder {
    text(&format!("{prefix}{ULID}")).examples([Value::from(format!("{prefix}01J0000000000000000000000A"))])
}

/// Defines each value's schema under its own name, and `all` of them for the document.
#[macro_export]
macro_rules! described {
    ($($name:ident: $description:literal, $schema:expr;)*) => {
        $(
            impl ::utoipa::PartialSchema for $name {
                fn schema() -> ::utoipa::openapi::RefOr<::utoipa::openapi::Schema> {
                    $schema.description(Some($description)).into()
                }
            }

            impl ::utoipa::ToSchema for $name {
                fn name() -> ::std::borrow::Cow<'static, str> {
                    ::std::borrow::Cow::Borrowed(stringify!($name))
                }
            }
        )*

        /// Returns all schemas by name. Schemas of headers and queries belong to no single function.
        pub fn all() -> Vec<(String, ::utoipa::openapi::RefOr<::utoipa::openapi::Schema>)> {
            use ::utoipa::{PartialSchema, ToSchema};
            vec![$((<$name as ToSchema>::name().into_owned(), <$name as PartialSchema>::schema()),)*]
        }
    };
}

described! {
    About: "What something was done to. It is never a person.", {
        let prefixes = [
            RegistrationId::PREFIX, TemplateId::PREFIX, SendId::PREFIX, ExportId::PREFIX, ErasureId::PREFIX,
        ];
        text(&format!("({}){ULID}", prefixes.join("|"))).examples(["snd_01J0000000000000000000000A"])
    };
    Act: "What somebody did.", one_of(Act::ALL.iter().map(|act| act.as_str()));
    Audience: "Whom a text is for, and what a person of the directory is.",
        one_of(Audience::ALL.map(Audience::as_str));
    CallbackNumber: "A number that families may call back, in the school's own spelling.",
        text(&format!(r"[{WHITE}]*\+?[ .()-]*([0-9][ .()-]*){{{},{}}}[{WHITE}]*", CallbackNumber::FEWEST_DIGITS, CallbackNumber::MOST_DIGITS))
            .max_length(Some(CallbackNumber::MAX_CHARACTERS))
            .examples(["01 99 00 12 34"]);
    CarrierName: "Who carries texts to phones.", one_of(CarrierName::ALL.map(CarrierName::as_str));
    Context: "The occasion of a text, which decides its audiences and variables.",
        one_of(Context::ALL.map(Context::as_str));
    Country: "An ISO 3166-1 code, in upper case.", text("[A-Z]{2}").examples(["BE"]);
    EmailAddress: "An e-mail address.", {
        let rest = r#"<>()\[\],;:\\""#;
        let (local, label) = (format!("[^{WHITE}{CONTROL}{rest}@]+"), format!("[^{WHITE}{CONTROL}{rest}@.]+"));
        text(&format!(r"[{WHITE}]*{local}@{label}(\.{label})+[{WHITE}]*"))
            .max_length(Some(EmailAddress::MAX_CHARACTERS))
            .examples(["secretariat@college.example"])
    };
    Encoding: "The alphabet that a text travels in. One character outside GSM-7 makes the whole text UCS-2.",
        one_of(Encoding::ALL.map(Encoding::as_str));
    EncodingMode: "How far a text may be changed so that it costs less: what is always right, also accents outside GSM-7, or nothing.",
        one_of(EncodingMode::ALL.map(EncodingMode::as_str));
    ExportState: "What the last download of a file came to, as long as its link works.",
        one_of(ExportState::ALL.map(ExportState::as_str));
    FailureReason: "Why a message did not reach its person.",
        one_of(FailureReason::ALL.map(|reason| reason.code()));
    HouseholdRule: "Who of the guardians living at one address gets a text.",
        one_of(HouseholdRule::ALL.map(HouseholdRule::as_str));
    IdempotencyKey: "A key of the caller, another one for each send.",
        text(&format!("[!-~]{{1,{}}}", IdempotencyKey::MAX_CHARACTERS)).examples(["8e03978e-40d5-43dd-bc93-6894a57f9324"]);
    MicroEuros: "Money, in millionths of a euro.", integer(0, u64::MAX).examples([49_000]);
    Month: "A month of the school's calendar, from the year 1 on.",
        text("([1-9][0-9]{3}|0[1-9][0-9]{2}|00[1-9][0-9]|000[1-9])-(0[1-9]|1[0-2])").examples(["2026-11"]);
    NumberPart: "Some digits of a number, with what people write between them.",
        text(&format!(
            r"[{WHITE}]*\+?[{WHITE}./()-]*([0-9][{WHITE}./()-]*){{{},{}}}",
            NumberPart::FEWEST, NumberPart::MOST,
        ))
        .min_length(Some(NumberPart::FEWEST))
        .max_length(Some(NumberPart::MAX_CHARACTERS))
        .examples(["8765"]);
    OptOutId: "A number that told a school to stop.", id(OptOutId::PREFIX);
    PersonId: "A person of the school's directory.", id(PersonId::PREFIX);
    QuietHours: "From one hour of the day to another one, in the school's time zone; over midnight when the first is the later one.",
        ObjectBuilder::new()
            .property("from", text(HOUR).description(Some("Their first minute.")))
            .property("until", text(HOUR).description(Some("The first minute after them, at another hour than the first.")))
            .required("from")
            .required("until")
            .format(format("quiet-hours"))
            .examples([serde_json::json!({ "from": "21:00", "until": "07:30" })]);
    RateCardVersion: "The name of a rate card, for ever.",
        one_of(RateCard::all().iter().map(|card| card.version().as_str()));
    RecallWindow: "For how many minutes an absence alert is held, in which it can still be withdrawn.",
        integer(0, RecallWindow::LONGEST_MIN.into());
    TextsKept: "For how many days texts and numbers are kept after a send has ended; counts and costs stay.",
        integer(TextsKept::SHORTEST_DAYS.into(), TextsKept::LONGEST_DAYS.into());
    RegistrationId: "One application of a school to use the service.", id(RegistrationId::PREFIX);
    RegistrationState: "Where a registration stands.",
        one_of(RegistrationState::ALL.map(RegistrationState::as_str));
    Role: "What a person may do. In a school, an administrator may do what a sender may, and a sender what a reader may.",
        one_of(Role::ALL.map(Role::as_str));
    SchoolId: "A school.", id(SchoolId::PREFIX);
    SchoolTimeZone: "A time zone of France, by its IANA name.",
        one_of(SchoolTimeZone::ALL.map(SchoolTimeZone::name));
    Segments: "How many segments a text takes: what is billed.", integer(1, u16::MAX.into());
    SendId: "One act of sending.", id(SendId::PREFIX);
    ErasureId: "An erasure of a person.", id(ErasureId::PREFIX);
    ExportId: "A file of the sent log that somebody asked for.", id(ExportId::PREFIX);
    AuditEntryId: "A line of a school's audit.", id(AuditEntryId::PREFIX);
    TemplateId: "A template of the school.", id(TemplateId::PREFIX);
    Territory: "A French territory, by its ISO 3166-1 code.", one_of(Territory::ALL.map(Territory::code));
    Uai: "The school's official number, also called RNE: seven digits and a check letter.",
        text(&format!("[{WHITE}]*([0-9][{WHITE}]*){{7}}[A-HJ-NPR-Za-hj-npr-z][{WHITE}]*"))
            .format(format("uai"))
            .examples(["0951099D"]);
    View: "The list that a send starts from.", one_of(View::ALL.map(View::as_str));
}

/// A line's length is measured after trimming, in its pattern as well.
impl<const MAX: usize> PartialSchema for Line<MAX> {
    fn schema() -> RefOr<Schema> {
        let visible = format!("[^{WHITE}{CONTROL}]");
        let line = match MAX.checked_sub(2) {
            Some(inner) => format!("[{WHITE}]*{visible}([^{CONTROL}]{{0,{inner}}}{visible})?[{WHITE}]*"),
            None => format!("[{WHITE}]*{visible}[{WHITE}]*"),
        };
        text(&line)
            .description(Some(format!(
                "One line of at most {MAX} characters; white space around it is dropped."
            )))
            .min_length(Some(1))
            .into()
    }
}

impl<const MAX: usize> ToSchema for Line<MAX> {
    fn name() -> Cow<'static, str> {
        Cow::Owned(format!("LineOf{MAX}"))
    }
}

/// The text of a template; only the catalogue knows its variables.
impl PartialSchema for Body {
    fn schema() -> RefOr<Schema> {
        // Line breaks and tabs are the only control characters.
        let written = r"[^\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f]";
        text(&format!("{written}*[^{WHITE}{CONTROL}]{written}*"))
            .format(format("template-text"))
            .min_length(Some(1))
            .max_length(Some(Self::MAX_CHARACTERS))
            .description(Some("A text with variables between double braces."))
            .examples(["{{school.name}} : {{pupil.first_name}} est absent ce jour."])
            .into()
    }
}

impl ToSchema for Body {
    fn name() -> Cow<'static, str> {
        Cow::Borrowed("TemplateText")
    }
}

impl PartialSchema for ContextSet {
    fn schema() -> RefOr<Schema> {
        ArrayBuilder::new()
            .items(Ref::from_schema_name(Context::name()))
            .max_items(Some(Context::ALL.len()))
            .description(Some("Some of the contexts."))
            .into()
    }
}

impl ToSchema for ContextSet {
    fn name() -> Cow<'static, str> {
        Cow::Borrowed("ContextSet")
    }

    fn schemas(schemas: &mut Vec<(String, RefOr<Schema>)>) {
        schemas.push((Context::name().into_owned(), Context::schema()));
    }
}
