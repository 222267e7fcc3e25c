//! Random fault schedules from a fixed seed; `chaos` runs thousands.

use carillon_tests::world::disorder::live_through;

/// Fixed, so that a failure is a change of the code and not of chance.
const SEED: u64 = 20_261_124;

#[test]
fn whatever_goes_wrong_nothing_is_lost_and_nothing_is_sent_twice() {
    let states = live_through(150, SEED).unwrap_or_else(|violation| panic!("{violation}"));
    println!("disorder: 150 schedules of faults, messages ended {states:?}");
    assert!(states["sent"] > 1000);
}
