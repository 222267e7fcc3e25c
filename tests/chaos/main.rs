//! Thousands of random fault schedules, and ten thousand messages under faults: no loss, no duplicate.
//!
//! `cargo run --profile rehearsal -p carillon-tests --bin chaos [-- SCHEDULES [SEED]]`

mod ten_thousand;

use std::time::Instant;

use carillon_tests::world::disorder::live_through;

fn main() {
    let mut arguments = std::env::args().skip(1).map(|argument| argument.parse::<u64>().expect("a number"));
    let schedules = arguments.next().unwrap_or(5_000);
    // Random, unless given to reproduce a failure.
    let seed = arguments.next().unwrap_or_else(|| fastrand::u64(..));
    ten_thousand::live();
    let started = Instant::now();
    match live_through(u32::try_from(schedules).expect("a moderate number"), seed) {
        Ok(states) => println!(
            "chaos: {schedules} schedules of faults, seed {seed}, {:.0} s; messages ended {states:?}",
            started.elapsed().as_secs_f64()
        ),
        Err(violation) => {
            eprintln!("{violation}");
            std::process::exit(1);
        }
    }
}
