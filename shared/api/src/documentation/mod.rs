//! The OpenAPI document, generated from the code.
//!
//! A handler contributes its specifics (`#[utoipa::path]`: description, role, parameters, response), a
//! body its fields (`ToSchema`, next to `Deserr`), and this module the schemas of parsed values.
//! [`assembled`] adds what the structure of operations implies.
//!
//! Not called at run time: the linker removes it from the functions.

mod assembly;
mod completion;
mod examples;
mod parameters;
mod problems;
mod references;
mod security;
mod unnamed;
mod values;

pub use assembly::assembled;
pub use parameters::IdempotencyKeyHeader;
pub use values::{Binary, list_of_at_most, text_of_at_most};
