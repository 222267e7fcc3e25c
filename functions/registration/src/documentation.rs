//! This function's part of the OpenAPI document.

use utoipa::{OpenApi, openapi};

use crate::{acknowledgement, description, form, history, licence, rate_card, registrations, school};

#[derive(OpenApi)]
#[openapi(paths(
    description::show,
    rate_card::show,
    registrations::apply,
    registrations::show,
    acknowledgement::acknowledge,
    form::show,
    school::show,
    school::change,
    history::list,
    licence::show,
    licence::refresh,
))]
struct Documentation;

/// The routes of this function, with their requests and responses.
pub fn documentation() -> openapi::OpenApi {
    Documentation::openapi()
}
