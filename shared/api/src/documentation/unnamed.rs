//! Limited texts and lists stand where they are used: a name like `PhoneNumbersOfAtMost500` would tell nothing.

use domain::schema::UNNAMED;
use serde_json::{Map, Value, json};

use super::references::referred;

/// Writes every schema without a name of its own in the places of its references.
pub(super) fn inline(document: &mut Value) {
    let schemas = document["components"]["schemas"].as_object_mut().expect("schemas have names");
    let (mut unnamed, named): (Map<_, _>, Map<_, _>) =
        std::mem::take(schemas).into_iter().partition(|(name, _)| name.starts_with(UNNAMED));
    *schemas = named;
    // A list of limited texts is made of another one.
    let inner = unnamed.clone();
    unnamed.values_mut().for_each(|schema| replace(schema, &inner));
    replace(document, &unnamed);
}

fn replace(part: &mut Value, unnamed: &Map<String, Value>) {
    match part {
        Value::Object(members) => members.values_mut().for_each(|member| replace(member, unnamed)),
        Value::Array(items) => items.iter_mut().for_each(|item| replace(item, unnamed)),
        _ => {}
    }
    if let Some(name) = referred(part).filter(|name| name.starts_with(UNNAMED)) {
        let mut schema = unnamed[name].clone();
        if let Some(own) = part["description"].as_str() {
            let sentences: Vec<_> =
                [Some(own), schema["description"].as_str()].into_iter().flatten().collect();
            schema["description"] = sentences.join(" ").into();
        }
        *part = schema;
    }
    join_null(part);
}

/// A text or a list that may be null is one schema of two types; what is said of it stands with the alternatives.
fn join_null(part: &mut Value) {
    let Some([null, value]) = part["oneOf"].as_array().map(Vec::as_slice) else { return };
    let (null, value) = if null["type"] == "null" { (null, value) } else { (value, null) };
    if null["type"] != "null" {
        return;
    }
    let mut value = value.clone();
    if value["type"].is_string() {
        value["type"] = json!([value["type"], "null"]);
        *part = value;
    } else if let Some(description) = value.as_object_mut().and_then(|members| members.remove("description"))
    {
        part["oneOf"] = json!([value, { "type": "null" }]);
        part["description"] = description;
    }
}
