//! Our reference in what a carrier was given.

use domain::id::SchoolId;

/// Our reference among what a carrier was given to hand back, wherever the adapter put it.
pub(super) fn our_reference<'a>(mut given: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    given.find(|value| value.starts_with(SchoolId::PREFIX))
}
