//! Request headers, and their definitions for API Gateway.

use utoipa::{
    IntoParams, ToSchema,
    openapi::{
        Ref, Required,
        path::{Parameter, ParameterBuilder, ParameterIn},
    },
};

use crate::{Etag, IfMatch};
use domain::sending::IdempotencyKey;

/// The name of the [`IfMatch`] header.
pub(super) const IF_MATCH: &str = "If-Match";
/// The name of the [`IdempotencyKey`] header.
pub(super) const IDEMPOTENCY_KEY: &str = "Idempotency-Key";

fn required_header<T: ToSchema>(name: &str, description: &str) -> Vec<Parameter> {
    let header = ParameterBuilder::new()
        .name(name)
        .parameter_in(ParameterIn::Header)
        .required(Required::True)
        .description(Some(description))
        .schema(Some(Ref::from_schema_name(T::name())));
    vec![header.build()]
}

impl IntoParams for IfMatch {
    fn into_params(_: impl Fn() -> Option<ParameterIn>) -> Vec<Parameter> {
        required_header::<Etag>(
            IF_MATCH,
            "The `ETag` of the resource. Prevents lost updates: 412 if the resource changed.",
        )
    }
}

/// The [`IdempotencyKey`] header, for the document.
pub struct IdempotencyKeyHeader;

impl IntoParams for IdempotencyKeyHeader {
    fn into_params(_: impl Fn() -> Option<ParameterIn>) -> Vec<Parameter> {
        required_header::<IdempotencyKey>(
            IDEMPOTENCY_KEY,
            "A repeated request with the same key is executed once and gets the same response, for two days.",
        )
    }
}
