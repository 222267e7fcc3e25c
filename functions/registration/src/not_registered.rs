//! What a school is answered that never applied.

use api::{Problem, ProblemKind};
use domain::registration::Barred;

/// There is nothing to show before the school has applied.
pub(crate) fn not_registered() -> Problem {
    Problem::explained(ProblemKind::NotFound, &Barred::NotRegistered)
}
