//! Templates across years and schools.

use api::Role;
use carillon_tests::{Client, Service};
use reqwest::Method;
use serde_json::{Value, json};

async fn create(admin: &Client, label: &str, context: &str, body: &str) -> Value {
    let template = json!({ "label": label, "audience": "guardians", "context": context, "body": body });
    admin.post("/v1/templates", &template).await.expect(201)
}

async fn labels(admin: &Client) -> Vec<String> {
    let list = admin.get("/v1/templates").await.expect(200);
    let label = |template: &Value| template["label"].as_str().unwrap().to_owned();
    list["templates"].as_array().unwrap().iter().map(label).collect()
}

/// A template in an export.
fn template_in_a_file(template: &Value) -> Value {
    let field = |name: &str| template[name].clone();
    json!({ "label": field("label"), "audience": field("audience"), "context": field("context"), "body": field("body") })
}

fn outcomes(report: &Value) -> Vec<String> {
    let outcome = |template: &Value| {
        let reasons = template["reasons"].as_array().map(Vec::as_slice).unwrap_or_default();
        let reasons: Vec<_> = reasons.iter().map(|reason| reason["code"].as_str().unwrap()).collect();
        format!("{}: {} {}", template["label"], template["outcome"].as_str().unwrap(), reasons.join(","))
    };
    report["templates"].as_array().unwrap().iter().map(outcome).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn an_export_goes_into_another_school_with_a_report_and_twice_changes_nothing() {
    let service = Service::start().await;
    let (_, last_year) = service.licensed_school().await;
    create(&last_year, "Absence", "absence", "{{pupil.name}} est absent(e).").await;
    create(&last_year, "Réunion", "meeting", "Réunion le {{meeting.date}}").await;
    let old = create(&last_year, "Vieux", "meeting", "Bonjour").await;
    last_year.act(&format!("/v1/templates/{}", old["id"].as_str().unwrap()), "archive").await.expect(200);
    let mut export = last_year.get("/v1/templates/export").await.expect(200);
    assert_eq!(export["templates"].as_array().unwrap().len(), 2, "archived templates are not exported");
    export["school_year"] = json!("2025-2026");
    for broken in [
        json!({ "label": "Ancien", "audience": "guardians", "context": "absence", "body": "{{pupil.nickname}}" }),
        json!({ "label": "", "audience": "families", "context": "absence", "body": "x" }),
        json!({ "label": "REUNION", "audience": "guardians", "context": "meeting", "body": "Autre texte" }),
    ] {
        export["templates"].as_array_mut().unwrap().push(broken);
    }

    let (_, admin) = service.licensed_school().await;
    create(&admin, "Absence", "absence", "{{pupil.name}} est absent(e).").await;
    create(&admin, "réunion", "meeting", "La réunion de cette année").await;
    let expected = [
        "\"Absence\": unchanged ",
        "\"Réunion\": renamed label_taken",
        "\"Ancien\": refused unknown_variables",
        "\"\": refused empty,unknown_audience",
        "\"REUNION\": renamed label_taken",
    ];
    let dry = admin.post("/v1/templates/import?dry_run=true", &export).await.expect(200);
    assert_eq!(outcomes(&dry), expected);
    let ids = dry["templates"].as_array().unwrap().iter().filter(|made| made.get("template").is_some());
    assert_eq!(ids.count(), 1, "only the existing template has an identifier");
    assert_eq!(labels(&admin).await, ["Absence", "réunion"], "a dry run writes nothing");

    let report = admin.post("/v1/templates/import", &export).await.expect(200);
    assert_eq!(outcomes(&report), expected);
    let kept = ["Absence", "réunion", "Réunion (2025-2026)", "REUNION (2)"];
    assert_eq!(labels(&admin).await, kept);
    let again = admin.post("/v1/templates/import", &export).await.expect(200);
    assert_eq!(
        (&again["unchanged"], &again["renamed"], &again["imported"]),
        (&json!(3), &json!(0), &json!(0))
    );
    assert_eq!(labels(&admin).await, kept);
}

#[tokio::test(flavor = "multi_thread")]
async fn forty_nine_templates_come_together_and_one_more_brings_none() {
    let service = Service::start().await;
    let (school, admin) = service.licensed_school().await;
    let file = |count: usize| {
        let template = |index: usize| json!({ "label": format!("T{index}"), "audience": "staff", "context": "information", "body": "x" });
        json!({ "format": "carillon-templates/1", "templates": (0..count).map(template).collect::<Vec<_>>() })
    };
    let refused = admin.post("/v1/templates/import", &file(50)).await;
    assert_eq!(refused.field_errors(), [("/templates".to_owned(), "too_many".to_owned())]);
    assert_eq!(labels(&admin).await, [""; 0]);
    let report = admin.post("/v1/templates/import", &file(49)).await.expect(200);
    assert_eq!((&report["imported"], labels(&admin).await.len()), (&json!(49), 49));
    let empty = admin.post("/v1/templates/import", &file(0)).await.expect(200);
    assert_eq!(empty["templates"], json!([]));
    let other = json!({ "format": "carillon-templates/2", "templates": [] });
    let refused = admin.post("/v1/templates/import", &other).await;
    assert_eq!(refused.field_errors(), [("/format".to_owned(), "unknown_format".to_owned())]);
    for path in ["/v1/templates/import", "/v1/templates/export"] {
        let sender = service.member(Role::Sender, school);
        let method = if path.ends_with("export") { Method::GET } else { Method::POST };
        assert_eq!(sender.send(sender.request(method, path).json(&file(1))).await.status, 403);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_archived_template_cannot_be_sent_and_comes_back() {
    let service = Service::start().await;
    let (_, admin) =
        service.school_of("Catégorie;Nom;Prénom;Portable\nprofesseur;ROY;Anne;0639980010\n").await;
    let template =
        json!({ "label": "Conseil", "audience": "teachers", "context": "meeting", "body": "Conseil" });
    let template = admin.post("/v1/templates", &template).await.expect(201);
    let path = format!("/v1/templates/{}", template["id"].as_str().unwrap());
    let order = json!({ "view": "teachers", "selection": { "everyone": true }, "template": template["id"] });

    let archived = admin.act(&path, "archive").await.expect(200);
    assert_eq!((&archived["archived"], &archived["views"]), (&json!(true), &json!([])));
    assert_eq!(labels(&admin).await, [""; 0]);
    let put_away = admin.get("/v1/templates?archived=true").await.expect(200);
    assert_eq!(put_away["templates"][0]["id"], template["id"]);
    let refused = admin.post_once("/v1/sends", &order).await;
    assert_eq!(refused.field_errors(), [("/template".to_owned(), "template_archived".to_owned())]);
    // It retains its label.
    let same_label = json!({ "label": "conseil", "audience": "teachers", "context": "meeting", "body": "x" });
    assert_eq!(admin.post("/v1/templates", &same_label).await.problem(), "label-taken");
    let twin = json!({ "format": "carillon-templates/1", "templates": [template_in_a_file(&template)] });
    let report = admin.post("/v1/templates/import", &twin).await.expect(200);
    assert_eq!(outcomes(&report), ["\"Conseil\": unchanged archived"]);
    admin.act(&path, "restore").await.expect(200);
    admin.post_once("/v1/sends", &order).await.expect(201);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_send_keeps_the_version_it_used_even_when_the_template_is_gone() {
    let service = Service::start().await;
    let (_, admin) =
        service.school_of("Catégorie;Nom;Prénom;Portable\nprofesseur;ROY;Anne;0639980010\n").await;
    let body = |text: &str| json!({ "label": "Conseil", "audience": "teachers", "context": "meeting", "body": text });
    let template = admin.post("/v1/templates", &body("Conseil à 17h")).await.expect(201);
    let path = format!("/v1/templates/{}", template["id"].as_str().unwrap());
    let order = json!({ "view": "teachers", "selection": { "everyone": true }, "template": template["id"] });
    let send = admin.post_once("/v1/sends", &order).await.expect(201);
    admin.change(Method::PUT, &path, &body("Conseil à 18h")).await.expect(200);
    let copy = admin.post(&format!("{path}/duplicate"), &json!({})).await.expect(201);
    assert_eq!((&copy["label"], &copy["body"]), (&json!("Conseil (copie)"), &json!("Conseil à 18h")));
    let second = admin.post(&format!("{path}/duplicate"), &json!({})).await.expect(201);
    assert_eq!(second["label"], "Conseil (copie 2)");
    let taken = admin.post(&format!("{path}/duplicate"), &json!({ "label": "CONSEIL" })).await;
    assert_eq!(taken.problem(), "label-taken");
    let removed = admin.send(admin.request(Method::DELETE, &path).header("if-match", "\"2\"")).await;
    assert_eq!(removed.status, 204);

    let send = admin.get(&format!("/v1/sends/{}", send["id"].as_str().unwrap())).await.expect(200);
    assert_eq!(send["template"]["version"], 1);
    let versions = admin.get(&format!("{path}/versions")).await.expect(200);
    let texts: Vec<_> = versions["versions"].as_array().unwrap().iter().map(|v| v["body"].clone()).collect();
    assert_eq!(texts, ["Conseil à 18h", "Conseil à 17h"]);
    let unknown = admin.get("/v1/templates/tpl_01ARZ3NDEKTSV4RRFFQ69G5FAV/versions").await;
    assert_eq!(unknown.status, 404);
}
