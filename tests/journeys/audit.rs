//! The audit log.

use api::Role;
use carillon_tests::{Client, Service};
use domain::{clock::Clock, id::SchoolId, territory::Territory};
use reqwest::Method;
use runtime::SystemClock;
use serde_json::{Value, json};

const FILE: &str = "Catégorie;Nom;Prénom;Portable\nprofesseur;ROY;Anne;06 39 98 80 10\nprofesseur;PETIT;Luc;06 39 98 80 11\n";

fn template(label: &str) -> Value {
    json!({ "label": label, "audience": "teachers", "context": "meeting", "body": "Conseil à 17 h" })
}

fn text(value: &Value) -> &str {
    value.as_str().expect("a text")
}

/// The acts of a school's audit log, oldest first, with their entries.
async fn acts(admin: &Client, query: &str) -> Vec<(String, Value)> {
    let body = admin.get(&format!("/v1/audit{query}")).await.expect(200);
    let entries = body["entries"].as_array().expect("a list").iter().rev();
    entries.map(|entry| (text(&entry["act"]).to_owned(), entry.clone())).collect()
}

/// Registration, templates, people, sends: every act of this school.
async fn everything(service: &Service, school: SchoolId, admin: &Client) {
    let operator = service.operator();
    admin.change(Method::PATCH, "/v1/school", &json!({ "encoding_mode": "plain" })).await.expect(200);
    for decision in ["suspend", "resume"] {
        let path = format!("/v1/operator/schools/{school}/{decision}");
        operator.post(&path, &json!({})).await.expect(200);
    }
    let made = admin.post("/v1/templates", &template("Conseil")).await.expect(201);
    let path = format!("/v1/templates/{}", text(&made["id"]));
    admin.change(Method::PUT, &path, &template("Conseil de classe")).await.expect(200);
    admin.act(&path, "archive").await.expect(200);
    admin.act(&path, "restore").await.expect(200);
    let mut file = admin.get("/v1/templates/export").await.expect(200);
    file["templates"][0]["label"] = "Conseil de l’an dernier".into();
    admin.post("/v1/templates/import", &file).await.expect(200);
    admin.send(admin.request(Method::DELETE, &path).header("if-match", "\"4\"")).await;
    admin.import(FILE).await.expect(200);
    let tomorrow = SystemClock.now().saturating_add(jiff::SignedDuration::from_hours(24)).unwrap();
    let local =
        tomorrow.to_zoned(Territory::Metropole.time_zone().clone()).strftime("%Y-%m-%dT12:00").to_string();
    let order = json!({ "view": "teachers", "selection": { "everyone": true }, "send_at": local,
        "text": { "audience": "teachers", "context": "meeting", "body": "Conseil à 18 h" } });
    for _ in 0..2 {
        let answer = admin.post_with_key("/v1/sends", "planned", &order).await.expect(201);
        let cancel = format!("/v1/sends/{}/cancel", text(&answer["id"]));
        admin.post(&cancel, &json!({})).await.expect(200);
    }
    let test = json!({ "phone": "06 39 98 80 01" });
    admin.post_with_key("/v1/test-sms", "test", &test).await.expect(201);
}

const EACH: [&str; 16] = [
    "registration_applied",
    "registration_confirmed",
    "licence_refreshed",
    "settings_changed",
    "registration_suspended",
    "registration_resumed",
    "template_created",
    "template_changed",
    "template_archived",
    "template_restored",
    "templates_exported",
    "templates_imported",
    "template_deleted",
    "people_imported",
    "send_accepted",
    "send_cancelled",
];

