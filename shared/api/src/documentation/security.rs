//! Who may call an operation.

/// The scheme that a route of the API names, with the least role that it asks for; a public one names none.
pub(super) const BEARER: &str = "bearer";
