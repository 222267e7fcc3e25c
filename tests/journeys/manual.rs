//! The reference manual, row by row.

use api::Role;
use carillon_tests::{Client, Service, application};
use reqwest::Method;
use serde_json::{Value, json};

const PUPILS: &str = "Identifiant;Catégorie;Nom;Prénom;Classe;Portable;Adresse;CP;Ville;Identifiant élève;Rang\n\
    E1;élève;MARTIN;Emma;6e A;;;;;;\n\
    E2;élève;MARTIN;Hugo;5e B;;;;;;\n\
    E3;élève;PETIT;Léa;6e A;;;;;;\n\
    R1;responsable;MARTIN;Claire;;06 39 98 00 10;12 bis avenue de la République;95100;Argenteuil;E1;1\n\
    R1;responsable;MARTIN;Claire;;06 39 98 00 10;12 bis avenue de la République;95100;Argenteuil;E2;1\n\
    R2;responsable;MARTIN;Jean;;06 39 98 00 11;12BIS AV DE LA REPUBLIQUE;95100;ARGENTEUIL;E1;2\n\
    R2;responsable;MARTIN;Jean;;06 39 98 00 11;12BIS AV DE LA REPUBLIQUE;95100;ARGENTEUIL;E2;2\n\
    R3;responsable;PETIT;Anne;;06 39 98 00 12;3 rue Pasteur;95100;Argenteuil;E3;1\n\
    R4;responsable;PETIT;Luc;;06 39 98 00 13;8 rue Pasteur;95100;Argenteuil;E3;2\n";

fn row(number: &str, what: impl std::fmt::Display) {
    println!("{number:<4}{what}");
}

async fn found(admin: &Client, external_id: &str) -> Value {
    let people = admin.get("/v1/people").await.expect(200);
    let found = people["people"].as_array().unwrap().iter().find(|p| p["external_id"] == external_id);
    found.unwrap().clone()
}