#[tokio::test(flavor = "multi_thread")]
async fn each_act_is_told_once_with_who_and_when_and_a_repetition_is_none() {
    let service = Service::start().await;
    let began = SystemClock.now();
    let (school, admin) = service.licensed_school().await;
    everything(&service, school, &admin).await;
    let told = acts(&admin, "").await;
    let names: Vec<&str> = told.iter().map(|(act, _)| act.as_str()).collect();
    assert_eq!(names, [&EACH[..], &["test_sms_accepted"]].concat());
    for (act, entry) in &told {
        let is_the_operator = ["confirmed", "suspended", "resumed"].iter().any(|end| act.ends_with(end));
        let by = if is_the_operator { ("operator", "operator") } else { ("test", "admin") };
        assert_eq!((text(&entry["by"]), text(&entry["role"])), by, "{act}");
        let at: jiff::Timestamp = text(&entry["at"]).parse().unwrap();
        assert!(at.as_second() >= began.as_second() && at <= SystemClock.now(), "{act} at {at}");
    }
    let of = |act: &str| &told.iter().find(|(told, _)| told == act).expect("an entry").1;
    assert_eq!(
        of("people_imported")["figures"],
        json!({ "created": 2, "updated": 0, "archived": 0, "refused": 0 })
    );
    assert_eq!(of("settings_changed")["figures"], json!({ "version": 2 }));
    let send = of("send_accepted");
    assert_eq!(send["figures"], json!({ "messages": 2, "price_micro_eur": 0, "left_out": 0 }));
    assert_eq!(send["about"], of("send_cancelled")["about"]);
    assert_eq!(send["label"], "Envoi accepté");
    admin.get(&format!("/v1/sends/{}", text(&send["about"]))).await.expect(200);
    let body = admin.get("/v1/audit").await.expect(200);
    insta::assert_json_snapshot!("audit", body, {
        ".entries[].id" => "[entry]", ".entries[].at" => "[instant]", ".entries[].about" => "[thing]",
    });
    // The audit log holds no names, texts or numbers.
    let words = serde_json::to_string(&told).unwrap().to_lowercase();
    for personal in ["roy", "anne", "petit", "luc", "conseil", "3998", "39 98", "per_"] {
        assert!(!words.contains(personal), "{personal}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_audit_is_the_administrators_and_of_one_school() {
    let service = Service::start().await;
    let (school, admin) = service.licensed_school().await;
    for role in [Role::Reader, Role::Sender] {
        let answer = service.member(role, school).get("/v1/audit").await;
        assert_eq!((answer.status, answer.problem()), (403, "role-forbidden"));
    }
    assert_eq!(service.operator().get("/v1/audit").await.status, 403);
    let (other, other_admin) = service.licensed_school().await;
    let ids = |told: Vec<(String, Value)>| told.into_iter().map(|(_, entry)| entry["id"].clone());
    let ours: Vec<Value> = ids(acts(&admin, "").await).collect();
    assert_eq!(ours.len(), 3);
    assert!(ids(acts(&other_admin, "").await).all(|id| !ours.contains(&id)), "{other} is another school");
    let cursor = admin.get("/v1/audit?limit=1").await.expect(200)["next_cursor"].clone();
    let answer = other_admin.get(&format!("/v1/audit?cursor={}", text(&cursor))).await;
    assert_eq!((answer.status, answer.problem()), (400, "invalid-cursor"));
    // A school without any act.
    let stranger = service.member(Role::Admin, service.new_school());
    for query in ["", "?from=2026-11-24"] {
        assert_eq!(stranger.get(&format!("/v1/audit{query}")).await.expect(200), json!({ "entries": [] }));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_audit_is_read_page_by_page_by_act_by_person_and_by_day() {
    let service = Service::start().await;
    let (school, admin) = service.licensed_school().await;
    for number in 0..5 {
        admin.post("/v1/templates", &template(&format!("Modèle {number}"))).await.expect(201);
    }
    let all = admin.get("/v1/audit").await.expect(200)["entries"].as_array().unwrap().clone();
    assert_eq!(all.len(), 8);
    for limit in [1, 3, 7, 8] {
        let (mut pages, mut cursor) = (Vec::new(), String::new());
        loop {
            let page = admin.get(&format!("/v1/audit?limit={limit}{cursor}")).await.expect(200);
            let entries = page["entries"].as_array().unwrap();
            assert!(!entries.is_empty() && entries.len() <= limit);
            pages.extend(entries.clone());
            let Some(next) = page["next_cursor"].as_str() else { break };
            cursor = format!("&cursor={next}");
            // Concurrent acts do not move the pages.
            admin.post("/v1/licence/refresh", &json!({})).await.expect(200);
        }
        assert_eq!(pages[pages.len() - 8..], all, "pages of {limit}");
        pages.truncate(pages.len() - 8);
        assert!(pages.iter().all(|entry| entry["act"] == "licence_refreshed"));
        if limit == 1 {
            break;
        }
    }
    assert_eq!(acts(&admin, "?act=template_created").await.len(), 5);
    let by_operator = acts(&admin, "?by=operator").await;
    assert_eq!(
        by_operator.iter().map(|(act, _)| act.as_str()).collect::<Vec<_>>(),
        ["registration_confirmed"]
    );
    assert_eq!(acts(&admin, "?by=nobody").await, []);
    let today = SystemClock.now().to_zoned(Territory::Metropole.time_zone().clone()).date();
    let (yesterday, tomorrow) = (today.yesterday().unwrap(), today.tomorrow().unwrap());
    let everything = acts(&admin, "").await.len();
    for (query, expected) in [
        (format!("?from={today}&to={today}"), everything),
        (format!("?from={today}"), everything),
        (format!("?to={yesterday}"), 0),
        (format!("?from={tomorrow}"), 0),
        (format!("?from={yesterday}&to={tomorrow}&act=registration_applied"), 1),
    ] {
        assert_eq!(acts(&admin, &query).await.len(), expected, "{query}");
    }
    for (query, pointer, code) in [
        (format!("?from={tomorrow}&to={today}"), "/to", "days_are_reversed"),
        ("?from=24/11/2026".to_owned(), "/from", "not_a_local_time"),
        ("?act=everything".to_owned(), "/act", "unknown_act"),
        ("?who=test".to_owned(), "/who", "unknown_field"),
        ("?limit=501".to_owned(), "/limit", "out_of_range"),
    ] {
        let answer = admin.get(&format!("/v1/audit{query}")).await;
        assert_eq!(answer.status, 422, "{query}");
        assert_eq!(answer.field_errors(), [(pointer.to_owned(), code.to_owned())], "{query}");
    }
    assert_eq!(service.member(Role::Admin, school).get("/v1/audit?limit=500").await.status, 200);
}
