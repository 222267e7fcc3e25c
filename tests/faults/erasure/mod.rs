//! Erasures under faults and concurrent sends: none of the person's data remains, and no other data is lost.

mod school;

use std::time::Duration;

use carillon_tests::world::{Audit, Faults, World};
use domain::clock::Clock;
use schedule::Round;
use serde_json::{Value, json};

use self::school::{Lived, Plan};
use crate::extent::{faults_at, points};

/// Retries until there is a response, like a front end; then runs schedule and queue to the end.
async fn erase(lived: &Lived) -> Value {
    let Lived { world, school, victim, .. } = lived;
    let path = format!("/v1/people/{}?erase=true", victim.id);
    let mut answer = Value::Null;
    for _ in 0..20 {
        let (status, body) = world.change(*school, victim.version, "DELETE", &path, json!({})).await;
        match status {
            200 | 202 => {
                answer = body;
                break;
            }
            // The lost response belonged to an erasure that is complete by now.
            404 => break,
            500.. => tokio::time::sleep(Duration::from_secs(5)).await,
            _ => panic!("{status} {body:#}"),
        }
    }
    for _ in 0..5 {
        tokio::time::sleep(Duration::from_secs(60)).await;
        world.round(Round::Minute).await;
    }
    answer
}

async fn lived_through(plan: &Plan, faults: Faults) -> (Lived, Value) {
    let lived = plan.live(faults).await;
    let answer = erase(&lived).await;
    lived.world.run_to_the_end().await;
    (lived, answer)
}

/// The calls of an erasure in a small school, with its two rounds.
const CALLS: usize = 50;

fn is_pending(world: &World) -> bool {
    world.items().iter().any(|item| item["pk"]["S"] == "ERASURES")
}

#[test]
fn of_whom_is_erased_nothing_is_left_and_of_everybody_else_everything() {
    for seed in points(0..60) {
        fastrand::seed(seed);
        let plan = Plan::any(seed);
        let runtime = tokio::runtime::Builder::new_current_thread().enable_time().start_paused(true).build();
        runtime.unwrap().block_on(async {
            let (lived, answer) = lived_through(&plan, Faults::default()).await;
            assert!(!is_pending(&lived.world), "seed {seed}");
            lived.check(seed).await;
            let id = answer["id"].as_str().unwrap_or_else(|| panic!("seed {seed}: {answer:#}"));
            let path = format!("/v1/erasures/{id}");
            let told = lived.world.sound_call(lived.school, "admin", "GET", &path, json!({})).await;
            assert_eq!((&told["complete"], &told["state"]), (&true.into(), &"complete".into()), "{told:#}");
            let erased = lived.erased().await;
            assert_eq!(
                told["messages_erased"].as_u64().unwrap() + told["texts_removed"].as_u64().unwrap(),
                erased
            );
            Audit::of(&lived.world, lived.school, lived.messages)
                .await
                .unwrap_or_else(|v| panic!("seed {seed}: {v}"));
        });
    }
}

#[tokio::test(start_paused = true)]
async fn a_failure_at_any_call_of_an_erasure_leaves_nothing_and_counts_nothing_twice() {
    try_all(&Plan::of_a_mother_who_said_stop()).await;
}

#[tokio::test(start_paused = true)]
async fn a_failure_at_any_call_while_texts_are_on_their_way_leaves_nothing_either() {
    try_all(&Plan::of_a_child()).await;
}

/// Tries every fault at every call of an erasure and its rounds.
async fn try_all(plan: &Plan) {
    let (sound, expected) = lived_through(plan, Faults::default()).await;
    sound.check(0).await;
    let calls = sound.calls_before..sound.world.faults.calls();
    println!("erasure: {} messages, {expected}", sound.messages);
    let expected = told(&sound, &expected).await;
    // What comes after the erasure is tried elsewhere.
    let points = faults_at(calls.take(CALLS));
    println!("crash points of an erasure: {points}");
    for (call, fault) in points {
        let (lived, answer) = lived_through(plan, Faults::at([(call, fault)])).await;
        assert!(!is_pending(&lived.world), "{fault:?} at call {call}");
        lived.check(0).await;
        if !answer.is_null() {
            let told = told(&lived, &answer).await;
            assert_eq!(told, expected, "{fault:?} at call {call}");
        }
        if let Err(violation) = Audit::of(&lived.world, lived.school, lived.messages).await {
            panic!("{fault:?} at call {call}: {violation}");
        }
    }
}

/// The final result of an erasure.
async fn told(lived: &Lived, answer: &Value) -> Vec<Value> {
    let path = format!("/v1/erasures/{}", answer["id"].as_str().unwrap());
    let told = lived.world.sound_call(lived.school, "admin", "GET", &path, json!({})).await;
    ["complete", "messages_erased", "texts_removed", "opt_out_kept"].map(|field| told[field].clone()).into()
}

#[tokio::test(start_paused = true)]
async fn two_who_erase_the_same_person_at_once_begin_one_erasure() {
    let lived = Plan::of_a_mother_who_said_stop().live(Faults::default()).await;
    let path = format!("/v1/people/{}?erase=true", lived.victim.id);
    let ask = || lived.world.change(lived.school, lived.victim.version, "DELETE", &path, json!({}));
    let ((one, first), (other, second)) = tokio::join!(ask(), ask());
    // A request with too many conflicts leaves the rest to the schedule.
    assert!([one, other].iter().all(|status| [200, 202].contains(status)), "{first:#} {second:#}");
    assert_eq!(first["id"], second["id"]);
    let (_, third) = ask().await;
    assert_eq!((&third["id"], &third["complete"]), (&first["id"], &false.into()), "a second pass follows");
    for _ in 0..5 {
        tokio::time::sleep(Duration::from_secs(60)).await;
        lived.world.round(Round::Minute).await;
    }
    assert_eq!(ask().await.0, 404, "no data of the person at {}", lived.world.clock.now());
    lived.world.run_to_the_end().await;
    lived.check(0).await;
}
