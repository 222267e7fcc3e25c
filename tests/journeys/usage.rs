//! The cost of a school's months, over HTTP.

use api::Role;
use carillon_tests::{
    Service,
    world::{Setting, World, to_all_teachers},
};
use serde_json::json;

#[tokio::test(start_paused = true)]
async fn the_wire_shape_of_usage_does_not_change_by_accident() {
    let mut world = World::new(Setting::default()).await;
    let school = world.school(["0612345678", "0692123456"].map(str::to_owned).into_iter()).await;
    world.start_workers();
    let template =
        json!({ "label": "Conseil", "audience": "teachers", "context": "meeting", "body": "Conseil" });
    let template = world.sound_call(school, "admin", "POST", "/v1/templates", template).await;
    let of_template =
        json!({ "view": "teachers", "selection": { "everyone": true }, "template": template["id"] });
    let mut planned = to_all_teachers("Conseil demain");
    planned["send_at"] = json!("2026-11-25T10:15");
    for (key, order) in [("one", of_template), ("two", to_all_teachers("Conseil")), ("three", planned)] {
        world.send_until_answered(school, "/v1/sends", key, &order).await;
    }
    let ceiling = json!({ "monthly_ceiling_micro_eur": 1_000_000 });
    world.sound_change(school, 1, "PATCH", "/v1/school", ceiling).await;
    tokio::time::sleep(std::time::Duration::from_secs(60)).await;
    let usage = world.sound_call(school, "reader", "GET", "/v1/usage", json!({})).await;
    insta::assert_json_snapshot!("usage", usage, { ".templates[].template" => "[template]" });
    let months = world.sound_call(school, "reader", "GET", "/v1/usage/months", json!({})).await;
    insta::assert_json_snapshot!("months", months);
}

#[tokio::test(flavor = "multi_thread")]
async fn usage_is_for_those_who_read_the_sent_log_and_of_their_own_school_only() {
    let service = Service::start().await;
    let ((school, admin), (_, other)) = (service.licensed_school().await, service.licensed_school().await);
    let sent = admin.post_once("/v1/test-sms", &json!({ "phone": "06 39 98 12 34" })).await.expect(201);
    service.settled(&admin, sent["id"].as_str().unwrap()).await;
    for role in [Role::Admin, Role::Sender, Role::Reader] {
        let usage = service.member(role, school).get("/v1/usage").await.expect(200);
        assert_eq!((&usage["messages"], &usage["templates"][0]["made_from"]), (&json!(1), &json!("test")));
    }
    assert_eq!(other.get("/v1/usage").await.expect(200)["messages"], 0);
    assert_eq!(other.get("/v1/usage/months").await.expect(200)["months"], json!([]));
    assert_eq!(service.operator().get("/v1/usage").await.status, 403);
    assert_eq!(service.stranger().get("/v1/usage").await.status, 401);
}

#[tokio::test(flavor = "multi_thread")]
async fn months_that_are_none_are_refused_with_their_place() {
    let service = Service::start().await;
    let (_, admin) = service.licensed_school().await;
    for (query, pointer, code) in [
        ("usage?month=2026-13", "/month", "not_a_month"),
        ("usage?month=0000-01", "/month", "not_a_month"),
        ("usage?month=2026-1", "/month", "not_a_month"),
        ("usage?month=", "/month", "not_a_month"),
        ("usage?year=2026", "/year", "unknown_field"),
        ("usage/months?from=novembre", "/from", "not_a_month"),
        ("usage/months?from=2026-11&to=2026-10", "/to", "months_are_reversed"),
        ("usage/months?month=2026-11", "/month", "unknown_field"),
    ] {
        let answer = admin.get(&format!("/v1/{query}")).await;
        assert_eq!((answer.status, answer.problem()), (422, "invalid-fields"), "{query}");
        assert_eq!(answer.field_errors(), [(pointer.to_owned(), code.to_owned())], "{query}");
    }
    for query in [
        "usage?month=0001-01",
        "usage?month=9999-12",
        "usage/months?from=2026-11&to=2026-11",
        "usage/months?from=0001-01&to=9999-12",
    ] {
        admin.get(&format!("/v1/{query}")).await.expect(200);
    }
}
