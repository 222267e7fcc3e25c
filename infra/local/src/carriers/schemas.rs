//! JSON Schemas of the carriers' requests.
//!
//! They follow the carriers' contracts, and are stricter in one respect: an unknown field is refused, where a
//! carrier may ignore it, so that misspelt fields are found. Forms are validated as objects of strings.

use std::{fmt, sync::OnceLock};

use domain::delivery::CarrierName;
use jsonschema::{Validator, error::ValidationErrorKind};
use serde_json::Value;

/// The schema of one carrier's request, compiled once.
pub struct Schema {
    text: &'static str,
    compiled: OnceLock<Validator>,
}

/// A violation: one field and one rule, without the field's value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Violation {
    /// The JSON Pointer of the field; empty for the body itself.
    pub field: String,
    /// The violated keyword of JSON Schema, such as `required`.
    pub rule: String,
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.field, self.rule)
    }
}

static TWILIO_MESSAGE: Schema = Schema::new(include_str!("schemas/twilio-message.schema.json"));
static OVH_JOB: Schema = Schema::new(include_str!("schemas/ovh-job.schema.json"));
static AWS_SEND_TEXT_MESSAGE: Schema = Schema::new(include_str!("schemas/aws-send-text-message.schema.json"));
static SNS_PUBLISH: Schema = Schema::new(include_str!("schemas/sns-publish.schema.json"));
static BRIDGE_SMS: Schema = Schema::new(include_str!("schemas/bridge-sms.schema.json"));

/// The schema of a request to send a text, by carrier: `twilio`, `ovh`, `aws-sms`, `sns` or `bridge`.
pub fn schema(carrier: &str) -> Option<&'static Schema> {
    Some(match carrier {
        "twilio" => &TWILIO_MESSAGE,
        "ovh" => &OVH_JOB,
        "aws-sms" => &AWS_SEND_TEXT_MESSAGE,
        "sns" => &SNS_PUBLISH,
        "bridge" => &BRIDGE_SMS,
        _ => return None,
    })
}

/// The violations of a request to send a text.
pub(super) fn violations(carrier: CarrierName, body: &Value) -> Vec<Violation> {
    schema(&carrier.to_string()).expect("every stand-in has a schema").violations(body)
}

impl Schema {
    const fn new(text: &'static str) -> Self {
        Self { text, compiled: OnceLock::new() }
    }

    pub const fn text(&self) -> &'static str {
        self.text
    }

    /// All violations of a body.
    pub fn violations(&self, body: &Value) -> Vec<Violation> {
        let validator = self.compiled.get_or_init(|| {
            let schema: Value = serde_json::from_str(self.text).expect("the schema is JSON");
            jsonschema::validator_for(&schema).expect("the schema is one")
        });
        validator
            .iter_errors(body)
            .flat_map(|error| {
                let (place, rule) = (error.instance_path().to_string(), error.kind().keyword().to_owned());
                let names = match error.kind() {
                    ValidationErrorKind::Required { property } => {
                        vec![property.as_str().unwrap_or_default().to_owned()]
                    }
                    ValidationErrorKind::AdditionalProperties { unexpected } => unexpected.clone(),
                    _ => vec![String::new()],
                };
                names.into_iter().map(move |name| Violation {
                    field: format!("{place}/{name}").trim_matches('/').to_owned(),
                    rule: rule.clone(),
                })
            })
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn every_schema_compiles_and_knows_the_draft_and_no_other_field() {
        for carrier in ["twilio", "ovh", "aws-sms", "sns", "bridge"] {
            let schema = schema(carrier).unwrap();
            let text: Value = serde_json::from_str(schema.text()).unwrap();
            assert_eq!(text["$schema"], "https://json-schema.org/draft/2020-12/schema", "{carrier}");
            let unknown = Violation { field: "Nonsense".to_owned(), rule: "additionalProperties".to_owned() };
            assert!(schema.violations(&json!({ "Nonsense": "1" })).contains(&unknown), "{carrier}");
        }
        assert!(schema("pigeon").is_none());
    }

    #[test]
    fn a_violation_names_the_field_and_never_its_value() {
        let body = json!({ "reference": "r", "to": "0639981234", "text": "Bonjour" });
        let violations = violations(CarrierName::Bridge, &body);
        let told: Vec<_> = violations.iter().map(ToString::to_string).collect();
        assert_eq!(told, ["to: pattern"]);
    }
}
