//! The nightly round: retention and the end of licences.

use std::sync::Arc;

use carillon_tests::{Functions, Service};
use domain::clock::{Clock, HeldClock};
use jiff::SignedDuration;
use reqwest::Method;
use runtime::SystemClock;
use schedule::{Report, Round};
use serde_json::json;

fn later(service: &Service, days: i64) -> Functions {
    let clock = HeldClock::at(SystemClock.now() + SignedDuration::from_hours(24 * days));
    Functions::of(service).at(Arc::new(clock))
}

#[tokio::test(flavor = "multi_thread")]
async fn texts_and_numbers_are_forgotten_after_a_year_where_the_school_says_nothing_and_counts_and_costs_stay()
 {
    let service = Service::start().await;
    let (_, admin) = service.licensed_school().await;
    let send = admin.post_once("/v1/test-sms", &json!({ "phone": "06 39 98 12 34" })).await.expect(201);
    let id = send["id"].as_str().unwrap();
    service.settled(&admin, id).await;
    assert_eq!(later(&service, 2).round(Round::Minute).await, Report { closed: 1, ..Report::default() });
    let path = format!("/v1/sends/{id}");
    let before = admin.get(&path).await.expect(200);
    // A day early, no text is removed; then it is removed, once.
    assert_eq!(later(&service, 364).round(Round::Night).await.forgotten, 0);
    assert_eq!(admin.get("/v1/messages").await.expect(200)["messages"].as_array().unwrap().len(), 1);
    assert_eq!(later(&service, 366).round(Round::Night).await.forgotten, 1);
    assert_eq!(later(&service, 366).round(Round::Night).await.forgotten, 0);
    assert_eq!(admin.get("/v1/messages").await.expect(200)["messages"], json!([]));
    assert_eq!(admin.get(&path).await.expect(200), before, "counts, states and costs are unchanged");
    let again = admin.post_once(&format!("{path}/resend"), &json!({})).await;
    assert_eq!((again.status, again.problem()), (409, "state-conflict"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_school_keeps_texts_for_longer_or_less_long_as_it_decides() {
    let service = Service::start().await;
    let (_, admin) = service.licensed_school().await;
    let send = admin.post_once("/v1/test-sms", &json!({ "phone": "06 39 98 12 34" })).await.expect(201);
    service.settled(&admin, send["id"].as_str().unwrap()).await;
    later(&service, 2).round(Round::Minute).await;
    let keep = async |days: u64| {
        let settings = json!({ "texts_kept_days": days });
        let settings = admin.change(Method::PATCH, "/v1/school", &settings).await.expect(200);
        assert_eq!(settings["texts_kept_days"], days);
    };
    keep(3650).await;
    assert_eq!(later(&service, 400).round(Round::Night).await.forgotten, 0);
    keep(60).await;
    assert_eq!(later(&service, 60).round(Round::Night).await.forgotten, 0, "a day of sending, then sixty");
    assert_eq!(later(&service, 61).round(Round::Night).await.forgotten, 1);
    keep(3650).await;
    assert_eq!(later(&service, 4000).round(Round::Night).await.forgotten, 0);
    let history = admin.get("/v1/school/history").await.expect(200);
    assert_eq!(
        history["changes"][1]["settings"],
        json!([{ "name": "texts_kept_days", "before": 3650, "after": 60 }])
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_licence_ends_with_the_school_year_and_is_counted_once() {
    let service = Service::start().await;
    let (_, admin) = service.licensed_school().await;
    let until = admin.get("/v1/licence").await.expect(200)["valid_until"].as_str().unwrap().to_owned();
    let until: jiff::Timestamp = until.parse().unwrap();
    let days_left = until.duration_since(SystemClock.now()).as_hours() / 24;
    let soon = later(&service, days_left - 10).round(Round::Night).await;
    assert_eq!((soon.licences_ending, soon.licences_ended), (1, 0));
    for ended in [1, 0] {
        let over = later(&service, days_left + 2).round(Round::Night).await;
        assert_eq!((over.licences_ending, over.licences_ended), (0, ended));
    }
}
