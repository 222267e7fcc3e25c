//! Exhausted messages appear in the sent log and in the operator's list.

use carillon_tests::world::{Audit, Faults, Setting, World, to_all_teachers};
use serde_json::json;

#[tokio::test(start_paused = true)]
async fn a_parcel_whose_worker_always_dies_fails_in_the_sent_log_and_is_given_back() {
    // Killed at every sixteenth call: no run of a parcel of ninety completes.
    let mut world = World::new(Setting { faults: Faults::kill_every(16), ..Setting::default() }).await;
    let school = world.school((0..90).map(|index| format!("06123456{index:02}"))).await;
    world.start_workers();
    let order = to_all_teachers("Conseil ce soir");
    world.send_until_answered(school, "/v1/sends", "key", &order).await;
    world.run_to_the_end().await;
    world.run_to_the_end().await;
    let audit = Audit::of(&world, school, 90).await.unwrap();
    assert!(audit.count("failed") > 0 && audit.count("unknown") > 0, "{audit:?}");
    // Counted by `deadletters`, whose run completed.
    assert_eq!(world.figures.sum("Failed"), u64::from(audit.count("failed")));
    let log = world.sound_call(school, "admin", "GET", "/v1/messages?state=failed&limit=1", json!({})).await;
    assert_eq!(log["messages"][0]["reason"], "exhausted");
    let seen = world.sound_call(school, "operator", "GET", "/v1/operator/delivery", json!({})).await;
    assert_eq!(seen["dead_letters"].as_array().unwrap().len(), 1, "{seen:#}");
}

#[tokio::test(start_paused = true)]
async fn a_message_that_nobody_understands_is_kept_for_the_operator() {
    let mut world = World::new(Setting::default()).await;
    let school = world.school(std::iter::empty()).await;
    world.start_workers();
    for (id, body) in [("poison", "{\"v\":\"parcel/9\"}"), ("empty", ""), ("long", &"é".repeat(5000))] {
        world.put_into_queue(id, body);
    }
    world.run_to_the_end().await;
    assert_eq!(world.queued(), (0, 0));
    let seen = world.sound_call(school, "operator", "GET", "/v1/operator/delivery", json!({})).await;
    let letters = seen["dead_letters"].as_array().unwrap();
    let mut ids: Vec<_> = letters.iter().map(|letter| letter["message_id"].as_str().unwrap()).collect();
    ids.sort_unstable();
    assert_eq!(ids, ["empty", "long", "poison"]);
    assert!(letters.iter().all(|letter| letter["body"].as_str().unwrap().chars().count() <= 256));
}

#[tokio::test(start_paused = true)]
async fn a_dead_letter_keeps_nobodys_number() {
    let mut world = World::new(Setting::default()).await;
    let school = world.school(std::iter::empty()).await;
    world.start_workers();
    // Two failing STOP replies; in the second, the number lies at the truncation of a body.
    for (id, filling) in [("stop", 0), ("cut", 234)] {
        let body = format!("{}{{\"from\":\"+33 6 12 34 56 78\",\"text\":\"STOP\"}}", "x".repeat(filling));
        world.put_among_the_dead(id, &body);
    }
    tokio::time::sleep(std::time::Duration::from_secs(60)).await;
    let seen = world.sound_call(school, "operator", "GET", "/v1/operator/delivery", json!({})).await;
    let letters = seen["dead_letters"].as_array().unwrap();
    assert_eq!(letters.len(), 2);
    for letter in letters {
        let body = letter["body"].as_str().unwrap();
        assert!(
            body.contains("\"from\":\"+## # ##") && !body.chars().any(|sign| sign.is_ascii_digit()),
            "{body}"
        );
    }
}
