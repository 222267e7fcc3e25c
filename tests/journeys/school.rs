//! From sign-up to the phone.

use api::Role;
use carillon_tests::{Service, application};
use reqwest::Method;
use serde_json::json;

#[tokio::test(flavor = "multi_thread")]
async fn a_school_signs_up_and_its_text_reaches_the_phones() {
    let service = Service::start().await;
    let school = service.new_school();
    let (admin, operator) = (service.member(Role::Admin, school), service.operator());

    let card = admin.get("/v1/rate-card").await.expect(200);
    assert_eq!(card["version"], "2026-09");
    let registration = admin.post("/v1/registrations", &application()).await.expect(201);
    assert_eq!(registration["state"], "applied");
    let list = operator.get("/v1/operator/registrations?state=applied").await.expect(200);
    assert_eq!(list["registrations"][0]["school_id"], school.to_string());
    let confirmed =
        operator.post(&format!("/v1/operator/schools/{school}/confirm"), &json!({})).await.expect(200);
    assert_eq!(confirmed["state"], "confirmed");
    assert_eq!(admin.get("/v1/registration").await.expect(200)["state"], "confirmed");
    let licence = admin.post("/v1/licence/refresh", &json!({})).await.expect(200);
    assert_eq!(licence["may_send"], true);

    let settings = json!({ "callback_number": "01 99 00 12 34" });
    admin.change(Method::PATCH, "/v1/school", &settings).await.expect(200);
    let file = "Catégorie;Nom;Prénom;Classe;Portable;Nom élève;Prénom élève\n\
        élève;MARTIN;Emma;6e A;;;\n\
        élève;PETIT;Hugo;6e A;;;\n\
        élève;ROY;Zoé;5e B;;;\n\
        responsable;MARTIN;Claire;;06 39 98 00 10;MARTIN;Emma\n\
        responsable;PETIT;Paul;;06 39 98 00 11;PETIT;Hugo\n\
        responsable;PETIT;Anne;;;PETIT;Hugo\n\
        responsable;ROY;Luc;;06 39 98 00 12;ROY;Zoé\n";
    assert_eq!(admin.import(file).await.expect(200)["counts"]["created"], 7);

    let template = json!({
        "label": "Absence", "audience": "guardians", "context": "absence",
        "body": "{{pupil.first_name}} est absent(e) le {{absence.date}}. Rappelez le {{school.callback_number}}.",
    });
    let template = admin.post("/v1/templates", &template).await.expect(201)["id"].clone();
    let order = json!({
        "view": "pupils", "selection": { "classes": ["6e A"] }, "template": template,
        "values": { "absence.date": "23/11" },
    });
    let preview = admin.post("/v1/sends/preview", &order).await.expect(200);
    assert_eq!(preview["totals"]["messages"], 2);
    assert_eq!(preview["dropped"][0]["reason"], "no_mobile");

    let mut confirmed_order = order.clone();
    confirmed_order["preview_digest"] = preview["digest"].clone();
    let sender = service.member(Role::Sender, school);
    let send = sender.post_once("/v1/sends", &confirmed_order).await.expect(201);
    let settled = service.settled(&admin, send["id"].as_str().unwrap()).await;
    assert_eq!(settled["states"], json!({ "delivered": 2 }));

    let text = |name: &str| format!("{name} est absent(e) le 23/11. Rappelez le 01 99 00 12 34.");
    assert_eq!(service.phone("0639980010").await, [text("Emma")]);
    assert_eq!(service.phone("0639980011").await, [text("Hugo")]);
    assert_eq!(service.phone("0639980012").await, [""; 0]);

    let log = service.member(Role::Reader, school).get("/v1/messages").await.expect(200);
    let log = log["messages"].as_array().unwrap();
    assert_eq!(log.len(), 2);
    for message in log {
        assert_eq!(message["state"], "delivered");
        assert_eq!(message["template"], "Absence");
        assert_eq!(message["price_micro_eur"], 0, "a simulated number is free");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_test_sms_reaches_the_number_that_was_typed() {
    let service = Service::start().await;
    let (_, admin) = service.licensed_school().await;
    let send = admin.post_once("/v1/test-sms", &json!({ "phone": "06 39 98 12 34" })).await.expect(201);
    service.settled(&admin, send["id"].as_str().unwrap()).await;
    assert_eq!(
        service.phone("0639981234").await,
        ["SMS de test de Collège Jean Moulin. Le service fonctionne."]
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_real_number_costs_what_the_acknowledged_rate_card_says() {
    let service = Service::start().await;
    let (_, admin) = service.licensed_school().await;
    let long = "a".repeat(161);
    let order = |phone: &str, first_name: &str| json!({ "audience": "teachers", "first_name": first_name, "last_name": "Durand", "phone": phone });
    for (phone, name) in [("06 12 34 56 78", "Anne"), ("0692 12 34 56", "Béa"), ("+32 470 12 34 56", "Carl")]
    {
        admin.post("/v1/people", &order(phone, name)).await.expect(201);
    }
    let order = json!({
        "view": "teachers", "selection": { "everyone": true },
        "text": { "audience": "teachers", "context": "information", "body": long },
    });
    let preview = admin.post("/v1/sends/preview", &order).await.expect(200);
    assert_eq!(
        preview["totals"],
        json!({ "messages": 2, "segments": 4, "price_micro_eur": 2 * 49_000 + 2 * 72_000 })
    );
    assert_eq!(preview["dropped"][0]["reason"], "country_closed");

    admin.change(Method::PATCH, "/v1/school", &json!({ "allowed_countries": ["BE"] })).await.expect(200);
    let preview = admin.post("/v1/sends/preview", &order).await.expect(200);
    assert_eq!(preview["totals"]["price_micro_eur"], 2 * 49_000 + 2 * 72_000 + 2 * 85_000);
    assert_eq!(preview["dropped"], json!([]));
}

#[tokio::test(flavor = "multi_thread")]
async fn siblings_are_named_together_and_one_phone_gets_one_text() {
    let service = Service::start().await;
    let (_, admin) = service.licensed_school().await;
    let file = "Identifiant;Catégorie;Nom;Prénom;Classe;Portable;SMS;Identifiant élève;Rang\n\
        E1;élève;MARTIN;Emma;6e A;;;;\n\
        E2;élève;MARTIN;Hugo;6e A;;;;\n\
        R1;responsable;MARTIN;Claire;;0639980020;oui;E1;1\n\
        R1;responsable;MARTIN;Claire;;0639980020;oui;E2;1\n\
        R2;responsable;MARTIN;Jean;;0639980020;oui;E1;2\n\
        R2;responsable;MARTIN;Jean;;0639980020;oui;E2;2\n\
        R3;responsable;DUPONT;Luc;;0639980021;non;E1;3\n";
    admin.import(file).await.expect(200);
    let order = json!({
        "view": "pupils", "selection": { "everyone": true },
        "text": { "audience": "guardians", "context": "meeting", "body": "Réunion pour {{pupils}}" },
    });
    let preview = admin.post("/v1/sends/preview", &order).await.expect(200);
    assert_eq!(preview["totals"]["messages"], 1);
    assert_eq!(preview["kept"][0]["text"], "Réunion pour Emma et Hugo");
    let reasons: Vec<_> =
        preview["dropped"].as_array().unwrap().iter().map(|d| d["reason"].clone()).collect();
    assert_eq!(reasons, ["opted_out", "same_number"]);
    assert_eq!(preview["dropped"][1]["instead"], preview["kept"][0]["person"]);
}
