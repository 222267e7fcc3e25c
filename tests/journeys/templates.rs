//! Templates, their catalogue, and the cost of texts.

use carillon_tests::Service;
use reqwest::Method;
use serde_json::{Value, json};

fn template(label: &str, body: &str) -> Value {
    json!({ "label": label, "audience": "guardians", "context": "absence", "body": body })
}

#[tokio::test(flavor = "multi_thread")]
async fn a_template_is_kept_listed_changed_and_removed() {
    let service = Service::start().await;
    let (_, admin) = service.licensed_school().await;
    let made =
        admin.post("/v1/templates", &template("Absence", "{{pupil.name}} est absent.")).await.expect(201);
    assert_eq!(made["variables"], json!(["pupil.name"]));
    assert_eq!(made["views"], json!(["pupils", "guardians", "absences"]));
    let path = format!("/v1/templates/{}", made["id"].as_str().unwrap());
    assert_eq!(admin.get("/v1/templates?view=absences").await.expect(200)["templates"], json!([made]));
    assert_eq!(admin.get("/v1/templates?view=teachers").await.expect(200)["templates"], json!([]));

    let taken = admin.post("/v1/templates", &template(" ABSENCÉ ", "x")).await;
    assert_eq!((taken.status, taken.problem()), (409, "label-taken"));
    let changed = admin.change(Method::PUT, &path, &template("Absence du jour", "Bonjour")).await.expect(200);
    assert_eq!(changed["version"], 2);
    let late = admin
        .send(admin.request(Method::PUT, &path).header("if-match", "\"1\"").json(&template("x", "x")))
        .await;
    assert_eq!(late.status, 412);
    admin.post("/v1/templates", &template("Absence", "Le libellé est de nouveau libre")).await.expect(201);

    let removed = admin.send(admin.request(Method::DELETE, &path).header("if-match", "\"2\"")).await;
    assert_eq!(removed.status, 204);
    assert_eq!(admin.get(&path).await.status, 404);
}

#[tokio::test(flavor = "multi_thread")]
async fn every_unknown_variable_is_named_when_a_template_is_saved() {
    let service = Service::start().await;
    let (_, admin) = service.licensed_school().await;
    let answer = admin.post("/v1/templates", &template("A", "{{pupil.age}} {{meeting.date}}")).await;
    assert_eq!(answer.field_errors(), [("/body".to_owned(), "unknown_variables".to_owned())]);
    let detail = answer.body["errors"][0]["detail"].as_str().unwrap();
    assert!(detail.contains("pupil.age, meeting.date") && detail.contains("pupil.first_name"), "{detail}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_text_is_measured_with_the_characters_that_made_it_cost_more() {
    let service = Service::start().await;
    let (_, admin) = service.licensed_school().await;
    let text = format!("« Reçu » {}", "a".repeat(100));
    let measured = admin.post("/v1/texts/measure", &json!({ "text": text })).await.expect(200);
    assert_eq!(measured["text"], format!("\"Reçu\" {}", "a".repeat(100)));
    assert_eq!((&measured["encoding"], &measured["segments"]), (&json!("ucs-2"), &json!(2)));
    assert_eq!(measured["price_micro_eur"], 98_000);
    assert_eq!(
        measured["offending_characters"],
        json!([{ "character": "ç", "code_point": "U+00E7", "positions": [3], "replacement": "c" }])
    );
    assert_eq!(measured["without_them"]["segments"], 1);
    let plain = json!({ "text": text, "encoding_mode": "plain" });
    assert_eq!(admin.post("/v1/texts/measure", &plain).await.expect(200)["encoding"], "gsm-7");
    assert_eq!(admin.post("/v1/texts/measure", &json!({ "text": "a".repeat(1601) })).await.status, 422);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_catalogue_speaks_both_languages() {
    let service = Service::start().await;
    let (_, admin) = service.licensed_school().await;
    let french = admin.get("/v1/catalogue").await.expect(200);
    let english = admin
        .send(admin.request(Method::GET, "/v1/catalogue").header("accept-language", "en"))
        .await
        .expect(200);
    assert_eq!(french["audiences"][0], json!({ "name": "guardians", "label": "Responsables" }));
    assert_eq!(english["audiences"][0], json!({ "name": "guardians", "label": "Guardians" }));
    assert_eq!(french["contexts"].as_array().unwrap().len(), 13);
}
