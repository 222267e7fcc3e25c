//! A link gives access to one file, for an hour; any other link reveals nothing.

use std::time::Duration;

use axum::response::Response;
use carillon_tests::world::{Setting, World};
use domain::id::SchoolId;
use futures_util::StreamExt;
use serde_json::{Value, json};

use super::{
    exports::{CSV, accepted, body, past, rows},
    search::word,
};

async fn job(world: &World, school: SchoolId) -> Value {
    world.sound_call(school, "reader", "POST", "/v1/exports", json!({ "format": "csv" })).await
}

async fn again(world: &World, school: SchoolId, job: &Value) -> Value {
    let path = format!("/v1/exports/{}", word(&job["id"]));
    world.sound_call(school, "reader", "GET", &path, json!({})).await
}

/// Status and type of a problem.
async fn problem(answer: Response) -> (u16, String) {
    let status = answer.status().as_u16();
    let problem: Value = serde_json::from_slice(&body(answer).await).unwrap();
    (status, word(&problem["type"]).rsplit('/').next().unwrap().to_owned())
}

/// A school with so many messages sent.
async fn sent(messages: usize) -> (World, SchoolId) {
    let world = World::new(Setting::default()).await;
    let school = world.school(std::iter::empty()).await;
    let mut past = past();
    let messages = (0..messages).map(|place| past.message(place)).collect();
    accepted(&world, school, &past, messages).await;
    (world, school)
}

#[tokio::test(start_paused = true)]
async fn a_download_that_breaks_off_can_be_begun_again() {
    let (world, school) = sent(20_000).await;
    let job = job(&world, school).await;
    assert_eq!((&job["state"], &job["progress"]["messages"]), (&json!("waiting"), &json!(0)));
    let link = word(&job["link"]);
    let mut pieces = world.open(&link).await.into_body().into_data_stream();
    pieces.next().await.unwrap().unwrap();
    tokio::time::sleep(Duration::from_secs(1)).await;
    assert_eq!(again(&world, school, &job).await["state"], "running");
    drop(pieces);
    tokio::time::sleep(Duration::from_secs(1)).await;
    let broken = again(&world, school, &job).await;
    assert_eq!(broken["state"], "failed", "{broken:#}");
    assert!(broken["progress"]["messages"].as_u64().unwrap() < 20_000);
    assert!(broken["link"].is_null(), "a link is returned once");
    // Concurrent downloads are safe.
    let (one, other) = futures_util::future::join(world.download(&link), world.download(&link)).await;
    assert!(one == other);
    assert_eq!(rows(&one).len(), 20_000);
    let done = again(&world, school, &job).await;
    assert_eq!((&done["state"], &done["progress"]["messages"]), (&json!("done"), &json!(20_000)));
}

#[tokio::test(start_paused = true)]
async fn a_link_ends_after_an_hour_and_its_job_after_a_day() {
    let (world, school) = sent(1).await;
    let job = job(&world, school).await;
    let link = word(&job["link"]);
    tokio::time::sleep(Duration::from_secs(3590)).await;
    assert_eq!(rows(&world.download(&link).await).len(), 1);
    tokio::time::sleep(Duration::from_secs(10)).await;
    assert_eq!(problem(world.open(&link).await).await, (410, "link-expired".to_owned()));
    assert_eq!(again(&world, school, &job).await["state"], "expired");
}

