//! This function's part of the OpenAPI document.

use utoipa::{OpenApi, openapi};

use crate::{accept, budget, cancel, resend, sends, show, test_sms, withdraw};

#[derive(OpenApi)]
#[openapi(
    components(schemas(accept::AcceptedBody)),
    paths(
        sends::preview,
        sends::send,
        show::show,
        cancel::cancel,
        withdraw::withdraw,
        resend::resend,
        budget::show,
        test_sms::send,
    )
)]
struct Documentation;

/// The routes of this function, with their requests and responses.
pub fn documentation() -> openapi::OpenApi {
    Documentation::openapi()
}
