//! What an error of an AWS client says about the message, whichever service it is of.

use aws_smithy_runtime_api::client::{orchestrator::HttpResponse, result::SdkError};

use super::{https::is_whole, was_never_connected};
use domain::delivery::Outcome;

/// An answer of the service is certain, if it is whole; a connection that was never made is certain too;
/// everything else leaves it unknown.
pub(super) fn classify<E>(
    error: &SdkError<E, HttpResponse>,
    by_service: impl FnOnce(&E) -> Outcome,
) -> Outcome {
    match error {
        // Our own settings cannot be written in a request.
        SdkError::ConstructionFailure(_) => Outcome::Halt,
        SdkError::DispatchFailure(failure) => match failure.as_connector_error() {
            Some(error) if was_never_connected(error) => Outcome::TryLater,
            _ => Outcome::Unknown,
        },
        // One that ends with its connection may have lost its end.
        SdkError::ServiceError(service) if is_whole(service.raw()) => by_service(service.err()),
        _ => Outcome::Unknown,
    }
}
