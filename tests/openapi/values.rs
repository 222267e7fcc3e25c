//! A value is refused if its schema refuses it; and only then, if the schema is complete.

use api::{FieldErrors, LocalDay, LocalHour, LocalMinute, PageLimit, TypedPhone};
use deserr::Deserr;
use domain::{
    audience::Audience,
    budget::Month,
    directory::{ClassName, GivenName},
    id::{PersonId, SendId, TemplateId},
    line::Line,
    phone::Country,
    pricing::RateCardVersion,
    registration::{EmailAddress, RegistrationState},
    school::{CallbackNumber, HouseholdRule, SchoolTimeZone, Uai},
    template::{Context, View},
    territory::Territory,
    text::EncodingMode,
};
use proptest::{prelude::*, sample::Index};
use serde_json::Value;
use utoipa::PartialSchema;

/// Characters that people and programs put in wrong places.
const SIGNS: [char; 24] = [
    ' ',
    '\u{a0}',
    '\u{85}',
    '\u{3000}',
    '\n',
    '\t',
    '\0',
    '\u{7f}',
    '\u{9f}',
    '0',
    '1',
    '9',
    'A',
    'U',
    'z',
    'é',
    '@',
    '.',
    '-',
    ':',
    '+',
    '(',
    '"',
    '\u{1f600}',
];

/// Edits of a text: position, character, operation.
fn edits() -> impl Strategy<Value = Vec<(Index, usize, u8)>> {
    proptest::collection::vec((any::<Index>(), 0..SIGNS.len(), 0_u8..3), 0..5)
}

fn edited(text: &str, edits: &[(Index, usize, u8)]) -> String {
    let mut signs: Vec<char> = text.chars().collect();
    for (place, sign, kind) in edits {
        let place = place.index(signs.len() + 1);
        match kind {
            0 if place < signs.len() => drop(signs.remove(place)),
            1 if place < signs.len() => signs[place] = SIGNS[*sign],
            _ => signs.insert(place, SIGNS[*sign]),
        }
    }
    signs.into_iter().collect()
}

/// Whether a schema expresses all rules.
#[derive(Clone, Copy, PartialEq)]
enum Says {
    Everything,
    Something,
}

fn agree<T: Deserr<FieldErrors> + PartialSchema>(
    says: Says,
    examples: &[&str],
    edits: &[(Index, usize, u8)],
) {
    let schema = serde_json::to_value(T::schema()).unwrap();
    let validator = jsonschema::draft202012::new(&schema).unwrap();
    for example in examples {
        let text = edited(example, edits);
        let value = Value::String(text.clone());
        let fits = validator.is_valid(&value);
        let taken = deserr::deserialize::<T, _, FieldErrors>(value).is_ok();
        let name = std::any::type_name::<T>();
        assert!(fits || !taken, "{name} takes {text:?}, which its schema refuses");
        assert!(taken || !fits || says == Says::Something, "{name} refuses {text:?}, which its schema takes");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn parsers_and_schemas_agree(edits in edits()) {
        use Says::{Everything, Something};
        agree::<Line<1>>(Everything, &["a", ""], &edits);
        agree::<Line<3>>(Everything, &["abc", "a c", " é "], &edits);
        agree::<ClassName>(Everything, &["3e B", "1234567890123456789012345678901234567890"], &edits);
        agree::<GivenName>(Everything, &["Zoé"], &edits);
        agree::<CallbackNumber>(Everything, &["01 99 00 12 34", "+33 1 99 00 12 34", "3020", "0123456789012345"], &edits);
        agree::<EmailAddress>(Everything, &["secretariat@college.example", "a@b.c"], &edits);
        agree::<Country>(Everything, &["BE"], &edits);
        agree::<LocalHour>(Everything, &["18:00", "23:59"], &edits);
        agree::<LocalDay>(Something, &["2026-11-30"], &edits);
        agree::<LocalMinute>(Something, &["2026-11-30T18:00"], &edits);
        agree::<Month>(Everything, &["2026-11", "0001-01"], &edits);
        agree::<Uai>(Something, &["0951099D", " 095 1099 d"], &edits);
        agree::<TypedPhone>(Something, &["06 39 98 00 10", "+33 (0)6 39 98 00 10"], &edits);
        agree::<PersonId>(Everything, &["per_01J0000000000000000000000A"], &edits);
        agree::<SendId>(Everything, &["snd_7ZZZZZZZZZZZZZZZZZZZZZZZZZ"], &edits);
        agree::<TemplateId>(Everything, &["tpl_01J0000000000000000000000A"], &edits);
        agree::<Audience>(Everything, &["guardians"], &edits);
        agree::<Context>(Everything, &["absence"], &edits);
        agree::<View>(Everything, &["pupils"], &edits);
        agree::<EncodingMode>(Everything, &["exact"], &edits);
        agree::<HouseholdRule>(Everything, &["each_guardian"], &edits);
        agree::<RegistrationState>(Everything, &["applied"], &edits);
        agree::<RateCardVersion>(Everything, &["2026-09"], &edits);
        agree::<SchoolTimeZone>(Everything, &["Europe/Paris"], &edits);
        agree::<Territory>(Everything, &["FR"], &edits);
    }
}

/// A query is a text; its schema is that of the number.
#[test]
fn a_page_has_as_many_items_as_its_schema_says() {
    let schema = serde_json::to_value(PageLimit::schema()).unwrap();
    for limit in 0..=u64::from(PageLimit::MAX) + 1 {
        let fits =
            (schema["minimum"].as_u64().unwrap()..=schema["maximum"].as_u64().unwrap()).contains(&limit);
        let taken =
            deserr::deserialize::<PageLimit, _, FieldErrors>(Value::String(limit.to_string())).is_ok();
        assert_eq!(fits, taken, "{limit}");
    }
}
