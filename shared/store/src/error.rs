//! What can go wrong between us and the table.

use std::error::Error;

use aws_sdk_dynamodb::error::{ProvideErrorMetadata, SdkError};

/// A failure of the table, as those who call it need to tell them apart.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// What was to be written is not what was read: somebody else was faster.
    #[error("somebody else wrote this item first")]
    Conflict,
    /// The table did not answer, or asked us to slow down.
    #[error("the table is unavailable")]
    Unavailable(#[source] Box<dyn Error + Send + Sync>),
    /// The table turned a call down as malformed or forbidden: a bug of ours.
    #[error("the table refused a call")]
    Refused(#[source] Box<dyn Error + Send + Sync>),
    /// An item that this version cannot read. Its content, which may be personal, is not told.
    #[error("an item of the table cannot be read: {0}")]
    Unreadable(&'static str),
}

impl StoreError {
    /// An error of a call, once its conditions are looked at.
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
