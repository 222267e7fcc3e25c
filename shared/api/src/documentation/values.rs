//! The schemas of request-only values and of domain values.

use domain::{
    described,
    phone::PhoneNumber,
    schema::{DAY, HOUR, format, integer, text},
};
use utoipa::{
    ToSchema,
    openapi::{Array, ArrayBuilder, Object, ObjectBuilder, Ref, schema::Type},
};

use crate::{Etag, LocalDay, LocalHour, LocalMinute, PageLimit, QueryFlag, TypedPhone};

described! {
    Etag: "The version of what was read.", text(r#""[0-9]+""#).examples([r#""3""#]);
    LocalDay: "A day of the school's calendar.", text(DAY).format(format("date")).examples(["2026-11-30"]);
    LocalHour: "An hour of the school's day.", text(HOUR).examples(["18:00"]);
    LocalMinute: "A day and an hour in the school's time zone, without an offset.",
        text(&format!("{DAY}T{HOUR}")).format(format("local-date-time")).examples(["2026-11-30T18:00"]);
    PageLimit: "How many items a page may have.",
        integer(1, PageLimit::MAX.into()).default(Some(PageLimit::default().get().into()));
    QueryFlag: "Yes or no.",
        ObjectBuilder::new().schema_type(Type::Boolean).default(Some(QueryFlag::default().0.into()));
    TypedPhone: "A mobile number as people type it, with or without its country code.",
        ObjectBuilder::new()
            .schema_type(Type::String)
            .format(format("phone"))
            .min_length(Some(1))
            .max_length(Some(PhoneNumber::MAX_CHARACTERS))
            .examples(["06 39 98 00 10"]);
}

/// The schema of a text with only a length limit, for `#[schema(schema_with = …)]`.
pub fn text_of_at_most<const MAX: usize>() -> Object {
    ObjectBuilder::new().schema_type(Type::String).max_length(Some(MAX)).build()
}

/// The schema of a list of named items with a length limit, for `#[schema(schema_with = …)]`; the
/// function's document lists the items under `components`.
pub fn list_of_at_most<T: ToSchema, const MAX: usize>() -> Array {
    ArrayBuilder::new().items(Ref::from_schema_name(T::name())).max_items(Some(MAX)).build()
}
