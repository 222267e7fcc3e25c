//! Isolation of schools.

use carillon_tests::Service;
use reqwest::Method;
use serde_json::json;

#[tokio::test(flavor = "multi_thread")]
async fn what_belongs_to_another_school_is_not_found() {
    let service = Service::start().await;
    let ((_, one), (_, other)) = (service.licensed_school().await, service.licensed_school().await);
    let person = json!({ "audience": "staff", "first_name": "A", "last_name": "B", "phone": "0639981234" });
    let mut ids = Vec::new();
    for _ in 0..2 {
        ids.push(one.post("/v1/people", &person).await.expect(201)["id"].as_str().unwrap().to_owned());
    }
    let template = json!({ "label": "T", "audience": "staff", "context": "information", "body": "Bonjour" });
    let template = one.post("/v1/templates", &template).await.expect(201)["id"].as_str().unwrap().to_owned();
    let order = json!({ "view": "staff", "selection": { "everyone": true }, "template": template });
    let send = one.post_once("/v1/sends", &order).await.expect(201)["id"].as_str().unwrap().to_owned();
    service.settled(&one, &send).await;

    for path in
        [format!("/v1/people/{}", ids[0]), format!("/v1/templates/{template}"), format!("/v1/sends/{send}")]
    {
        one.get(&path).await.expect(200);
        let answer = other.get(&path).await;
        assert_eq!((answer.status, answer.problem()), (404, "not-found"), "{path}");
    }
    for (method, path) in [
        (Method::DELETE, format!("/v1/people/{}", ids[0])),
        (Method::DELETE, format!("/v1/templates/{template}")),
    ] {
        let answer = other.send(other.request(method, &path).header("if-match", "\"1\"")).await;
        assert_eq!(answer.status, 404);
    }
    let order = json!({ "view": "staff", "selection": { "everyone": true }, "template": template });
    assert_eq!(other.post_once("/v1/sends", &order).await.field_errors()[0].1, "unknown_template");
    assert_eq!(other.get("/v1/people").await.expect(200)["people"], json!([]));
    assert_eq!(other.get("/v1/messages").await.expect(200)["messages"], json!([]));
    assert_eq!(other.get(&format!("/v1/messages?send={send}")).await.expect(200)["messages"], json!([]));

    let page = one.get("/v1/people?limit=1").await.expect(200);
    let cursor = page["next_cursor"].as_str().unwrap();
    let next = one.get(&format!("/v1/people?limit=1&cursor={cursor}")).await.expect(200);
    assert_eq!(next["people"][0]["id"], ids[1]);
    for answer in [
        other.get(&format!("/v1/people?cursor={cursor}")).await,
        one.get(&format!("/v1/messages?cursor={cursor}")).await,
    ] {
        assert_eq!((answer.status, answer.problem()), (400, "invalid-cursor"));
    }
}
