//! The references in a part of a document.

use std::collections::BTreeSet;

use serde_json::Value;

/// Returns the last segment of a reference.
pub(super) fn referred(value: &Value) -> Option<&str> {
    value["$ref"].as_str().and_then(|place| place.rsplit('/').next())
}

/// Drops the schemas that nothing refers to: parts that were joined.
pub(super) fn remove_unreferenced(document: &mut Value) {
    loop {
        let used = references(document);
        let schemas = document["components"]["schemas"].as_object_mut().expect("schemas have names");
        let before = schemas.len();
        schemas.retain(|name, _| used.contains(name));
        if schemas.len() == before {
            return;
        }
    }
}

/// The names that a part of a document refers to.
pub(super) fn references(value: &Value) -> BTreeSet<String> {
    let own = referred(value).map(str::to_owned);
    let inner: BTreeSet<_> = match value {
        Value::Object(members) => members.values().flat_map(references).collect(),
        Value::Array(items) => items.iter().flat_map(references).collect(),
        _ => BTreeSet::new(),
    };
    own.into_iter().chain(inner).collect()
}
