//! Disorders of every kind, from a seed; `chaos` lives through thousands.

use carillon_tests::world::disorder::live_through;

/// Another one each year does no harm; a fixed one tells when the code changed, and not the dice.
const SEED: u64 = 20_261_124;

#[test]
fn whatever_goes_wrong_nothing_is_lost_and_nothing_is_sent_twice() {
    let states = live_through(150, SEED).unwrap_or_else(|violation| panic!("{violation}"));
    println!("disorder: 150 schedules of faults, messages ended {states:?}");
    assert!(states["sent"] > 1000);
}
