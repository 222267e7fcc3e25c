//! JSON schemas of values, as close to their parsers as a schema allows.

use std::{borrow::Cow, collections::BTreeSet};

use serde_json::Value;
use utoipa::{
    PartialSchema, ToSchema,
    openapi::{
        ArrayBuilder, ObjectBuilder, Ref, RefOr, Schema, SchemaFormat, extensions::ExtensionsBuilder,
        schema::Type,
    },
};

use crate::{
    audience::Audience,
    audit::{About, Act},
    budget::Month,
    delivery::{Cancellation, CarrierName, FailureReason, MessageState},
    directory::{BirthDate, ClassName, IdentifierScheme, Kinship, OptOutOrigin, TieLevel},
    id::{
        AuditEntryId, ErasureId, ExportId, ImportId, OptOutId, PersonId, RegistrationId, SchoolId, SendId,
        TemplateId,
    },
    language::Explain,
    line::Line,
    phone::Country,
    pricing::{MicroEuros, RateCard, RateCardVersion},
    registration::{AcknowledgedPrices, EmailAddress, RegistrationState},
    role::Role,
    school::{CallbackNumber, HouseholdRule, QuietHours, RecallWindow, SchoolTimeZone, TextsKept, Uai},
    sending::{DropReason, IdempotencyKey},
    sent_log::{NumberPart, export::ExportState},
    template::{Body, Context, ContextSet, Variable, View},
    territory::Territory,
    text::{Encoding, EncodingMode, Segments},
};

/// Matches [`char::is_whitespace`], inside brackets of a pattern: `\s` differs between languages.
const WHITE: &str = r"\u0009-\u000d\u0020\u0085\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000";
/// Matches [`crate::line::INVISIBLE`], inside brackets.
const INVISIBLE: &str = r"\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff";
/// Matches [`char::is_control`], inside brackets.
const CONTROL: &str = r"\u0000-\u001f\u007f-\u009f";
/// An hour and a minute, `00:00` to `23:59`.
pub const HOUR: &str = "([01][0-9]|2[0-3]):[0-5][0-9]";
/// A date, as far as a pattern can check the calendar.
pub const DAY: &str = "[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])";
/// A ULID: 128 bits in 26 base-32 digits, the first of which holds three.
const ULID: &str = "[0-7][0-9A-HJKMNP-TV-Z]{25}";

/// What the names of schemas begin with that stand in the document where they are used, and not among its components:
/// limited texts and lists.
pub const UNNAMED: &str = "Unnamed";
/// How many characters a text may have without the white space around it, which no keyword of JSON Schema says.
pub const TRIMMED_MAX_LENGTH: &str = "x-trimmed-max-length";

/// A text that a pattern describes from end to end.
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

