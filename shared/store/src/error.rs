//! Errors of the table.

use std::error::Error;

use aws_sdk_dynamodb::error::{ProvideErrorMetadata, SdkError};

/// An error of the table, by what its callers distinguish.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// A failed condition: a concurrent write came first.
    #[error("the item was changed concurrently")]
    Conflict,
    /// The table did not respond, or throttled the call.
    #[error("the table is unavailable")]
    Unavailable(#[source] Box<dyn Error + Send + Sync>),
    /// The table rejected a call as malformed or forbidden: a bug of ours.
    #[error("the table rejected a call")]
    Refused(#[source] Box<dyn Error + Send + Sync>),
    /// An item that this version cannot decode. Its content, possibly personal, is never included.
    #[error("a table item cannot be decoded: {0}")]
    Unreadable(&'static str),
}

impl StoreError {
    /// Maps an SDK error that is not a failed condition.
    pub(super) fn from_sdk<E>(error: SdkError<E>) -> Self
    where
        E: Error + ProvideErrorMetadata + Send + Sync + 'static,
    {
        const OURS: [&str; 4] = [
            "ValidationException",
            "AccessDeniedException",
            "ResourceNotFoundException",
            "SerializationException",
        ];
        if error.code().is_some_and(|code| OURS.contains(&code)) {
            Self::Refused(Box::new(error))
        } else {
            Self::Unavailable(Box::new(error))
        }
    }
}
