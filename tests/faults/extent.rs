//! How much of an enumeration runs: all of it in an optimised build, a fixed sample in a debug build.
//!
//! The proof is the optimised run, a step of `.ci/run`:
//! `cargo test --profile rehearsal -p carillon-tests --test carillon faults::`. A debug build takes some ten times
//! as long for the same points; with a sample `cargo test --workspace` ends within minutes and still meets each
//! fault and each phase of an enumeration. Nothing else in the tests depends on the build.

use std::fmt;

use carillon_tests::world::Fault;

/// Whether enumerations are sampled.
const SAMPLED: bool = cfg!(debug_assertions);

/// A sample is every 29th point: a prime, so that faults and calls take turns.
const STEP: usize = 29;

/// The points of an enumeration that this build runs. Prints how many of how many.
pub struct Points<Point> {
    points: Vec<Point>,
    all: usize,
}

/// All points in an optimised build, every 29th in a debug build, from the first one on.
pub fn points<Point>(all: impl IntoIterator<Item = Point>) -> Points<Point> {
    let all: Vec<Point> = all.into_iter().collect();
    let step = if SAMPLED { STEP } else { 1 };
    Points { all: all.len(), points: all.into_iter().step_by(step).collect() }
}

/// Every fault at each of these calls.
pub fn faults_at(calls: impl IntoIterator<Item = usize>) -> Points<(usize, Fault)> {
    points(calls.into_iter().flat_map(|call| Fault::EACH.map(|fault| (call, fault))))
}

/// A number of messages, cases or seeds: `all` in an optimised build, `sample` in a debug build.
pub const fn up_to(all: u32, sample: u32) -> u32 {
    if SAMPLED { sample } else { all }
}

impl<Point> IntoIterator for Points<Point> {
    type Item = Point;
    type IntoIter = std::vec::IntoIter<Point>;

    fn into_iter(self) -> Self::IntoIter {
        self.points.into_iter()
    }
}

impl<Point> fmt::Display for Points<Point> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.points.len() {
            run if run == self.all => write!(f, "{run}"),
            run => write!(f, "{run} of {}, every {STEP}th,", self.all),
        }
    }
}
