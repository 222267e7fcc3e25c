//! The API's own documentation: OpenAPI, from the code.
//!
//! A handler says what is particular to it (`#[utoipa::path]`: its words, its role, its parameters, its answer), a body
//! says what its fields are (`ToSchema`, beside `Deserr`), values say here what their parsers take. What follows from
//! the structure of an operation is written by [`assembled`], once for all of them.
//!
//! Nothing of it is called at run time: linking drops it from the functions.

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
