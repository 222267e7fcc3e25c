//! How much of an enumeration runs: all of it in an optimised build, a fixed sample in a debug build.
//!
//! The proof is the optimised run, a step of `.ci/run`; a test that uses this module is among those of that step.
//! A debug build takes some ten times as long for the same points: with samples `cargo test --workspace` ends within
//! minutes, and still meets each fault and each phase of an enumeration. No other test depends on the build.

use std::fmt;

use carillon_tests::world::Fault;

/// Whether enumerations are sampled.
const SAMPLED: bool = cfg!(debug_assertions);

/// How many points a sample has at most.
const SAMPLE: usize = 24;

/// The points of an enumeration that this build runs. Prints how many of how many.
pub struct Points<Point> {
    points: Vec<Point>,
    all: usize,
}

/// All points in an optimised build; in a debug build one in so many, from the first one on.
pub fn points<Point>(all: impl IntoIterator<Item = Point>) -> Points<Point> {
    let all: Vec<Point> = all.into_iter().collect();
    let step = if SAMPLED { step(all.len()) } else { 1 };
    Points { all: all.len(), points: all.into_iter().step_by(step).collect() }
}

/// Not a multiple of the number of faults, which would be one fault only.
fn step(all: usize) -> usize {
    let step = all.div_ceil(SAMPLE).max(1);
    if step.is_multiple_of(Fault::EACH.len()) { step + 1 } else { step }
}

/// Every fault at each of these calls.
pub fn faults_at(calls: impl IntoIterator<Item = usize>) -> Points<(usize, Fault)> {
    points(calls.into_iter().flat_map(|call| Fault::EACH.map(|fault| (call, fault))))
}

/// A number of messages, cases or repetitions: `all` in an optimised build, `sample` in a debug build.
pub const fn up_to<N: Copy>(all: N, sample: N) -> N {
    if SAMPLED { sample } else { all }
}

impl<Point> Points<Point> {
    /// How many run.
    pub const fn len(&self) -> usize {
        self.points.len()
    }
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
            run => write!(f, "{run} of {}", self.all),
        }
    }
}
