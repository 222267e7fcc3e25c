//! `infra/template.yaml` as CloudFormation reads it: short forms such as `!Ref Table` become long ones.

mod function;

pub(crate) use function::{FunctionResource, HttpRoute, folders};

use std::{fs, path::Path};

use saphyr::{LoadableYamlNode, Scalar, Yaml};
use serde_json::{Map, Number, Value, json};

pub(crate) struct Template(Value);

impl Template {
    /// Reads and parses the template.
    pub fn read() -> Self {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../infra/template.yaml");
        let text = fs::read_to_string(path).expect("infra/template.yaml");
        let documents = Yaml::load_from_str(&text).expect("YAML");
        let [document] = &documents[..] else { panic!("one document") };
        Self(long_form(document))
    }

    /// All resources, by logical name.
    pub fn resources(&self) -> impl Iterator<Item = (&str, &Value)> {
        let resources = self.0["Resources"].as_object().expect("resources");
        resources.iter().map(|(id, resource)| (id.as_str(), resource))
    }

    /// The resources of one type: logical names and properties.
    pub fn of_kind(&self, kind: &str) -> impl Iterator<Item = (&str, &Value)> {
        self.resources()
            .filter(move |(_, resource)| resource["Type"] == kind)
            .map(|(id, resource)| (id, &resource["Properties"]))
    }

    /// The properties of an existing resource.
    #[track_caller]
    pub fn properties(&self, id: &str) -> &Value {
        let (_, resource) = self.resources().find(|(found, _)| *found == id).unwrap_or_else(|| {
            panic!("the template has no {id}");
        });
        &resource["Properties"]
    }

    /// The template's `Globals` of functions.
    pub fn of_all_functions(&self) -> &Value {
        &self.0["Globals"]["Function"]
    }
}

/// The target of a reference: `!Ref Table` and `!GetAtt Table.Arn` both give the table.
pub(crate) fn target(value: &Value) -> Option<&str> {
    value["Ref"].as_str().or_else(|| value["Fn::GetAtt"][0].as_str())
}

fn long_form(yaml: &Yaml<'_>) -> Value {
    match yaml {
        Yaml::Value(scalar) => of_scalar(scalar),
        Yaml::Sequence(items) => items.iter().map(long_form).collect(),
        Yaml::Mapping(entries) => entries
            .iter()
            .map(|(key, value)| (key.as_str().expect("a key is a text").to_owned(), long_form(value)))
            .collect::<Map<_, _>>()
            .into(),
        Yaml::Tagged(tag, value) => of_function(&tag.suffix, long_form(value)),
        Yaml::Representation(..) | Yaml::Alias(_) | Yaml::BadValue => panic!("nothing that a template has"),
    }
}

fn of_scalar(scalar: &Scalar<'_>) -> Value {
    match scalar {
        Scalar::Null => Value::Null,
        Scalar::Boolean(value) => (*value).into(),
        Scalar::Integer(value) => (*value).into(),
        Scalar::FloatingPoint(value) => Number::from_f64(value.0).expect("a finite number").into(),
        Scalar::String(value) => value.as_ref().into(),
    }
}

/// The long form of an intrinsic function.
fn of_function(name: &str, argument: Value) -> Value {
    match (name, argument.as_str().and_then(|text| text.split_once('.'))) {
        ("Ref" | "Condition", _) => json!({ name: argument }),
        ("GetAtt", Some((resource, attribute))) => json!({ "Fn::GetAtt": [resource, attribute] }),
        _ => json!({ format!("Fn::{name}"): argument }),
    }
}
