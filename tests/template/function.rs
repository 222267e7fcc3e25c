//! One function of the template, with its resources.

use std::{collections::BTreeMap, fs, path::Path};

use serde_json::Value;

use super::{Template, target};

/// The folders of `functions`.
pub(crate) fn folders() -> Vec<String> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../functions");
    let names = fs::read_dir(folder)
        .expect("functions")
        .map(|entry| entry.expect("a readable entry"))
        .filter(|entry| entry.path().is_dir())
        .map(|folder| folder.file_name().into_string().expect("a printable name"));
    let mut names: Vec<String> = names.collect();
    names.sort_unstable();
    names
}

/// A function of the template.
pub(crate) struct FunctionResource<'t> {
    pub name: String,
    /// The prefix of its resources' names.
    pub id: String,
    template: &'t Template,
    properties: &'t Value,
}

/// A route of API Gateway to a function.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct HttpRoute<'t> {
    /// Such as `GET`.
    pub method: &'t str,
    /// Such as `/v1/people/{proxy+}`.
    pub path: &'t str,
    /// Whether it needs no token.
    pub is_open: bool,
}

impl<'t> FunctionResource<'t> {
    pub fn all(template: &'t Template) -> impl Iterator<Item = Self> {
        folders().into_iter().map(move |name| {
            let id = format!("{}{}", name[..1].to_uppercase(), &name[1..]);
            let properties = template.properties(&format!("{id}Function"));
            Self { name, id, template, properties }
        })
    }

    /// A property of its own, or of all functions.
    pub fn property(&self, name: &str) -> &'t Value {
        let own = &self.properties[name];
        if own.is_null() { &self.template.of_all_functions()[name] } else { own }
    }

    /// The properties of a resource named after it, such as its `LogGroup`.
    pub fn belonging(&self, what: &str) -> &'t Value {
        self.template.properties(&format!("{}{what}", self.id))
    }

    pub fn environment(&self) -> BTreeMap<&'t str, &'t Value> {
        let variables = self.property("Environment")["Variables"].as_object();
        variables.into_iter().flatten().map(|(name, value)| (name.as_str(), value)).collect()
    }

    fn events(&self, kind: &str) -> impl Iterator<Item = &'t Value> {
        let events = self.properties["Events"].as_object().into_iter().flatten();
        events
            .map(|(_, event)| event)
            .filter(move |event| event["Type"] == kind)
            .map(|event| &event["Properties"])
    }

    /// Its event source mappings.
    pub fn queues(&self) -> impl Iterator<Item = &'t Value> {
        self.events("SQS")
    }

    /// Its routes in API Gateway.
    pub fn routes(&self) -> impl Iterator<Item = HttpRoute<'t>> {
        self.events("HttpApi").map(|event| {
            assert_eq!(target(&event["ApiId"]), Some("Api"));
            HttpRoute {
                method: event["Method"].as_str().expect("a method"),
                path: event["Path"].as_str().expect("a path"),
                is_open: event["Auth"]["Authorizer"] == "NONE",
            }
        })
    }

    /// Whether it has a streaming function URL.
    pub fn has_an_address(&self) -> bool {
        self.properties["FunctionUrlConfig"]["InvokeMode"] == "RESPONSE_STREAM"
    }

    /// Its schedules.
    pub fn schedules(&self) -> impl Iterator<Item = &'t Value> {
        self.events("ScheduleV2")
    }
}
