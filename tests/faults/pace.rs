//! The carrier's rate: never above its cap in any second, and nearly all of it under load.

use std::time::Duration;

use carillon_tests::world::{Audit, Call, Setting, World, to_all_teachers};
use domain::{delivery::PartsPerSecond, id::SchoolId};
use jiff::SignedDuration;

use crate::extent::up_to;

/// A text of one part, and one of two.
const SHORT: &str = "Conseil ce soir";

fn long() -> String {
    "Conseil ce soir. ".repeat(10)
}

/// The number of workers in the local run.
fn workers(cap: PartsPerSecond) -> usize {
    8.max(2 * usize::from(cap.lanes()))
}

async fn send(world: &World, school: SchoolId, key: &str, text: &str) {
    world.send_until_answered(school, "/v1/sends", key, &to_all_teachers(text)).await;
}

/// The most segments in any second, from any start.
fn most_in_a_second(calls: &[Call]) -> u32 {
    let mut most = 0;
    let (mut first, mut parts) = (0, 0);
    for call in calls {
        parts += call.parts;
        while call.at.duration_since(calls[first].at) >= SignedDuration::from_secs(1) {
            parts -= calls[first].parts;
            first += 1;
        }
        most = most.max(parts);
    }
    most
}

/// The used share of the cap between the first tenth of the segments and the last one, from the beginning of
/// that period to its end.
fn used(calls: &[Call], cap: u32) -> f64 {
    let all: u32 = calls.iter().map(|call| call.parts).sum();
    let mut before = 0;
    let between = calls.iter().filter(|call| {
        before += call.parts;
        before * 10 > all && before * 10 <= 9 * all
    });
    let between: Vec<&Call> = between.collect();
    let (begins, ends) = (between.first().expect("calls").at, between.last().expect("calls").at);
    let parts: u32 = between.iter().filter(|call| call.at > begins).map(|call| call.parts).sum();
    f64::from(parts) / (ends.duration_since(begins).as_secs_f64() * f64::from(cap))
}

/// One text to each teacher of some schools.
async fn keep_pace(cap: u32, schools: u32, teachers: u32, text: &str) {
    let cap = PartsPerSecond::new(cap).unwrap();
    let setting = Setting { pace: Some(cap), workers: workers(cap), ..Setting::default() };
    let mut world = World::new(setting).await;
    let mut ids = Vec::new();
    for school in 0..schools {
        let phone = |index: u32| format!("06{:02}{index:06}", 12 + school);
        ids.push(world.school((0..teachers).map(phone)).await);
    }
    world.start_workers();
    futures_util::future::join_all(ids.iter().map(|school| send(&world, *school, "key", text))).await;
    // The schedule releases parcels beyond the queue's delay.
    for _ in 0..10 {
        tokio::time::sleep(Duration::from_secs(60)).await;
        world.round(schedule::Round::Minute).await;
    }
    world.run_to_the_end().await;
    for school in ids {
        let audit = Audit::of(&world, school, teachers).await.unwrap();
        assert_eq!(audit.count("sent"), teachers);
    }
    let calls = world.fake_carrier.calls();
    let (most, used) = (most_in_a_second(&calls), used(&calls, cap.get()));
    let parts: u32 = calls.iter().map(|call| call.parts).sum();
    println!(
        "pace: cap {} parts/s, {parts} parts of {schools} schools: {:.1} % used, {most} at most in a second",
        cap.get(),
        used * 100.0
    );
    assert!(most <= cap.get(), "{most} parts in a second");
    assert!(used >= 0.95, "{used}");
}

#[tokio::test(start_paused = true)]
async fn ten_parts_a_second_are_used_and_not_exceeded() {
    keep_pace(10, 1, 1_000, SHORT).await;
    keep_pace(10, 2, 400, SHORT).await;
    keep_pace(10, 1, 600, &long()).await;
}

#[tokio::test(start_paused = true)]
async fn a_hundred_parts_a_second_are_used_and_not_exceeded() {
    keep_pace(100, 1, 3_000, SHORT).await;
    keep_pace(100, 3, 800, &long()).await;
}

#[tokio::test(start_paused = true)]
async fn a_thousand_parts_a_second_are_used_and_not_exceeded() {
    keep_pace(1_000, 2, up_to(10_000, 6_000), SHORT).await;
}
