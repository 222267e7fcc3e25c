//! Fields of a `PATCH`: absent, cleared with `null`, or set.

use deserr::{Deserr, IntoValue, Value, ValuePointerRef};

use super::{FieldError, FieldErrors};
use domain::language::Phrase;

/// The operation of a `PATCH` on one optional field.
#[derive(Clone, Debug, Default)]
pub enum Patch<T> {
    /// The field is absent.
    #[default]
    Keep,
    /// `null`.
    Clear,
    Set(T),
}

impl<T> Patch<T> {
    /// Applies the operation to the current value.
    pub fn apply(self, present: Option<T>) -> Option<T> {
        match self {
            Self::Keep => present,
            Self::Clear => None,
            Self::Set(value) => Some(value),
        }
    }
}

impl<T> Patch<T> {
    /// Returns the value of a required field, if present.
    pub fn given(self, pointer: &str) -> Result<Option<T>, FieldErrors> {
        match self {
            Self::Keep => Ok(None),
            Self::Set(value) => Ok(Some(value)),
            Self::Clear => Err(FieldErrors::one(FieldError::described(
                pointer,
                "cannot_be_cleared",
                Phrase::fixed(
                    "Ce champ ne peut pas être vidé : donnez une valeur, ou retirez-le de la requête.",
                    "This field cannot be cleared: give a value, or leave it out.",
                ),
            ))),
        }
    }
}

impl<T: Deserr<FieldErrors>> Deserr<FieldErrors> for Patch<T> {
    fn deserialize_from_value<V: IntoValue>(
        value: Value<V>,
        location: ValuePointerRef<'_>,
    ) -> Result<Self, FieldErrors> {
        match value {
            Value::Null => Ok(Self::Clear),
            value => T::deserialize_from_value(value, location).map(Self::Set),
        }
    }
}
