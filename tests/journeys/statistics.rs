//! Statistics over HTTP.

use api::Role;
use carillon_tests::Service;
use serde_json::json;

#[tokio::test(flavor = "multi_thread")]
async fn statistics_are_for_those_who_read_the_sent_log_and_of_their_own_school_only() {
    let service = Service::start().await;
    let ((school, admin), (_, other)) = (service.licensed_school().await, service.licensed_school().await);
    let sent = admin.post_once("/v1/test-sms", &json!({ "phone": "06 39 98 12 34" })).await.expect(201);
    service.settled(&admin, sent["id"].as_str().unwrap()).await;
    for role in [Role::Admin, Role::Sender, Role::Reader] {
        let statistics = service.member(role, school).get("/v1/statistics").await.expect(200);
        assert_eq!(statistics["delivery"], json!({ "delivered": 1, "over": 1, "per_mille": 1000 }));
    }
    let nothing = other.get("/v1/statistics").await.expect(200);
    assert_eq!((&nothing["states"], &nothing["delivery"]["per_mille"]), (&json!({}), &json!(null)));
    assert_eq!(service.operator().get("/v1/statistics").await.status, 403);
    assert_eq!(service.stranger().get("/v1/statistics").await.status, 401);
}

#[tokio::test(flavor = "multi_thread")]
async fn days_that_are_none_are_refused_with_their_place() {
    let service = Service::start().await;
    let (_, admin) = service.licensed_school().await;
    for (query, pointer, code) in [
        ("from=2026-11-31", "/from", "not_a_local_time"),
        ("to=2026-11", "/to", "not_a_local_time"),
        ("from=2026-11-02&to=2026-11-01", "/to", "days_are_reversed"),
        ("from=9999-12-31", "/to", "days_are_reversed"),
        ("month=2026-11", "/month", "unknown_field"),
    ] {
        let answer = admin.get(&format!("/v1/statistics?{query}")).await;
        assert_eq!((answer.status, answer.problem()), (422, "invalid-fields"), "{query}");
        assert_eq!(answer.field_errors(), [(pointer.to_owned(), code.to_owned())], "{query}");
    }
    for query in ["from=2026-11-01&to=2026-11-01", "to=0001-01-01", "from=0001-01-01&to=9999-12-31"] {
        admin.get(&format!("/v1/statistics?{query}")).await.expect(200);
    }
}