#[tokio::test(start_paused = true)]
async fn a_forged_link_leads_nowhere_and_another_school_sees_no_job() {
    let (world, school) = sent(1).await;
    let (job, other_job) = (job(&world, school).await, job(&world, school).await);
    let (link, other_link) = (word(&job["link"]), word(&other_job["link"]));
    let (address, token) = link.split_once("token=").unwrap();
    let (_, other_token) = other_link.split_once("token=").unwrap();
    assert_eq!(token.len(), 43, "256 bits");
    let unknown = address.replace(&word(&job["id"]), "exp_01J0000000000000000000000A");
    let first = if token.starts_with('A') { "B" } else { "A" };
    let changed = format!("{first}{}", &token[1..]);
    for (forged, expected) in [
        (format!("{address}token={other_token}"), (404, "not-found")),
        (format!("{address}token={changed}"), (404, "not-found")),
        (format!("{address}token={}", &token[1..]), (404, "not-found")),
        (format!("{address}token="), (404, "not-found")),
        (format!("{unknown}token={token}"), (404, "not-found")),
        (link.replace("exp_", "snd_"), (404, "not-found")),
        (address.trim_end_matches('?').to_owned(), (422, "invalid-fields")),
        (format!("{link}&more=1"), (422, "invalid-fields")),
        (format!("{link}&token={token}"), (400, "malformed-request")),
    ] {
        let (status, kind) = problem(world.open(&forged).await).await;
        assert_eq!((status, kind.as_str()), expected, "{forged}");
    }
    let stranger = world.school(std::iter::empty()).await;
    let path = format!("/v1/exports/{}", word(&job["id"]));
    assert_eq!(
        problem(world.file(stranger, "admin", &path, "*/*").await).await,
        (404, "not-found".to_owned())
    );
    // A link shows its own school's messages to any client.
    let of_a_stranger =
        world.sound_call(stranger, "reader", "POST", "/v1/exports", json!({ "format": "csv" })).await;
    assert!(rows(&world.download(&word(&of_a_stranger["link"])).await).is_empty());
}

#[tokio::test(start_paused = true)]
async fn whoever_may_read_the_log_may_export_it_and_nobody_else() {
    let (world, school) = sent(1).await;
    for (role, status) in [("reader", 202), ("sender", 202), ("admin", 202), ("operator", 403)] {
        let asked = world.call(school, role, "POST", "/v1/exports", None, json!({ "format": "csv" })).await;
        assert_eq!(asked.0, status, "{role}");
        let file = world.file(school, role, "/v1/messages", CSV).await;
        assert_eq!(file.status().as_u16(), if status == 202 { 200 } else { 403 }, "{role}");
    }
}

#[tokio::test(start_paused = true)]
async fn what_cannot_be_asked_for_is_refused_with_its_place() {
    let (world, school) = sent(1).await;
    for (asked, pointer, code) in [
        (json!({}), "/format", "required"),
        (json!({ "format": "xlsx" }), "/format", "unknown_format"),
        (json!({ "format": 1 }), "/format", "wrong_type"),
        (json!({ "format": "csv", "limit": "1" }), "/limit", "unknown_field"),
        (json!({ "format": "csv", "state": "lost" }), "/state", "unknown_state"),
        (json!({ "format": "csv", "number": "1" }), "/number", "not_digits_of_a_number"),
        (json!({ "format": "csv", "number": "1".repeat(18) }), "/number", "not_digits_of_a_number"),
        (json!({ "format": "csv", "from": "2026-11-02", "to": "2026-11-01" }), "/to", "days_are_reversed"),
        (json!({ "format": "csv", "from": "01/11/2026" }), "/from", "not_a_local_time"),
        (json!({ "format": "csv", "sent_by": "a".repeat(129) }), "/sent_by", "too_long"),
        (json!({ "format": "csv", "person": "per_1" }), "/person", "not_an_id"),
    ] {
        let (status, problem) =
            world.call(school, "reader", "POST", "/v1/exports", None, asked.clone()).await;
        let error = &problem["errors"][0];
        assert_eq!(
            (status, word(&error["pointer"]).as_str(), word(&error["code"]).as_str()),
            (422, pointer, code),
            "{asked}"
        );
    }
    for parameter in ["limit=1", "cursor=x"] {
        let refused = world.file(school, "reader", &format!("/v1/messages?{parameter}"), CSV).await;
        assert_eq!(problem(refused).await, (422, "invalid-fields".to_owned()));
    }
}
