//! The waiting time of a small school behind a large one.

use std::time::Duration;

use carillon_tests::world::{Setting, World, to_all_teachers};
use domain::{clock::Clock, delivery::PartsPerSecond, id::SchoolId};

use crate::extent::up_to;

const LARGE: u32 = 10_000;
const SMALL: usize = 10;
/// Small schools, one after the other.
const SCHOOLS: u32 = 7;
/// The carrier's latency.
const LATENCY: Duration = Duration::from_millis(100);

async fn send(world: &World, school: SchoolId) -> String {
    let answer =
        world.send_until_answered(school, "/v1/sends", "key", &to_all_teachers("Conseil ce soir")).await;
    answer["id"].as_str().unwrap().to_owned()
}

/// The mean time of small schools from their request to the carrier's acceptance of their last text: alone,
/// or behind a large school with most messages still waiting. They come one after the other, at different
/// moments of a second. Without a cap there are more workers than parcels of a send, as on AWS; with one, two
/// per lane.
async fn waited(cap: Option<u32>, behind: bool) -> Duration {
    let pace = cap.map(|cap| PartsPerSecond::new(cap).unwrap());
    let workers = pace.map_or(128, |cap| 8.max(2 * usize::from(cap.lanes())));
    let mut world = World::new(Setting { pace, workers, latency: LATENCY, ..Setting::default() }).await;
    let large = world.school((0..LARGE).map(|index| format!("0612{index:06}"))).await;
    let mut small = Vec::new();
    for school in 0..SCHOOLS {
        small.push(world.school((0..SMALL).map(|index| format!("0613{school:02}{index:04}"))).await);
    }
    world.start_workers();
    if behind {
        send(&world, large).await;
        // Part of it has left, and every lane is booked.
        let after_ms = match cap {
            None => 130,
            Some(1_000) => 5_300,
            Some(_) => 12_300,
        };
        tokio::time::sleep(Duration::from_millis(after_ms)).await;
        let left = world.fake_carrier.calls().len();
        assert!(left > 30 && left < 6_000, "{left} have left");
    }
    let mut waited = Duration::ZERO;
    for school in small {
        let begins = world.clock.now();
        let id = send(&world, school).await;
        let last = loop {
            if let (SMALL, Some(last)) = world.fake_carrier.received_of(&id) {
                break last;
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        };
        waited += Duration::try_from(last.duration_since(begins)).unwrap() + LATENCY;
        tokio::time::sleep(Duration::from_millis(if cap.is_some() { 370 } else { 10 })).await;
    }
    waited / SCHOOLS
}

async fn compare(cap: Option<u32>) -> (Duration, Duration) {
    let (alone, behind) = (waited(cap, false).await, waited(cap, true).await);
    let cap = cap.map_or_else(|| "no cap".to_owned(), |cap| format!("cap {cap} parts/s"));
    let ratio = behind.as_secs_f64() / alone.as_secs_f64();
    println!("fairness: {cap}: alone {alone:?}, behind 10,000 {behind:?}: {ratio:.2} times as long");
    (alone, behind)
}

#[tokio::test(start_paused = true)]
async fn a_school_of_ten_behind_ten_thousand_waits_at_most_twice_as_long_as_alone() {
    for cap in [None, Some(1_000), Some(100)].into_iter().take(up_to(3, 1)) {
        let (alone, behind) = compare(cap).await;
        assert!(behind <= alone * 2, "{cap:?}: {alone:?} and {behind:?}");
    }
}

/// Such a carrier accepts ten texts in a second, and the present second is the large school's: under any
/// scheduling, the small school waits one beat more.
#[tokio::test(start_paused = true)]
async fn at_ten_a_second_a_school_of_ten_waits_for_one_beat_more_than_alone() {
    let (alone, behind) = compare(Some(10)).await;
    assert!(behind <= alone + Duration::from_millis(1_010), "{alone:?} and {behind:?}");
}
