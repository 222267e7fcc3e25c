//! A repeated request is accepted once.

use carillon_tests::Service;
use futures_util::future::join_all;
use serde_json::json;

fn test_sms() -> serde_json::Value {
    json!({ "phone": "06 39 98 12 34" })
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_key_and_body_give_the_first_answer_and_another_body_is_refused() {
    let service = Service::start().await;
    let (_, admin) = service.licensed_school().await;
    let first = admin.post_with_key("/v1/test-sms", "k", &test_sms()).await.expect(201);
    let second = admin.post_with_key("/v1/test-sms", "k", &test_sms()).await.expect(201);
    assert_eq!(first, second);
    let other = admin.post_with_key("/v1/test-sms", "k", &json!({ "phone": "06 39 98 12 35" })).await;
    assert_eq!((other.status, other.problem()), (422, "idempotency-key-reused"));
    service.settled(&admin, first["id"].as_str().unwrap()).await;
    assert_eq!(service.phone("0639981234").await.len(), 1);
    assert_eq!(service.phone("0639981235").await.len(), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn thirty_times_the_same_request_at_once_is_one_send() {
    let service = Service::start().await;
    let (_, admin) = service.licensed_school().await;
    let order = test_sms();
    let answers = join_all((0..30).map(|_| admin.post_with_key("/v1/test-sms", "k", &order))).await;
    let mut ids: Vec<_> = Vec::new();
    for answer in answers {
        match answer.status {
            201 => ids.push(answer.body["id"].as_str().unwrap().to_owned()),
            _ => assert_eq!((answer.status, answer.problem()), (409, "still-running")),
        }
    }
    ids.dedup();
    assert_eq!(ids.len(), 1, "one send was accepted");
    service.settled(&admin, &ids[0]).await;
    assert_eq!(service.phone("0639981234").await.len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refused_request_gives_its_key_back_and_a_key_belongs_to_one_school() {
    let service = Service::start().await;
    let ((_, one), (_, other)) = (service.licensed_school().await, service.licensed_school().await);
    let closed = json!({ "phone": "+49 171 3920012" });
    assert_eq!(one.post_with_key("/v1/test-sms", "k", &closed).await.status, 422);
    let first = one.post_with_key("/v1/test-sms", "k", &test_sms()).await.expect(201);
    let second = other.post_with_key("/v1/test-sms", "k", &test_sms()).await.expect(201);
    assert_ne!(first["id"], second["id"]);
}
