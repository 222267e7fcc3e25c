//! A value beyond a documented bound is refused by its own pointer, without any change; a value within the
//! bounds is not refused for its size.

use std::collections::BTreeSet;

use api::Role;
use carillon_tests::{Answer, Client, Service};
use domain::schema::TRIMMED_MAX_LENGTH;
use serde_json::{Value, json};

use super::{
    of_the_code,
    requests::{Filled, Operation},
};

/// Texts without a documented bound, each for a reason: our own tokens are checked as a whole, the errors of
/// an imported template are reported for that template, and a secret is compared.
const OPEN: [&str; 8] = [
    "/cursor",
    "/school_year",
    "/exported_at",
    "/templates/0/label",
    "/templates/0/audience",
    "/templates/0/context",
    "/templates/0/body",
    "/token",
];

/// A field of a request: pointer and schema.
struct Field<'d> {
    pointer: String,
    schema: &'d Value,
}

/// All fields below a schema.
fn fields<'d>(operation: &Operation<'d>, schema: &'d Value, pointer: &str, found: &mut Vec<Field<'d>>) {
    let schema = operation.resolved(schema);
    if let Some(alternatives) = schema["oneOf"].as_array() {
        return alternatives.iter().for_each(|one| fields(operation, one, pointer, found));
    }
    found.push(Field { pointer: pointer.to_owned(), schema });
    for (name, field) in schema["properties"].as_object().into_iter().flatten() {
        fields(operation, field, &format!("{pointer}/{name}"), found);
    }
    if schema["items"].is_object() {
        fields(operation, &schema["items"], &format!("{pointer}/0"), found);
    }
}

/// The fields of a body, and of a query.
fn all_fields<'d>(operation: &Operation<'d>) -> (Vec<Field<'d>>, Vec<Field<'d>>) {
    let (mut body, mut query) = (Vec::new(), Vec::new());
    if let Some(schema) = operation.body_schema() {
        fields(operation, schema, "", &mut body);
    }
    for parameter in operation.parameters("query") {
        let name = parameter["name"].as_str().unwrap_or_default();
        fields(operation, &parameter["schema"], &format!("/{name}"), &mut query);
    }
    (body, query)
}

impl Field<'_> {
    fn is(&self, kind: &str) -> bool {
        self.schema["type"] == kind
            || self.schema["type"].as_array().is_some_and(|kinds| kinds.contains(&kind.into()))
    }

    /// The minimum and the maximum, if there is a maximum.
    fn bounds(&self) -> Option<(u64, u64)> {
        // A line counts what is left without the white space around it, which no keyword says.
        if let Some(most) = self.schema[TRIMMED_MAX_LENGTH].as_u64() {
            return Some((1, most));
        }
        let (least, most) = match () {
            () if self.is("string") => ("minLength", "maxLength"),
            () if self.is("integer") => ("minimum", "maximum"),
            () if self.is("array") => ("minItems", "maxItems"),
            () => ("minProperties", "maxProperties"),
        };
        Some((self.schema[least].as_u64().unwrap_or(0), self.schema[most].as_u64()?))
    }

    /// Whether a text matches the pattern, if any.
    fn has_the_form_of(&self, text: &str) -> bool {
        let pattern = json!({ "pattern": self.schema["pattern"].as_str().unwrap_or_default() });
        jsonschema::draft202012::is_valid(&pattern, &json!(text))
    }

    /// A text, list, object or number of a given size. `item` is the element of a list.
    fn of_size(&self, size: u128, item: Option<&Value>) -> Value {
        let count = usize::try_from(size).unwrap_or(usize::MAX);
        if self.is("integer") {
            return u64::try_from(size).map_or_else(|_| json!(size as f64), Value::from);
        }
        if self.is("array") {
            let item = item.cloned().or_else(|| self.schema["items"]["enum"].get(0).cloned());
            return vec![item.unwrap_or_else(|| json!("absence")); count].into();
        }
        if self.schema[TRIMMED_MAX_LENGTH].is_u64() {
            return "a".repeat(count).into();
        }
        if self.is("string") {
            let email = |count: usize| format!("{}@b.example", "a".repeat(count.saturating_sub(10)));
            let phone = |count: usize| format!("0199001234{}", " ".repeat(count.saturating_sub(10)));
            let texts = ["a".repeat(count), email(count), phone(count), "1".repeat(count)];
            let fitting = texts.iter().find(|text| text.len() == count && self.has_the_form_of(text));
            return fitting.unwrap_or(&texts[0]).as_str().into();
        }
        let members = (0..count).map(|number| (format!("per_{number:026}"), json!({})));
        Value::Object(members.collect())
    }
}

/// An example with another value at a pointer, which is created if missing.
fn with(example: &Value, pointer: &str, value: Value) -> Option<Value> {
    let (parent, name) = pointer.rsplit_once('/')?;
    let mut changed = example.clone();
    match changed.pointer_mut(parent) {
        Some(Value::Object(members)) => {
            members.insert(name.to_owned(), value);
        }
        Some(Value::Array(items)) => *items.first_mut()? = value,
        Some(_) => return None,
        None if name == "0" => return with(example, parent, json!([value])),
        None => return with(example, parent, json!({ name: value })),
    }
    Some(changed)
}

/// The codes of a response at a pointer.
fn codes(answer: &Answer, pointer: &str) -> BTreeSet<String> {
    let refused = answer.field_errors().into_iter().filter(|(place, _)| place == pointer);
    refused.map(|(_, code)| code).collect()
}

/// A request with one field of another size.
struct Probe<'d> {
    operation: Operation<'d>,
    pointer: String,
    size: u128,
    body: Option<Value>,
    query: Option<String>,
}

