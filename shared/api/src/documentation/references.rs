//! The references in a part of a document.

use std::collections::BTreeSet;

use serde_json::Value;

/// Returns the last segment of a reference.
pub(super) fn referred(value: &Value) -> Option<&str> {
    value["$ref"].as_str().and_then(|place| place.rsplit('/').next())
}

/// Returns the names referenced by a part of a document.
pub(super) fn references(value: &Value) -> BTreeSet<String> {
    let own = referred(value).map(str::to_owned);
    let inner: BTreeSet<_> = match value {
        Value::Object(members) => members.values().flat_map(references).collect(),
        Value::Array(items) => items.iter().flat_map(references).collect(),
        _ => BTreeSet::new(),
    };
    own.into_iter().chain(inner).collect()
}
