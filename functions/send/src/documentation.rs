//! What this function says of itself in the API's documentation.

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

/// The routes of this function and what they take and give.
pub fn documentation() -> openapi::OpenApi {
    Documentation::openapi()
}
