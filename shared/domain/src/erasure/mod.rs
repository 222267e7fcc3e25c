//! Erasing a person from all that a school keeps: counts and costs stay.
//!
//! An erasure begins with one write, by which the person leaves the directory. Then it walks: ties, messages, numbers.
//! Whatever cuts it off, the schedule goes on with it, and every step may be done again. A send that was being
//! accepted at that moment may still bring the person back: so it looks once more, until it finds nothing.

mod record;
mod subject;

pub use record::{Done, Erasure, Pending, Stage};
pub use subject::Subject;
