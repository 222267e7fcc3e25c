//! What a school says about the columns of its files.

use aws_sdk_dynamodb::types::AttributeValue;
use serde::{Serialize, de::DeserializeOwned};

use super::{StoreError, Table, attributes::text, keys};
use domain::id::SchoolId;

const MAPPING: &str = "mapping";

impl Table {
    /// Stores the meanings of a school's columns, over earlier ones.
    pub async fn put_column_mapping(
        &self,
        school: SchoolId,
        mapping: &impl Serialize,
    ) -> Result<(), StoreError> {
        let json = serde_json::to_string(mapping).map_err(|error| StoreError::Refused(Box::new(error)))?;
        let mut item = keys::column_mapping(school).attributes();
        item.insert(MAPPING.to_owned(), AttributeValue::S(json));
        self.put(item).await
    }

    /// Returns the meanings of a school's columns, if it has set any.
    pub async fn column_mapping<M: DeserializeOwned>(
        &self,
        school: SchoolId,
    ) -> Result<Option<M>, StoreError> {
        let Some(item) = self.get(keys::column_mapping(school)).await? else { return Ok(None) };
        serde_json::from_str(text(&item, MAPPING)?).map(Some).map_err(|_| StoreError::Unreadable(MAPPING))
    }
}
