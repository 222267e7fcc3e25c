//! Previews and their explanations.

use carillon_tests::{Client, Service};
use reqwest::Method;
use serde_json::{Value, json};

const FILE: &str = "Catégorie;Nom;Prénom;Portable\n\
    professeur;ROY;Anne;06 12 34 56 78\nprofesseur;ROY;Françoise;06 12 34 56 79\n";

fn order(body: &str) -> Value {
    json!({
        "view": "teachers", "selection": { "everyone": true },
        "text": { "audience": "teachers", "context": "information", "body": body },
    })
}

async fn preview(admin: &Client, order: &Value) -> Value {
    admin.post("/v1/sends/preview", order).await.expect(200)
}

#[tokio::test(flavor = "multi_thread")]
async fn the_characters_that_doubled_the_price_are_named_with_what_it_would_cost_without_them() {
    let service = Service::start().await;
    let (_, admin) = service.school_of(FILE).await;
    // 90 characters, and a name outside GSM-7.
    let preview = preview(&admin, &order(&format!("{{{{recipient.first_name}}}} {}", "a".repeat(80)))).await;
    assert_eq!(preview["totals"], json!({ "messages": 2, "segments": 3, "price_micro_eur": 3 * 49_000 }));
    assert_eq!(
        preview["without_offending_characters"],
        json!({ "segments": 2, "price_micro_eur": 2 * 49_000 })
    );
    assert_eq!(preview["kept"][0].get("ucs2"), None);
    assert_eq!(
        preview["kept"][1]["ucs2"],
        json!({ "offending_characters": ["ç"], "without_them": { "segments": 1, "price_micro_eur": 49_000 } })
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn links_stop_words_and_health_words_are_warned_of_in_the_text_and_in_its_values() {
    let service = Service::start().await;
    let (_, admin) = service.school_of(FILE).await;
    let codes = |body: &Value| -> Vec<String> {
        let code = |warning: &Value| warning["code"].as_str().unwrap().to_owned();
        body["warnings"].as_array().unwrap().iter().map(code).collect()
    };
    let quiet = preview(&admin, &order("Réunion à 18h")).await;
    assert_eq!(codes(&quiet), [""; 0]);
    let mut loud = order("{{information.subject}} : www.college.example, STOP");
    loud["values"] = json!({ "information.subject": "Cas de grippe" });
    assert_eq!(codes(&preview(&admin, &loud).await), ["stop_word", "link", "health_word"]);
    let request = admin.request(Method::POST, "/v1/sends/preview").header("accept-language", "en");
    let english = admin.send(request.json(&loud)).await.expect(200);
    assert!(english["warnings"][1]["detail"].as_str().unwrap().starts_with("The text has a link"));
    let measured =
        admin.post("/v1/texts/measure", &json!({ "text": "Emma a de la fièvre" })).await.expect(200);
    assert_eq!(codes(&measured), ["health_word"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_text_lacks_is_told_once_with_the_place_where_it_is_given() {
    let service = Service::start().await;
    let file = "Identifiant;Catégorie;Nom;Prénom;Classe;Portable;Identifiant élève\n\
        E1;élève;MARTIN;Emma;;;\nR1;responsable;MARTIN;Claire;;0639980010;E1\n\
        R2;responsable;PETIT;Anne;;0639980011;\n";
    let (_, admin) = service.school_of(file).await;
    let order = |view: &str, context: &str, body: &str| {
        let text = json!({ "audience": "guardians", "context": context, "body": body });
        json!({ "view": view, "selection": { "everyone": true }, "text": text })
    };
    let lacking = order("pupils", "absence", "{{pupil.class}} {{absence.date}} {{school.callback_number}}");
    let refused = admin.post("/v1/sends/preview", &lacking).await;
    assert_eq!((refused.status, refused.problem()), (422, "texts-unwritten"));
    let codes: Vec<_> = refused.field_errors().into_iter().map(|(_, code)| code).collect();
    assert_eq!(codes, ["missing_setting", "missing_values"]);
    let mut given = lacking;
    given["values"] = json!({ "absence.date": "23/11" });
    let refused = admin.post("/v1/sends/preview", &given).await;
    assert_eq!(refused.body["errors"][1]["code"], "incomplete_record");
    assert!(refused.body["errors"][1]["detail"].as_str().unwrap().contains("Emma MARTIN"));

    // A guardian without a child in the directory does not block the other texts.
    let meeting = order("guardians", "meeting", "Réunion pour {{pupils}}");
    let shown = preview(&admin, &meeting).await;
    assert_eq!(shown["kept"][0]["text"], "Réunion pour Emma");
    assert_eq!(shown["dropped"][0]["reason"], "no_child");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_value_with_a_mistake_is_refused_and_never_passed_over() {
    let service = Service::start().await;
    let (_, admin) = service.school_of(FILE).await;
    let people = admin.get("/v1/people").await.expect(200);
    let anne = people["people"][0]["id"].as_str().unwrap();
    let mut order = order("{{information.subject}}");
    order["values"] = json!({ "information.subject": 5, "information.date": "24/11" });
    order["values_by_person"] = json!({ anne: { "information.subject": "a\nb" } });
    let refused = admin.post("/v1/sends/preview", &order).await;
    assert_eq!(refused.status, 422);
    let expected = [
        ("/values/information.subject".to_owned(), "wrong_type".to_owned()),
        (format!("/values_by_person/{anne}/information.subject"), "control_character".to_owned()),
    ];
    assert_eq!(refused.field_errors(), expected);
    order["values"] = json!([]);
    order["values_by_person"] = json!({});
    let refused = admin.post("/v1/sends/preview", &order).await;
    assert_eq!(refused.field_errors(), [("/values".to_owned(), "wrong_type".to_owned())]);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_words_about_two_children_leave_once_and_say_why() {
    let service = Service::start().await;
    let file = "Identifiant;Catégorie;Nom;Prénom;Classe;Portable;Identifiant élève\n\
        E1;élève;MARTIN;Emma;6e A;;\nE2;élève;MARTIN;Hugo;5e B;;\n\
        R1;responsable;MARTIN;Claire;;0639980010;E1\nR1;responsable;MARTIN;Claire;;0639980010;E2\n";
    let (_, admin) = service.school_of(file).await;
    let order = json!({
        "view": "pupils", "selection": { "everyone": true },
        "text": { "audience": "guardians", "context": "absence", "body": "Votre enfant est absent." },
    });
    let shown = preview(&admin, &order).await;
    assert_eq!(shown["totals"]["messages"], 1);
    assert_eq!(
        (&shown["dropped"][0]["reason"], shown["dropped"][0].get("instead")),
        (&json!("same_text"), None)
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_send_whose_outcome_changed_since_the_preview_is_refused() {
    let service = Service::start().await;
    let (_, admin) = service.school_of(FILE).await;
    let mut order = order("Bonjour");
    order["preview_digest"] = preview(&admin, &order).await["digest"].clone();
    // No text or price changes: one more person is dropped, and that is part of the outcome.
    let file = "Catégorie;Nom;Prénom;Portable\nprofesseur;PETIT;Luc;\n";
    admin.import_as("additions", "text/csv", file).await.expect(200);
    let refused = admin.post_once("/v1/sends", &order).await;
    assert_eq!((refused.status, refused.problem()), (409, "preview-outdated"));
    let mut unseen = order.clone();
    unseen.as_object_mut().unwrap().remove("preview_digest");
    order["preview_digest"] = preview(&admin, &unseen).await["digest"].clone();
    admin.post_once("/v1/sends", &order).await.expect(201);
}
