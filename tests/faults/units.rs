//! The billed units of a thousand SMS: API, functions, queue, table; with the sent log, the release, the end
//! of the send, and the rate limit.

use std::time::Duration;

use carillon_tests::{
    pupils_csv,
    world::{Audit, Setting, World},
};
use domain::delivery::PartsPerSecond;
use schedule::Round;
use serde_json::json;

use crate::extent::up_to;

const MESSAGES: u32 = up_to(10_000, 4_000);

/// Units per 1,000 SMS: reads, writes, queue requests, and invocations with the API request.
async fn measure(cap: Option<u32>) -> [f64; 4] {
    let pace = cap.map(|cap| PartsPerSecond::new(cap).unwrap());
    let workers = pace.map_or(8, |cap| 8.max(2 * usize::from(cap.lanes())));
    let mut world = World::new(Setting { pace, workers, ..Setting::default() }).await;
    // Pupils, each with a guardian and an address.
    let number = |index: u32| format!("075000{:02}{:02}", index / 100, index % 100);
    let school = world.school_of(pupils_csv(0..MESSAGES, number)).await;
    world.start_workers();
    let order = json!({
        "view": "pupils", "selection": { "everyone": true },
        "text": {
            "audience": "guardians", "context": "meeting",
            "body": "{{school.name}} : réunion pour {{pupils}} le {{meeting.date}} à {{meeting.time}}. Merci de confirmer votre présence.",
        },
        "values": { "meeting.date": "30/11", "meeting.time": "18h" },
    });
    let before = world.units();
    world.send_until_answered(school, "/v1/sends", "key", &order).await;
    tokio::time::sleep(Duration::from_secs(3600)).await;
    // One round of the schedule a day later ends the send.
    tokio::time::sleep(Duration::from_secs(24 * 3600)).await;
    assert_eq!(world.round(Round::Minute).await.unwrap().closed, 1);
    let after = world.units();
    assert_eq!(Audit::of(&world, school, MESSAGES).await.unwrap().count("sent"), MESSAGES);
    let per_thousand = 1e3 / f64::from(MESSAGES);
    let mut units: [f64; 4] = std::array::from_fn(|place| (after[place] - before[place]) * per_thousand);
    // The API request with its invocation, and the invocation of the round.
    units[3] += 3.0 * per_thousand;
    units
}

#[tokio::test(start_paused = true)]
async fn a_thousand_sms_cost_at_most_three_hundred_units() {
    for (cap, most) in [(None, 300.0), (Some(1_000), 300.0), (Some(100), 400.0)] {
        let [reads, writes, queue, invocations] = measure(cap).await;
        let total = reads + writes + queue + invocations;
        let cap = cap.map_or_else(|| "no cap".to_owned(), |cap| format!("cap {cap} parts/s"));
        println!(
            "units: {cap}: {total:.1} per 1,000 SMS: {reads:.1} reads, {writes:.1} writes, {queue:.1} queue requests, {invocations:.1} invocations and API requests"
        );
        assert!(total <= most, "{total}");
        if most <= 300.0 {
            // A parcel of a hundred is written once for each block, and once more.
            for k in [5.0, 20.0] {
                let claims = |k: f64| 10.0 * (100.0 / k + 1.0);
                println!("units: {cap}: with k = {k}: {:.1}", total - claims(10.0) + claims(k));
            }
        }
    }
}
