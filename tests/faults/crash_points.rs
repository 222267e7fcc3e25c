//! Every call of accept → schedule → deliver, and every way in which it may fail.

use std::collections::BTreeMap;

use carillon_tests::world::{Audit, Fault, Faults, Setting, World, to_all_teachers};
use domain::{
    delivery::{CLAIM_SIZE, PartsPerSecond},
    id::SchoolId,
};
use serde_json::{Value, json};

use crate::extent::faults_at;

const MESSAGES: u32 = 25;

fn teachers() -> impl Iterator<Item = String> {
    (0..MESSAGES).map(|index| format!("06123456{index:02}"))
}

/// A send to everyone, immediate or scheduled for the next quarter of an hour.
fn order(planned: bool) -> Value {
    let mut order = to_all_teachers("Conseil ce soir");
    if planned {
        order["send_at"] = json!("2026-11-24T10:15");
    }
    order
}

/// One world with its faults, from the request to the end. Returns the audit, the calls and the faults that
/// struck.
async fn live(planned: bool, cap: Option<u32>, faults: Faults) -> (World, SchoolId, usize) {
    let mut world = World::new(Setting {
        faults,
        pace: cap.map(|cap| PartsPerSecond::new(cap).unwrap()),
        ..Setting::default()
    })
    .await;
    let school = world.school(teachers()).await;
    world.start_workers();
    let answer = world.send_until_answered(school, "/v1/sends", "key", &order(planned)).await;
    assert_eq!(answer["totals"]["messages"], MESSAGES);
    world.run_to_the_end().await;
    // After the end, the queue delivers every parcel again.
    for again in ["again", "and again"] {
        world.put_into_queue(again, &parcel_message(school, answer["id"].as_str().unwrap()));
        tokio::time::sleep(std::time::Duration::from_secs(60)).await;
    }
    let struck = world.faults.struck();
    (world, school, struck)
}

fn parcel_message(school: SchoolId, send: &str) -> String {
    json!({ "v": "parcel/1", "school": school, "send": send, "parcel": 0 }).to_string()
}

/// Tries every fault at every call. Prints the number of points and their outcomes.
async fn try_all(planned: bool, cap: Option<u32>) {
    let (world, school, _) = live(planned, cap, Faults::default()).await;
    let calls = world.faults.calls();
    let audit = Audit::of(&world, school, MESSAGES).await.unwrap();
    assert_eq!(audit.states, BTreeMap::from([("sent", MESSAGES)]));
    world.figures.check(&audit.states, false).unwrap();
    let points = faults_at(0..calls);
    let when = match (planned, cap) {
        (true, _) => "planned",
        (false, None) => "at once",
        (false, Some(_)) => "at once under a cap",
    };
    println!("crash points: {points} ({calls} calls × {} faults), sent {when}", Fault::EACH.len());
    let mut outcomes = BTreeMap::<(Fault, String), u32>::new();
    for (call, fault) in points {
        let (world, school, struck) = live(planned, cap, Faults::at([(call, fault)])).await;
        assert_eq!(struck, 1, "{fault:?} at call {call} struck");
        let audit = match Audit::of(&world, school, MESSAGES).await {
            Ok(audit) => audit,
            Err(violation) => panic!("{fault:?} at call {call}: {violation}"),
        };
        if let Err(violation) = world.figures.check(&audit.states, true) {
            panic!("{fault:?} at call {call}: {violation}");
        }
        let unknown = audit.count("unknown");
        assert!(unknown <= CLAIM_SIZE as u32, "{fault:?} at call {call}: {unknown} are unknown");
        let states: Vec<_> = audit.states.iter().map(|(state, count)| format!("{count} {state}")).collect();
        *outcomes.entry((fault, states.join(", "))).or_default() += 1;
    }
    for ((fault, states), times) in outcomes {
        println!("crash points: {times:>5} × {fault:?}: {states}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_failure_at_any_call_of_a_send_loses_nothing_and_sends_nothing_twice() {
    try_all(false, None).await;
}

#[tokio::test(start_paused = true)]
async fn a_failure_at_any_call_of_a_planned_send_loses_nothing_and_sends_nothing_twice() {
    try_all(true, None).await;
}

#[tokio::test(start_paused = true)]
async fn a_failure_at_any_call_under_a_cap_loses_nothing_and_sends_nothing_twice() {
    try_all(false, Some(10)).await;
}
