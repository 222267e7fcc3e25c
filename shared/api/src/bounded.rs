//! Texts and lists of a request, limited in size before any other check.

use std::borrow::Cow;

use deserr::{DeserializeError, Deserr, ErrorKind, IntoValue, Sequence, Value, ValueKind, ValuePointerRef};
use utoipa::{
    PartialSchema, ToSchema,
    openapi::{ArrayBuilder, ObjectBuilder, Ref, RefOr, Schema, schema::Type},
};

use super::{
    FieldErrors,
    fields::{FieldError, pointer},
};
use domain::{language::Phrase, schema::UNNAMED};

/// A list of at most `MAX` items.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListOf<T, const MAX: usize>(pub Vec<T>);

impl<T: Deserr<FieldErrors>, const MAX: usize> Deserr<FieldErrors> for ListOf<T, MAX> {
    fn deserialize_from_value<V: IntoValue>(
        value: Value<V>,
        location: ValuePointerRef<'_>,
    ) -> Result<Self, FieldErrors> {
        let items = match value {
            Value::Sequence(items) => items,
            other => {
                let kind = ErrorKind::IncorrectValueKind { actual: other, accepted: &[ValueKind::Sequence] };
                return Err(deserr::take_cf_content(FieldErrors::error(None, kind, location)));
            }
        };
        if items.len() > MAX {
            return Err(too_many(MAX, location));
        }
        Vec::deserialize_from_value(Value::<V>::Sequence(items), location).map(Self)
    }
}

/// Reports a list or an object with too many entries.
pub(super) fn too_many(most: usize, location: ValuePointerRef<'_>) -> FieldErrors {
    FieldErrors::one(FieldError::described(
        pointer(location),
        "too_many",
        Phrase::new(
            format!("Il y en a trop : {most} au plus par requête."),
            format!("There are too many: {most} at most in a request."),
        ),
    ))
}

impl<T: ToSchema, const MAX: usize> PartialSchema for ListOf<T, MAX> {
    fn schema() -> RefOr<Schema> {
        ArrayBuilder::new().items(Ref::from_schema_name(T::name())).max_items(Some(MAX)).into()
    }
}

impl<T: ToSchema, const MAX: usize> ToSchema for ListOf<T, MAX> {
    fn name() -> Cow<'static, str> {
        Cow::Owned(format!("{UNNAMED}ListOf{MAX}{}", T::name()))
    }

    fn schemas(schemas: &mut Vec<(String, RefOr<Schema>)>) {
        schemas.push((T::name().into_owned(), T::schema()));
        T::schemas(schemas);
    }
}

/// A text of at most `MAX` characters of any kind.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct TextOf<const MAX: usize>(String);

impl<const MAX: usize> TextOf<MAX> {
    /// Returns the text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl<const MAX: usize> From<TextOf<MAX>> for String {
    fn from(text: TextOf<MAX>) -> Self {
        text.0
    }
}

impl<const MAX: usize> Deserr<FieldErrors> for TextOf<MAX> {
    fn deserialize_from_value<V: IntoValue>(
        value: Value<V>,
        location: ValuePointerRef<'_>,
    ) -> Result<Self, FieldErrors> {
        let text = <String as Deserr<FieldErrors>>::deserialize_from_value(value, location)?;
        if text.chars().count() <= MAX {
            return Ok(Self(text));
        }
        Err(FieldErrors::one(FieldError::described(
            pointer(location),
            "too_long",
            Phrase::new(
                format!("Ce texte est trop long : {MAX} caractères au plus."),
                format!("This text is too long: {MAX} characters at most."),
            ),
        )))
    }
}

impl<const MAX: usize> PartialSchema for TextOf<MAX> {
    fn schema() -> RefOr<Schema> {
        ObjectBuilder::new().schema_type(Type::String).max_length(Some(MAX)).into()
    }
}

impl<const MAX: usize> ToSchema for TextOf<MAX> {
    fn name() -> Cow<'static, str> {
        Cow::Owned(format!("{UNNAMED}Text{MAX}"))
    }
}
