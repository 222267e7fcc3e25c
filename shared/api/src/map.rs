//! JSON objects with the caller's keys, limited in size.

use std::collections::BTreeMap;

use deserr::{DeserializeError, Deserr, ErrorKind, IntoValue, Map, Value, ValueKind, ValuePointerRef};

use super::{FieldErrors, bounded::too_many};

/// At most `MAX` values by the caller's keys; an invalid value refuses the request.
///
/// The maps of `deserr` 0.6 continue as if an invalid value were absent: a text would be sent with the
/// common value instead of a person's own.
#[derive(Debug)]
pub struct MapOf<T, const MAX: usize>(pub BTreeMap<String, T>);

impl<T, const MAX: usize> Default for MapOf<T, MAX> {
    fn default() -> Self {
        Self(BTreeMap::new())
    }
}

impl<T: Deserr<FieldErrors>, const MAX: usize> Deserr<FieldErrors> for MapOf<T, MAX> {
    fn deserialize_from_value<V: IntoValue>(
        value: Value<V>,
        location: ValuePointerRef<'_>,
    ) -> Result<Self, FieldErrors> {
        let Value::Map(map) = value else {
            let kind = ErrorKind::IncorrectValueKind { actual: value, accepted: &[ValueKind::Map] };
            return Err(deserr::take_cf_content(FieldErrors::error(None, kind, location)));
        };
        if map.len() > MAX {
            return Err(too_many(MAX, location));
        }
        let (mut values, mut errors) = (BTreeMap::new(), Vec::new());
        for (key, value) in map.into_iter() {
            match T::deserialize_from_value(value.into_value(), location.push_key(&key)) {
                Ok(value) => {
                    values.insert(key, value);
                }
                Err(refused) => errors.extend(refused.into_vec()),
            }
        }
        FieldErrors::none_or(errors, Self(values))
    }
}
