//! Erasure of a person from a school's data; counts and costs stay.
//!
//! An erasure begins with one write that removes the person from the directory. It then redacts
//! relations, messages and numbers. The schedule resumes an interrupted erasure; every step is
//! idempotent. A send accepted concurrently may still contain the person, so the erasure repeats its
//! pass until it finds nothing.

mod record;
mod subject;

pub use record::{Done, Erasure, Pending, Stage};
pub use subject::Subject;
