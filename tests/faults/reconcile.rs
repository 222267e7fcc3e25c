//! Unknown messages are reconciled if the carrier supports queries.

use std::time::Duration;

use carillon_tests::world::{Audit, Behaviour, Fault, Faults, Setting, World, to_all_teachers};

use crate::extent::points;

/// Of a block in doubt, the carrier took some and never saw the others.
#[tokio::test(start_paused = true)]
async fn a_block_in_doubt_is_sent_or_failed_once_the_carrier_was_asked_and_what_it_never_got_is_given_back() {
    let mut resolved = 0;
    // Killed at each request to the carrier: the calls between the first claim and the last answer.
    let killed = points(14..44);
    let workers = killed.len();
    for call in killed {
        let faults = Faults::at([(call, Fault::KilledAfter)]);
        let mut world = World::new(Setting { faults, can_be_asked: true, ..Setting::default() }).await;
        let school = world.school((0..25).map(|index| format!("0612345{index:03}"))).await;
        world.start_workers();
        let order = to_all_teachers("Conseil ce soir");
        world.send_until_answered(school, "/v1/sends", "key", &order).await;
        tokio::time::sleep(Duration::from_secs(600)).await;
        world.run_to_the_end().await;
        let audit = Audit::of(&world, school, 25).await.unwrap();
        assert_eq!(audit.count("unknown"), 0, "call {call}: {audit:?}");
        assert_eq!(audit.count("sent") + audit.count("failed"), 25);
        resolved += audit.count("failed");
    }
    assert!(resolved > 0, "some were never received");
    println!(
        "reconcile: {resolved} messages of {workers} killed workers were never received, and none is unknown"
    );
}

/// A whole parcel is unknown, and the carrier is too busy for queries.
#[tokio::test(start_paused = true)]
async fn a_carrier_that_never_answers_is_asked_a_few_times_and_no_more() {
    let script = |_: &str, _: u32| Behaviour::NoAnswer;
    let tells_after = Duration::from_secs(60);
    let setting = Setting { script: Box::new(script), can_be_asked: true, tells_after, ..Setting::default() };
    let mut world = World::new(setting).await;
    let school = world.school((0..100).map(|index| format!("0612345{index:03}"))).await;
    world.start_workers();
    world.send_until_answered(school, "/v1/sends", "key", &to_all_teachers("Conseil ce soir")).await;
    world.run_to_the_end().await;
    assert_eq!(Audit::of(&world, school, 100).await.unwrap().count("unknown"), 100);
    assert_eq!(world.queued(), (0, 0));
    let [.., runs] = world.units();
    assert!(runs < 20.0, "{runs} runs");
}