impl Probe<'_> {
    async fn ask(&self, callers: &(Client, Client), filled: &Filled) -> Answer {
        let caller = if self.operation.is_for(Role::Operator) { &callers.1 } else { &callers.0 };
        let query = self.query.as_deref().map(|value| (self.pointer.trim_start_matches('/'), value));
        self.operation.call(caller, filled, query, self.body.as_ref()).await
    }

    fn name(&self) -> String {
        format!("{} {} with {} of {}", self.operation.method, self.operation.path, self.pointer, self.size)
    }
}

/// The probes of one operation: beyond its bounds, and within.
fn probes<'d>(document: &'d Value, operation: &Operation<'d>) -> [Vec<Probe<'d>>; 2] {
    let mut found = [Vec::new(), Vec::new()];
    let (body, query) = all_fields(operation);
    let examples = operation.examples();
    let marked = body.iter().map(|field| (field, false)).chain(query.iter().map(|field| (field, true)));
    for (field, is_query) in marked {
        let Some((least, most)) = field.bounds().map(|(least, most)| (u128::from(least), u128::from(most)))
        else {
            continue;
        };
        let sizes = BTreeSet::from([0, 1, least.saturating_sub(1), most, most + 1]);
        for size in sizes {
            let is_within = (least..=most).contains(&size);
            // A text with a rule of its own may be invalid at any size.
            if is_within && field.is("string") && !field.schema["format"].is_null() {
                continue;
            }
            let item = examples.iter().find_map(|example| example.pointer(&format!("{}/0", field.pointer)));
            let value = field.of_size(size, item);
            // Some texts are too short for their pattern.
            if is_within && value.as_str().is_some_and(|text| !field.has_the_form_of(text)) {
                continue;
            }
            let parent = field.pointer.rsplit_once('/').map_or("", |(parent, _)| parent);
            let with_room = examples.iter().filter(|example| example.pointer(parent).is_some());
            let changed =
                with_room.chain(&examples).find_map(|example| with(example, &field.pointer, value.clone()));
            assert!(
                is_query || changed.is_some(),
                "no example of {} {} has room for {}",
                operation.method,
                operation.path,
                field.pointer
            );
            let text = || value.as_str().map_or_else(|| value.to_string(), str::to_owned);
            found[usize::from(is_within)].push(Probe {
                operation: Operation { document, method: operation.method.clone(), ..*operation },
                pointer: field.pointer.clone(),
                size,
                body: if is_query { examples.first().cloned() } else { changed },
                query: is_query.then(text),
            });
        }
    }
    found
}

/// All data that a school can see.
async fn seen(filled: &Filled) -> Vec<Value> {
    let mut seen = Vec::new();
    for path in
        ["/v1/school", "/v1/registration", "/v1/people", "/v1/templates", "/v1/messages", "/v1/budget"]
    {
        seen.push(filled.admin.get(path).await.expect(200));
    }
    seen
}

#[tokio::test(flavor = "multi_thread")]
async fn every_field_holds_as_much_as_the_document_says_and_no_more() {
    let document = of_the_code();
    let service = Service::start().await;
    let filled = Filled::new(&service, "MARTIN").await;
    service.settled(&filled.admin, &filled.send()).await;
    let callers = (filled.admin.clone(), service.operator());
    // The operator's decisions come last: a barred school accepts few requests.
    let mut operations: Vec<_> = Operation::protected(&document).collect();
    operations.sort_by_key(|operation| operation.is_for(Role::Operator));
    let all: Vec<_> = operations.iter().map(|operation| probes(&document, operation)).collect();
    let before = seen(&filled).await;
    let (mut refusals, mut wrong) = (BTreeSet::new(), Vec::new());
    for probe in all.iter().flat_map(|[beyond, _]| beyond) {
        let answer = probe.ask(&callers, &filled).await;
        let codes = codes(&answer, &probe.pointer);
        if codes.is_empty() || !(400..500).contains(&answer.status) {
            wrong.push(format!("{}: {} {}", probe.name(), answer.status, answer.body));
        }
        refusals.extend(codes.into_iter().map(|code| (probe.pointer.clone(), code)));
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert_eq!(seen(&filled).await, before);
    let mut within = 0;
    for probe in all.iter().flat_map(|[_, within]| within) {
        let answer = probe.ask(&callers, &filled).await;
        let codes = codes(&answer, &probe.pointer);
        let is_for_size = codes.into_iter().any(|code| refusals.contains(&(probe.pointer.clone(), code)));
        if is_for_size || answer.status >= 500 {
            wrong.push(format!("{}: {} {}", probe.name(), answer.status, answer.body));
        }
        within += 1;
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    println!("bounds: {} refusals by place, {within} requests within", refusals.len());
    assert!(refusals.len() > 30 && within > 60, "the fields were found");
}

#[test]
fn whatever_comes_from_outside_is_limited() {
    let document = of_the_code();
    let mut unlimited = Vec::new();
    for operation in Operation::protected(&document) {
        let (body, query) = all_fields(&operation);
        for field in body.iter().chain(&query) {
            let is_named = ["pattern", "enum"].iter().any(|word| !field.schema[*word].is_null());
            let has_no_size =
                field.is("boolean") || field.is("null") || field.schema["properties"].is_object();
            let is_limited =
                is_named || has_no_size || field.bounds().is_some() || field.schema["type"].is_null();
            let is_open = OPEN.contains(&field.pointer.as_str());
            if !is_limited && !is_open {
                unlimited.push(format!("{} {} {}", operation.method, operation.path, field.pointer));
            }
        }
    }
    assert!(unlimited.is_empty(), "without a limit:\n{}", unlimited.join("\n"));
}