#[tokio::test(flavor = "multi_thread")]
async fn every_row_of_the_manual_works_in_its_order() {
    let service = Service::start().await;
    let school = service.new_school();
    let (admin, operator) = (service.member(Role::Admin, school), service.operator());

    let card = admin.get("/v1/rate-card").await.expect(200);
    let mut form = application();
    form["acknowledged_rate_card"] = card["version"].clone();
    form["school"] = json!({ "name": "Collège Jean Moulin", "territory": "FR" });
    let applied = admin.post("/v1/registrations", &form).await.expect(201);
    let (kind, pdf) = admin.download("/v1/registration/form", "application/pdf").await;
    assert_eq!((applied["state"].as_str(), kind.as_str()), (Some("applied"), "application/pdf"));
    let confirm = format!("/v1/operator/schools/{school}/confirm");
    let confirmed = operator.post(&confirm, &json!({})).await.expect(200);
    row(
        "S1",
        format!(
            "signed up at {} a segment, form of {} bytes, {}",
            price(&card),
            pdf.len(),
            text(&confirmed["state"])
        ),
    );

    let licence = admin.post("/v1/licence/refresh", &json!({})).await.expect(200);
    row("S2", format!("licence until {}", text(&licence["valid_until"])));

    let test = json!({ "phone": "06 39 98 00 99" });
    let refused = admin.post_once("/v1/test-sms", &test).await;
    assert_eq!((refused.status, refused.body["code"].as_str()), (403, Some("no_uai")));
    let uai = json!({ "uai": "0951099D", "callback_number": "01 99 00 12 34" });
    admin.change(Method::PATCH, "/v1/school", &uai).await.expect(200);
    let sent = admin.post_once("/v1/test-sms", &test).await.expect(201);
    service.settled(&admin, text(&sent["id"])).await;
    let received = service.phone("0639980099").await;
    assert_eq!(received.len(), 1);
    row("S3", format!("test SMS refused without UAI, then received: {}", received[0]));

    let report = admin.import(PUPILS).await.expect(200);
    let typed = json!({ "audience": "teachers", "first_name": "Paul", "last_name": "Roy", "phone": "06 39 98 00 14" });
    admin.post("/v1/people", &typed).await.expect(201);
    row("S4", format!("{} people from a file, one typed in", report["counts"]["created"]));

    let wishes = json!({
        "view": "guardians", "selection": { "people": [found(&admin, "R4").await["id"]] },
        "set": { "contexts": { "canteen": false } },
    });
    let state = admin.post("/v1/people/preferences", &wishes).await.expect(200);
    row("S5", format!("{} guardian wants no SMS of the canteen", state["contexts"]["canteen"]["no"]));

    let rule = json!({ "household_rule": "one_per_household" });
    admin.change(Method::PATCH, "/v1/school", &rule).await.expect(200);
    let meeting = json!({
        "view": "pupils", "selection": { "everyone": true },
        "text": { "audience": "guardians", "context": "meeting", "body": "Réunion pour {{pupils}}" },
    });
    let preview = admin.post("/v1/sends/preview", &meeting).await.expect(200);
    assert_eq!(preview["totals"]["messages"], 3);
    assert_eq!(preview["dropped"][0]["reason"], "same_household");
    row("S6", "one SMS for the parents of one address, one each for those of two");

    let template = json!({
        "label": "Absence", "audience": "guardians", "context": "absence",
        "body": "{{pupil.first_name}} absent(e) le {{absence.date}}. Rappeler le {{school.callback_number}}.",
    });
    let template = admin.post("/v1/templates", &template).await.expect(201);
    row("S7", format!("template {} for guardians on absence", text(&template["label"])));

    let unknown =
        json!({ "label": "X", "audience": "guardians", "context": "absence", "body": "{{pupil.mark}}" });
    let refused = admin.post("/v1/templates", &unknown).await;
    assert_eq!(refused.field_errors(), [("/body".to_owned(), "unknown_variables".to_owned())]);
    row("S8", format!("variables {}; an unknown one refused", template["variables"]));

    let export = admin.get("/v1/templates/export").await.expect(200);
    let (_, next_year) = service.licensed_school().await;
    let report = next_year.post("/v1/templates/import", &export).await.expect(200);
    assert_eq!(report["imported"], 1);
    row("S9", format!("{} template taken to another base", report["imported"]));

    let from_view = admin.get("/v1/templates?view=absences").await.expect(200);
    assert_eq!(from_view["templates"][0]["id"], template["id"]);
    row("S10", format!("absences → Absence; Absence → {}", template["views"]));

    let emma = found(&admin, "E1").await;
    let mut order = json!({
        "view": "absences", "selection": { "people": [emma["id"]] }, "template": template["id"],
        "values": { "absence.date": "23/11" },
    });
    let mut with_sender = order.clone();
    with_sender["sender"] = json!("COLLEGE");
    let refused = admin.post_once("/v1/sends", &with_sender).await;
    assert_eq!(refused.field_errors(), [("/sender".to_owned(), "sender_fixed".to_owned())]);
    row("S11", "no sender can be given; the call-back number is in the text");

    order["body"] = json!(
        "{{pupil.first_name}} absent(e) le {{absence.date}} à 8h. Rappeler le {{school.callback_number}}."
    );
    let preview = admin.post("/v1/sends/preview", &order).await.expect(200);
    order["preview_digest"] = preview["digest"].clone();
    let sent = admin.post_once("/v1/sends", &order).await.expect(201);
    service.settled(&admin, text(&sent["id"])).await;
    let received = service.phone("0639980010").await;
    assert_eq!(received, ["Emma absent(e) le 23/11 à 8h. Rappeler le 01 99 00 12 34."]);
    row("S12", format!("previewed, edited, sent: {}", received[0]));

    let log = admin.get("/v1/messages").await.expect(200);
    let messages = log["messages"].as_array().unwrap();
    let listed: Vec<_> =
        messages.iter().map(|m| format!("{} {}", text(&m["name"]), text(&m["state"]))).collect();
    assert_eq!(listed, ["Claire MARTIN delivered", "Test delivered"]);
    row("S13", format!("sent log: {}", listed.join(", ")));
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

/// The price of a segment to a metropolitan phone.
fn price(card: &Value) -> String {
    let micro_euros = card["territories"][0]["price_per_segment_micro_eur"].as_u64().unwrap();
    format!("{micro_euros} µ€")
}
