//! Random fault schedules from a fixed seed; `chaos` runs thousands.

use carillon_tests::world::disorder::live_through;

use crate::extent::up_to;

/// Fixed, so that a failure tells of the code and not of the dice.
const SEED: u64 = 20_261_124;

#[test]
fn whatever_goes_wrong_nothing_is_lost_and_nothing_is_sent_twice() {
    let schedules = up_to(150, 15);
    let states = live_through(schedules, SEED).unwrap_or_else(|violation| panic!("{violation}"));
    println!("disorder: {schedules} schedules of faults, messages ended {states:?}");
    assert!(states["sent"] > u64::from(schedules) * 10);
}
