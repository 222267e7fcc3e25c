//! Ten thousand messages: 30 % deferred, 2 % without an answer, duplicate deliveries of the queue, and a
//! worker killed at every 500th call.

use std::{collections::HashMap, time::Duration};

use carillon_local::queue::Unruly;
use carillon_tests::world::{Audit, Behaviour, Faults, Setting, World, to_all_teachers};

const MESSAGES: u32 = 10_000;
const KILLED_EVERY: usize = 500;

/// The carrier's behaviour by message and attempt, reproducible.
fn mood(reference: &str, before: u32) -> Behaviour {
    let place = reference.rsplit('-').take(2).flat_map(str::bytes);
    let seed =
        place.fold(u64::from(before), |hash, byte| hash.wrapping_mul(0x0100_0000_01b3) ^ u64::from(byte));
    match fastrand::Rng::with_seed(seed).u8(..100) {
        0..30 => Behaviour::TryLater,
        30..32 => Behaviour::NoAnswer,
        _ => Behaviour::Accept,
    }
}

/// Runs the scenario and prints the rates.
pub fn live() {
    fastrand::seed(1);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().start_paused(true).build();
    runtime.expect("a runtime").block_on(async {
        let mut world = World::new(Setting {
            faults: Faults::kill_every(KILLED_EVERY),
            script: Box::new(mood),
            unruly: Some(Unruly::new(1)),
            workers: 8,
            ..Setting::default()
        })
        .await;
        let phones = (0..MESSAGES).map(|index| format!("0612{index:06}"));
        let school = world.school(phones).await;
        world.start_workers();
        let order = to_all_teachers("Conseil ce soir");
        world.send_until_answered(school, "/v1/sends", "key", &order).await;
        // The schedule is killed as well: rounds repeat until the send is over.
        for _ in 0..3 {
            world.run_to_the_end().await;
            tokio::time::sleep(Duration::from_secs(24 * 3600)).await;
        }
        let audit = Audit::of(&world, school, MESSAGES).await.unwrap_or_else(|violation| panic!("{violation}"));
        let calls = world.fake_carrier.calls();
        let mut tries = HashMap::<&str, u32>::new();
        calls.iter().for_each(|call| *tries.entry(&call.reference).or_default() += 1);
        let percent = |count: u32| f64::from(count) * 100.0 / f64::from(MESSAGES);
        println!(
            "ten thousand: {} calls in all, {} killed, {} requests to the carrier ({} of them put off), {} never answered",
            world.faults.calls(),
            world.faults.struck(),
            calls.len(),
            calls.len() - world.fake_carrier.accepted().len(),
            world.fake_carrier.unanswered(),
        );
        for (state, count) in &audit.states {
            println!("ten thousand: {count:>6} {state} ({:.2} %)", percent(*count));
        }
        let twice = world.fake_carrier.accepted().values().filter(|times| **times > 1).count();
        println!("ten thousand: 0 lost, {twice} twice, all accounted for");
        assert_eq!(twice, 0);
    });
}
