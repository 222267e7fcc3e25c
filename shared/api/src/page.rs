//! Pagination.

use deserr::{Deserr, IntoValue, Value, ValuePointerRef};
use utoipa::IntoParams;

use super::{
    Cursor, FieldErrors, Problem,
    fields::{FieldError, pointer},
};
use domain::language::Phrase;

/// The page size: 1 to 500, default 100.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PageLimit(u16);

impl PageLimit {
    /// The maximum page size.
    pub const MAX: u16 = 500;

    /// Returns the page size.
    pub const fn get(self) -> usize {
        self.0 as usize
    }

    /// Returns the page size in DynamoDB's type.
    pub const fn as_i32(self) -> i32 {
        self.0 as i32
    }
}

impl Default for PageLimit {
    fn default() -> Self {
        Self(100)
    }
}

impl Deserr<FieldErrors> for PageLimit {
    fn deserialize_from_value<V: IntoValue>(
        value: Value<V>,
        location: ValuePointerRef<'_>,
    ) -> Result<Self, FieldErrors> {
        let text = <String as Deserr<FieldErrors>>::deserialize_from_value(value, location)?;
        match text.parse() {
            Ok(limit @ 1..=Self::MAX) => Ok(Self(limit)),
            _ => Err(FieldErrors::one(FieldError::described(
                pointer(location),
                "out_of_range",
                Phrase::new(
                    format!("Une page compte de 1 à {} éléments.", Self::MAX),
                    format!("A page has 1 to {} items.", Self::MAX),
                ),
            ))),
        }
    }
}

/// The query of a list without filters.
#[derive(Debug, Deserr, IntoParams)]
#[deserr(error = FieldErrors, deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct PageQuery {
    /// The maximum number of items in the page.
    #[deserr(default)]
    #[param(required = false)]
    pub limit: PageLimit,
    /// The `next_cursor` of the previous page.
    #[deserr(default)]
    pub cursor: Option<String>,
}

impl PageQuery {
    /// Parses the position in the cursor.
    pub fn place<P: std::str::FromStr>(&self, list: &str, owner: &str) -> Result<Option<P>, Problem> {
        let Some(cursor) = &self.cursor else { return Ok(None) };
        let place = Cursor::place(cursor, list, owner)?;
        Ok(Some(place.parse().map_err(|_| super::BadCursor)?))
    }
}
