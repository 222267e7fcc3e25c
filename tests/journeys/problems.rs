//! Problem documents on the wire, in both languages.

use carillon_tests::Service;
use reqwest::Method;
use serde_json::json;

#[tokio::test(flavor = "multi_thread")]
async fn a_problem_document_is_written_in_the_language_of_the_caller() {
    let service = Service::start().await;
    let (_, admin) = service.licensed_school().await;
    let in_language = async |language: &str| {
        let request = admin.request(Method::POST, "/v1/people").header("accept-language", language);
        let person = json!({ "audience": "staff", "first_name": "A", "phone": "3949", "from": "x" });
        admin.send(request.json(&person)).await.expect(422)
    };
    insta::assert_json_snapshot!("problem_in_french", in_language("fr-FR").await, { ".request_id" => "[request]" });
    insta::assert_json_snapshot!("problem_in_english", in_language("en").await, { ".request_id" => "[request]" });
}

#[tokio::test(flavor = "multi_thread")]
async fn the_wire_shapes_of_a_send_do_not_change_by_accident() {
    let service = Service::start().await;
    let (_, admin) = service.licensed_school().await;
    let file = "Catégorie;Nom;Prénom;Classe;Portable;Nom élève;Prénom élève\n\
        élève;MARTIN;Emma;6e A;;;\nresponsable;MARTIN;Claire;;06 39 98 00 10;MARTIN;Emma\n\
        responsable;MARTIN;Jean;;;MARTIN;Emma\n";
    let report = admin.import(file).await.expect(200);
    insta::assert_json_snapshot!("import_report", report, {
        ".id" => "[import]", ".rows[].person" => "[person]", ".since" => "[instant]", ".uploaded_at" => "[instant]",
        ".expires_at" => "[instant]",
    });
    let template = json!({
        "label": "Absence", "audience": "guardians", "context": "absence",
        "body": "{{pupil.name}} est absente le {{absence.date}}.",
    });
    let template = admin.post("/v1/templates", &template).await.expect(201);
    insta::assert_json_snapshot!("template", template, { ".id" => "[template]" });
    let order = json!({
        "view": "pupils", "selection": { "classes": ["6e A"] }, "template": template["id"],
        "values": { "absence.date": "23/11" },
    });
    let preview = admin.post("/v1/sends/preview", &order).await.expect(200);
    insta::assert_json_snapshot!("preview", preview, {
        ".digest" => "[digest]", ".leaves.at" => "[instant]", ".leaves.local" => "[minute]", ".budget.month" => "[month]", ".**.person" => "[person]", ".kept[].about" => "[pupil]", ".dropped[].about[]" => "[pupil]",
    });
    let accepted = admin.post_once("/v1/sends", &order).await.expect(201);
    insta::assert_json_snapshot!("accepted", accepted, {
        ".id" => "[send]", ".accepted_at" => "[instant]", ".leaves.at" => "[instant]", ".leaves.local" => "[minute]", ".budget.month" => "[month]",
    });
    let settled = service.settled(&admin, accepted["id"].as_str().unwrap()).await;
    insta::assert_json_snapshot!("send", settled, {
        ".id" => "[send]", ".template.id" => "[template]", ".accepted_at" => "[instant]", ".leaves.at" => "[instant]", ".leaves.local" => "[minute]", ".expires_at" => "[instant]",
    });
    let log = admin.get("/v1/messages").await.expect(200);
    insta::assert_json_snapshot!("messages", log, {
        ".messages[].reference" => "[reference]", ".messages[].send" => "[send]", ".messages[].person" => "[person]",
        ".messages[].about" => "[pupil]", ".messages[].accepted_at" => "[instant]", ".messages[].due_at" => "[instant]",
    });
    let school = admin.get("/v1/school").await.expect(200);
    insta::assert_json_snapshot!("school", school, { ".id" => "[school]" });
    let registration = admin.get("/v1/registration").await.expect(200);
    insta::assert_json_snapshot!("registration", registration, {
        ".id" => "[registration]", ".school_id" => "[school]", ".applied_at" => "[instant]", ".acknowledged_at" => "[instant]", ".decided_at" => "[instant]",
    });
    insta::assert_json_snapshot!("rate_card", admin.get("/v1/rate-card").await.expect(200));
    insta::assert_json_snapshot!("catalogue", admin.get("/v1/catalogue").await.expect(200));
    let people = admin.get("/v1/people").await.expect(200);
    insta::assert_json_snapshot!("people", people, {
        ".people[].id" => "[person]", ".people[].guardianships[].pupil" => "[pupil]",
    });
}
