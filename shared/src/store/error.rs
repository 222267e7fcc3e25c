//! What can go wrong between us and the table.

use std::error::Error;

use aws_sdk_dynamodb::{error::SdkError, operation::RequestId};

/// A failure of the table, as those who call it need to tell them apart.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// What was to be written is not what was read: somebody else was faster.
    #[error("somebody else wrote this item first")]
    Conflict,
    /// The month's ceiling does not leave room for the price.
    #[error("the month's ceiling is reached")]
    OverBudget,
    /// The table did not answer, or asked us to slow down.
    #[error("the table is unavailable")]
    Unavailable(#[source] Box<dyn Error + Send + Sync>),
    /// An item that this version cannot read. Its content, which may be personal, is not told.
    #[error("an item of the table cannot be read: {0}")]
    Unreadable(&'static str),
}

impl StoreError {
    /// An error of a call that has no condition.
    pub(super) fn from_sdk<E>(error: SdkError<E>) -> Self
    where
        E: Error + Send + Sync + 'static,
        SdkError<E>: RequestId,
    {
        Self::Unavailable(Box::new(error))
    }
}
