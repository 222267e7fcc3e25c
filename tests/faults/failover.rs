//! A carrier fails for a minute: certainly refused messages leave through another carrier, unknown ones do
//! not, and the share recovers by degrees.

use std::{collections::BTreeSet, time::Duration};

use carillon_tests::world::{Behaviour, FakeCarrier, Setting, World, to_all_teachers};
use tokio::time::Instant;

const TEACHERS: usize = 100;
/// A send every ten seconds, for ten minutes.
const SENDS: u64 = 60;
const PAUSE: Duration = Duration::from_secs(10);
/// The second minute.
const FAILS_FROM: Duration = Duration::from_secs(60);
const FAILS_UNTIL: Duration = Duration::from_secs(120);

fn taken(carrier: &FakeCarrier) -> BTreeSet<String> {
    let accepted = carrier.accepted();
    assert!(accepted.values().all(|times| *times == 1), "no message is accepted twice");
    accepted.into_keys().collect()
}

#[tokio::test(start_paused = true)]
async fn what_a_failing_carrier_did_not_take_leaves_through_the_next_and_it_gets_its_share_back() {
    let began = Instant::now();
    let fails = move || (FAILS_FROM..FAILS_UNTIL).contains(&began.elapsed());
    // One request in eight is accepted without an answer, the others are certainly refused.
    let script = move |reference: &str, _: u32| match reference.bytes().last() {
        Some(b'3') if fails() => Behaviour::NoAnswer,
        _ if fails() => Behaviour::TryLater,
        _ => Behaviour::Accept,
    };
    let second = |_: &str, _: u32| Behaviour::Accept;
    let setting =
        Setting { script: Box::new(script), second_script: Some(Box::new(second)), ..Setting::default() };
    let mut world = World::new(setting).await;
    let school = world.school((0..TEACHERS).map(|index| format!("0612345{index:03}"))).await;
    world.start_workers();
    let mut first_shares = Vec::new();
    for number in 0..SENDS {
        let (first, both) = (world.fake_carrier.accepted().len(), all_taken(&world));
        let order = to_all_teachers(&format!("Conseil ce soir, salle {number}"));
        world.send_until_answered(school, "/v1/sends", &format!("key-{number}"), &order).await;
        tokio::time::sleep(PAUSE).await;
        let (first, both) = (world.fake_carrier.accepted().len() - first, all_taken(&world) - both);
        first_shares.push(100 * first / both.max(1));
    }
    world.run_to_the_end().await;
    let (first, second) = (taken(&world.fake_carrier), taken(&world.other_fake_carrier));
    assert_eq!(first.intersection(&second).count(), 0, "no message goes to both");
    let doubtful = usize::try_from(world.fake_carrier.unanswered()).unwrap();
    assert!(doubtful > 0, "some were in doubt");
    assert_eq!(first.len() + second.len(), TEACHERS * usize::try_from(SENDS).unwrap(), "none is lost");
    let unknown = world
        .sound_call(school, "admin", "GET", "/v1/messages?state=unknown&limit=500", Default::default())
        .await;
    let unknown = unknown["messages"].as_array().unwrap();
    assert_eq!(unknown.len(), doubtful, "unknown messages stay unknown");
    for message in unknown {
        assert!(!second.contains(message["reference"].as_str().unwrap()), "and never goes elsewhere");
    }
    // Sends: 0–5 before, 6–11 during the failure, then five minutes of recovery.
    assert!(first_shares[..6].iter().all(|share| *share == 100), "{first_shares:?}");
    let mean = |shares: &[usize]| shares.iter().sum::<usize>() / shares.len();
    // Which messages the failing carrier gets is drawn from their ids: a tenth of a minute's, not of each send's.
    assert!(mean(&first_shares[7..12]) <= 10, "{first_shares:?}");
    let by_minute: Vec<usize> = first_shares.chunks(6).map(mean).collect();
    assert!(by_minute[2..].is_sorted(), "by degrees: {by_minute:?}");
    assert!(by_minute[2] < 30 && by_minute[9] == 100, "{by_minute:?}");
    println!(
        "failover: share of the first carrier by minute, failing in the second: {by_minute:?} %; {} through the second, {doubtful} in doubt and nowhere else",
        second.len()
    );
}

fn all_taken(world: &World) -> usize {
    world.fake_carrier.accepted().len() + world.other_fake_carrier.accepted().len()
}

#[tokio::test(start_paused = true)]
async fn a_carrier_that_takes_nothing_leaves_all_to_the_next_one_until_the_operator_says_go_on() {
    let setting = Setting {
        script: Box::new(|_, _| Behaviour::Halt),
        second_script: Some(Box::new(|_, _| Behaviour::Accept)),
        ..Setting::default()
    };
    let mut world = World::new(setting).await;
    let school = world.school((0..TEACHERS).map(|index| format!("0612345{index:03}"))).await;
    world.start_workers();
    world.send_until_answered(school, "/v1/sends", "key", &to_all_teachers("Conseil")).await;
    tokio::time::sleep(Duration::from_secs(60)).await;
    assert_eq!(world.other_fake_carrier.accepted().len(), TEACHERS);
    assert!(world.fake_carrier.calls().len() <= 10, "a block at most");
    let seen = world.sound_call(school, "operator", "GET", "/v1/operator/delivery", Default::default()).await;
    assert_eq!((&seen["state"], &seen["carriers"][0]["name"]), (&"halted".into(), &"bridge".into()));
    assert_eq!(world.queued(), (0, 0));
}

/// One carrier halts and the other defers everything for a while: all messages leave in the end.
#[tokio::test(start_paused = true)]
async fn what_a_halted_and_a_busy_carrier_left_is_not_forgotten() {
    let began = Instant::now();
    let second = move |_: &str, _: u32| {
        if began.elapsed() < Duration::from_secs(240) { Behaviour::TryLater } else { Behaviour::Accept }
    };
    let setting = Setting {
        script: Box::new(|_, _| Behaviour::Halt),
        second_script: Some(Box::new(second)),
        ..Setting::default()
    };
    let mut world = World::new(setting).await;
    let school = world.school((0..TEACHERS).map(|index| format!("0612345{index:03}"))).await;
    world.start_workers();
    world.send_until_answered(school, "/v1/sends", "key", &to_all_teachers("Conseil")).await;
    tokio::time::sleep(Duration::from_secs(1200)).await;
    assert_eq!(world.other_fake_carrier.accepted().len(), TEACHERS, "without the operator");
}
