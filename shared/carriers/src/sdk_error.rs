//! Maps errors of AWS clients to outcomes, for all services.

use aws_smithy_runtime_api::client::{orchestrator::HttpResponse, result::SdkError};

use super::{https::is_whole, was_never_connected};
use domain::delivery::Outcome;

/// A complete response is certain, and so is a failed connection; anything else is unknown.
pub(super) fn classify<E>(
    error: &SdkError<E, HttpResponse>,
    by_service: impl FnOnce(&E) -> Outcome,
) -> Outcome {
    match error {
        // Our settings cannot form a request.
        SdkError::ConstructionFailure(_) => Outcome::Halt,
        SdkError::DispatchFailure(failure) => match failure.as_connector_error() {
            Some(error) if was_never_connected(error) => Outcome::TryLater,
            _ => Outcome::Unknown,
        },
        // A response delimited by its connection may be truncated.
        SdkError::ServiceError(service) if is_whole(service.raw()) => by_service(service.err()),
        _ => Outcome::Unknown,
    }
}
