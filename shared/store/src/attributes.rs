//! Item attributes, and items from plain structs.

use aws_sdk_dynamodb::types::AttributeValue;
use serde::{Serialize, de::DeserializeOwned};

use super::{
    StoreError,
    keys::{Item, Key},
};

/// Builds a number attribute.
pub(super) fn number(value: impl ToString) -> AttributeValue {
    AttributeValue::N(value.to_string())
}

/// Builds an item from its key and a plain struct. Absent values are omitted: every byte is billed.
pub(super) fn item(key: Key, row: impl Serialize) -> Item {
    let mut item: Item = serde_dynamo::to_item(row).expect("a row is a struct of plain fields");
    item.retain(|_, value| !value.is_null());
    item.extend(key.attributes());
    item
}

/// Reads a plain struct from an item. Errors never contain the item's content.
pub(super) fn row<Row: DeserializeOwned>(item: Item, what: &'static str) -> Result<Row, StoreError> {
    serde_dynamo::from_item(item).map_err(|_| StoreError::Unreadable(what))
}

/// Returns a text attribute of an item.
pub(super) fn text<'i>(item: &'i Item, name: &'static str) -> Result<&'i str, StoreError> {
    item.get(name).and_then(|value| value.as_s().ok()).map(String::as_str).ok_or(StoreError::Unreadable(name))
}