/// Writes the schema of each value, under the name of its type or another one, and `all` of them for the document.
#[macro_export]
macro_rules! described {
    ($($name:ident $(as $other:literal)?: $description:literal, $schema:expr;)*) => {
        $(
            impl ::utoipa::PartialSchema for $name {
                fn schema() -> ::utoipa::openapi::RefOr<::utoipa::openapi::Schema> {
                    $schema.description(Some($description)).into()
                }
            }

            impl ::utoipa::ToSchema for $name {
                fn name() -> ::std::borrow::Cow<'static, str> {
                    let name = [$($other,)? stringify!($name)][0];
                    ::std::borrow::Cow::Borrowed(name)
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

/// The reason that a message has in its state: of a failure, or of a cancellation.
pub enum MessageReason {}

/// What becomes of a message by a carrier's answer or receipt.
pub enum CarrierEffect {}

described! {
    AcknowledgedPrices as "PriceState": "The state of the acknowledged prices: current, valid until a date, or lapsed.",
        one_of(AcknowledgedPrices::CODES.iter().copied());
    BirthDate: "A date of birth, as `2015-03-12`; `12/03/2015` is understood.",
        text(&format!("({DAY}|[0-9]{{1,2}}[/.-][0-9]{{1,2}}[/.-][0-9]{{4}})")).examples(["2015-03-12"]);
    CarrierEffect: "The effect on a message. Of an answer: `accepted`, `refused`, `try_later`, `unknown` or `halt`. Of a receipt: `nothing`, `sent`, `delivered` or `failed`.",
        one_of(["accepted", "refused", "try_later", "unknown", "halt", "nothing", "sent", "delivered", "failed"]);
    DropReason: "The reason for which a person is not a recipient.", one_of(DropReason::CODES.iter().copied());
    IdentifierScheme: "The software or the register that gave an identifier.",
        one_of(IdentifierScheme::ALL.map(IdentifierScheme::as_str));
    Kinship: "What an adult is to a child.", one_of(Kinship::ALL.map(Kinship::as_str));
    MessageReason: "The reason for a failed or cancelled message.", {
        let failures = FailureReason::ALL.map(|reason| reason.code());
        let all = failures.into_iter().chain(Cancellation::ALL.map(|reason| reason.code()));
        one_of(all.collect::<BTreeSet<_>>())
    };
    MessageState: "The state of a message.", one_of(MessageState::NAMES);
    OptOutOrigin: "The origin of an opt-out: a reply such as STOP, or a stop recorded by the carrier.",
        one_of(OptOutOrigin::CODES.iter().copied());
    Variable as "VariableName": "The name of a variable.", one_of(Variable::ALL.map(Variable::name));
    About as "AuditSubject": "The identifier of the resource that an action concerned. Never a person.", {
        let prefixes = [
            RegistrationId::PREFIX, TemplateId::PREFIX, SendId::PREFIX, ExportId::PREFIX, ImportId::PREFIX, ErasureId::PREFIX,
        ];
        text(&format!("({}){ULID}", prefixes.join("|"))).examples(["snd_01J0000000000000000000000A"])
    };
    Act as "AuditAction": "An action that the audit records.", one_of(Act::ALL.iter().map(|act| act.as_str()));
    Audience: "A category of people: the recipients of a text, or the category of a person in the directory.",
        one_of(Audience::ALL.map(Audience::as_str));
    CallbackNumber: "A phone number for calls back from families, in the school's own spelling.",
        text(&format!(r"[{WHITE}]*\+?[ .()-]*([0-9][ .()-]*){{{},{}}}[{WHITE}]*", CallbackNumber::FEWEST_DIGITS, CallbackNumber::MOST_DIGITS))
            .max_length(Some(CallbackNumber::MAX_CHARACTERS))
            .examples(["01 99 00 12 34"]);
    CarrierName: "A carrier of SMS.", one_of(CarrierName::ALL.map(CarrierName::as_str));
    Context: "The occasion of a text. It determines the audiences and the variables.",
        one_of(Context::ALL.map(Context::as_str));
    Country: "An ISO 3166-1 code, in upper case.", text("[A-Z]{2}").examples(["BE"]);
    EmailAddress: "An e-mail address.", {
        let rest = r#"<>()\[\],;:\\""#;
        let (local, label) = (format!("[^{WHITE}{CONTROL}{rest}@]+"), format!("[^{WHITE}{CONTROL}{rest}@.]+"));
        text(&format!(r"[{WHITE}]*{local}@{label}(\.{label})+[{WHITE}]*"))
            .max_length(Some(EmailAddress::MAX_CHARACTERS))
            .examples(["secretariat@college.example"])
    };
    Encoding: "The encoding of a text. One character outside GSM-7 makes the whole text UCS-2.",
        one_of(Encoding::ALL.map(Encoding::as_str));
    EncodingMode: "The replacements that reduce the cost of a text. `typographic`: typographic signs with a GSM-7 equivalent. `plain`: also accents outside GSM-7. `exact`: none.",
        one_of(EncodingMode::ALL.map(EncodingMode::as_str));
    ExportState: "The state of the latest download of an export. `expired` once the link has expired.",
        one_of(ExportState::ALL.map(ExportState::as_str));
    FailureReason: "The reason for a failed message.",
        one_of(FailureReason::ALL.map(|reason| reason.code()));
    HouseholdRule: "The recipients of a text among guardians at one address.",
        one_of(HouseholdRule::ALL.map(HouseholdRule::as_str));
    IdempotencyKey: "A unique key of the client, one for each send.",
        text(&format!("[!-~]{{1,{}}}", IdempotencyKey::MAX_CHARACTERS)).examples(["8e03978e-40d5-43dd-bc93-6894a57f9324"]);
    MicroEuros: "Money, in millionths of a euro.", integer(0, u64::MAX).examples([49_000]);
    Month: "A month of the school's calendar, from the year 1 on.",
        text("([1-9][0-9]{3}|0[1-9][0-9]{2}|00[1-9][0-9]|000[1-9])-(0[1-9]|1[0-2])").examples(["2026-11"]);
    NumberPart as "PhoneNumberPart": "Consecutive digits of a phone number, with or without separators.",
        text(&format!(
            r"[{WHITE}]*\+?[{WHITE}./()-]*([0-9][{WHITE}./()-]*){{{},{}}}",
            NumberPart::FEWEST, NumberPart::MOST,
        ))
        .min_length(Some(NumberPart::FEWEST))
        .max_length(Some(NumberPart::MAX_CHARACTERS))
        .examples(["8765"]);
    OptOutId: "The identifier of an opt-out.", id(OptOutId::PREFIX);
    PersonId: "The identifier of a person.", id(PersonId::PREFIX);
    QuietHours: "A daily period without SMS, in the school's time zone. It spans midnight if `from` is later than `until`.",
        ObjectBuilder::new()
            .property("from", text(HOUR).description(Some("The first minute.")))
            .property("until", text(HOUR).description(Some("The first minute after the period. Different from `from`.")))
            .required("from")
            .required("until")
            .format(format("quiet-hours"))
            .examples([serde_json::json!({ "from": "21:00", "until": "07:30" })]);
    RateCardVersion: "The version of a rate card.",
        one_of(RateCard::all().iter().map(|card| card.version().as_str()));
    RecallWindow: "The delay of an absence alert in minutes, during which it can be withdrawn.",
        integer(0, RecallWindow::LONGEST_MIN.into());
    TextsKept as "RetentionDays": "The retention period of texts and phone numbers, in days after the end of a send. Counts and costs have no limit.",
        integer(TextsKept::SHORTEST_DAYS.into(), TextsKept::LONGEST_DAYS.into());
    RegistrationId: "The identifier of a registration.", id(RegistrationId::PREFIX);
    RegistrationState: "The state of a registration.",
        one_of(RegistrationState::ALL.map(RegistrationState::as_str));
    Role: "The role of a user. In a school, `admin` includes `sender`, and `sender` includes `reader`.",
        one_of(Role::ALL.map(Role::as_str));
    SchoolId: "The identifier of a school.", id(SchoolId::PREFIX);
    SchoolTimeZone: "A time zone of France, by its IANA name.",
        one_of(SchoolTimeZone::ALL.map(SchoolTimeZone::name));
    Segments: "The number of segments of a text: the unit of billing.", integer(1, u16::MAX.into());
    SendId: "The identifier of a send.", id(SendId::PREFIX);
    ErasureId: "The identifier of an erasure.", id(ErasureId::PREFIX);
    ExportId: "The identifier of an export.", id(ExportId::PREFIX);
    ImportId: "The identifier of an import.", id(ImportId::PREFIX);
    AuditEntryId: "The identifier of an audit entry.", id(AuditEntryId::PREFIX);
    TemplateId: "The identifier of a template.", id(TemplateId::PREFIX);
    Territory: "A French territory, by its ISO 3166-1 code.", one_of(Territory::ALL.map(Territory::code));
    TieLevel: "The level of a tie between an adult and a child. A `contact` gets no news of the child.",
        one_of(TieLevel::ALL.map(TieLevel::as_str));
    Uai: "The official identifier of a school (UAI, formerly RNE): seven digits and a check letter.",
        text(&format!("[{WHITE}]*([0-9][{WHITE}]*){{7}}[A-HJ-NPR-Za-hj-npr-z][{WHITE}]*"))
            .format(format("uai"))
            .examples(["0951099D"]);
    View: "A list of people from which a send starts.", one_of(View::ALL.map(View::as_str));
}

/// A line's length is measured after trimming, in its pattern as well.
impl<const MAX: usize> PartialSchema for Line<MAX> {
    fn schema() -> RefOr<Schema> {
        let blank = format!("[{WHITE}{INVISIBLE}]*");
        let visible = format!("[^{WHITE}{INVISIBLE}{CONTROL}]");
        let line = match MAX.checked_sub(2) {
            Some(inner) => format!("{blank}{visible}([^{CONTROL}]{{0,{inner}}}{visible})?{blank}"),
            None => format!("{blank}{visible}{blank}"),
        };
        text(&line)
            .description(Some(format!(
                "One line of at most {MAX} characters, without surrounding white space."
            )))
            .min_length(Some(1))
            .extensions(Some(ExtensionsBuilder::new().add(TRIMMED_MAX_LENGTH, MAX).build()))
            .into()
    }
}

impl<const MAX: usize> ToSchema for Line<MAX> {
    fn name() -> Cow<'static, str> {
        Cow::Owned(format!("{UNNAMED}Line{MAX}"))
    }
}

impl PartialSchema for ClassName {
    fn schema() -> RefOr<Schema> {
        Line::<{ Self::LIMIT }>::schema()
    }
}

impl ToSchema for ClassName {
    fn name() -> Cow<'static, str> {
        Line::<{ Self::LIMIT }>::name()
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
            .description(Some("A text with variables in double braces."))
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
            .description(Some("A set of contexts."))
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
