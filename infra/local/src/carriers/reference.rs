//! Our reference within a carrier's request.

use domain::id::SchoolId;

/// Finds our reference in the fields of a request, wherever the adapter put it.
pub(super) fn our_reference<'a>(mut given: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    given.find(|value| value.starts_with(SchoolId::PREFIX))
}
