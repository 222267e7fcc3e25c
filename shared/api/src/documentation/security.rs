//! Security requirements of operations.

/// The security scheme of API routes, with the minimum role; public routes have none.
pub(super) const BEARER: &str = "bearer";
