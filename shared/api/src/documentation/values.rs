//! The schemas of request-only values and of domain values.

use std::borrow::Cow;

use domain::{
    described,
    phone::PhoneNumber,
    schema::{DAY, HOUR, UNNAMED, format, integer, text},
};
use utoipa::{
    PartialSchema, ToSchema,
    openapi::{Array, ArrayBuilder, Object, ObjectBuilder, Ref, RefOr, Schema, schema::Type},
};

use crate::{Etag, LocalDay, LocalHour, LocalMinute, PageLimit, QueryFlag, TypedPhone};

described! {
    Etag as "ETag": "The version of a resource.", text(r#""[0-9]+""#).examples([r#""3""#]);
    LocalDay as "LocalDate": "A date in the school's time zone.", text(DAY).format(format("date")).examples(["2026-11-30"]);
    LocalHour as "LocalTime": "A time of day in the school's time zone.", text(HOUR).examples(["18:00"]);
    LocalMinute as "LocalDateTime": "A date and a time of day in the school's time zone, without an offset.",
        text(&format!("{DAY}T{HOUR}")).format(format("local-date-time")).examples(["2026-11-30T18:00"]);
    PageLimit: "The maximum number of items in a page.",
        integer(1, PageLimit::MAX.into()).default(Some(PageLimit::default().get().into()));
    QueryFlag as "Flag": "A flag.",
        ObjectBuilder::new().schema_type(Type::Boolean).default(Some(QueryFlag::default().0.into()));
    TypedPhone as "PhoneNumberInput": "A mobile number in national or international form, with or without separators.",
        ObjectBuilder::new()
            .schema_type(Type::String)
            .format(format("phone"))
            .min_length(Some(1))
            .max_length(Some(PhoneNumber::MAX_CHARACTERS))
            .examples(["06 39 98 00 10"]);
}

/// Bytes in a body.
pub enum Binary {}

impl PartialSchema for Binary {
    fn schema() -> RefOr<Schema> {
        ObjectBuilder::new().schema_type(Type::String).format(format("binary")).into()
    }
}

impl ToSchema for Binary {
    fn name() -> Cow<'static, str> {
        Cow::Owned(format!("{UNNAMED}Binary"))
    }
}

/// A text that is only limited, for `#[schema(schema_with = …)]`.
pub fn text_of_at_most<const MAX: usize>() -> Object {
    ObjectBuilder::new().schema_type(Type::String).max_length(Some(MAX)).build()
}

/// The schema of a list of named items with a length limit, for `#[schema(schema_with = …)]`; the
/// function's document lists the items under `components`.
pub fn list_of_at_most<T: ToSchema, const MAX: usize>() -> Array {
    ArrayBuilder::new().items(Ref::from_schema_name(T::name())).max_items(Some(MAX)).build()
}
