//! Scheduled sends, and events before their hour.

use std::{sync::Arc, time::Duration};

use api::Role;
use carillon_tests::{Client, Functions, Service};
use domain::{
    clock::{Clock, HeldClock},
    territory::Territory,
};
use jiff::{SignedDuration, Timestamp, ToSpan, Zoned};
use reqwest::Method;
use runtime::SystemClock;
use schedule::Round;
use serde_json::{Value, json};

const FAMILIES: &str = "Catégorie;Nom;Prénom;Classe;Portable;Nom élève;Prénom élève\n\
    élève;MARTIN;Emma;6e A;;;\nélève;PETIT;Hugo;6e A;;;\nélève;ROY;Léa;6e A;;;\n\
    responsable;MARTIN;Claire;;06 39 98 00 10;MARTIN;Emma\n\
    responsable;PETIT;Paul;;06 39 98 00 11;PETIT;Hugo\n\
    responsable;ROY;Anne;;06 39 98 00 12;ROY;Léa\n";

fn now() -> Timestamp {
    SystemClock.now()
}

fn local(instant: Timestamp) -> Zoned {
    instant.to_zoned(Territory::Metropole.time_zone().clone())
}

fn minute(zoned: &Zoned) -> String {
    zoned.strftime("%Y-%m-%dT%H:%M").to_string()
}

fn tomorrow() -> String {
    minute(&local(now()).checked_add(1.day()).unwrap())
}

fn order(context: &str) -> Value {
    json!({
        "view": "pupils", "selection": { "classes": ["6e A"] },
        "text": { "audience": "guardians", "context": context, "body": "Au sujet de {{pupils}}" },
    })
}

fn planned(context: &str, send_at: &str) -> Value {
    let mut order = order(context);
    order["send_at"] = json!(send_at);
    order
}

/// The functions of a service at a later time.
fn later(service: &Service, by: SignedDuration) -> Functions {
    let clock = HeldClock::at(now().saturating_add(by).unwrap());
    Functions::of(service).at(Arc::new(clock))
}

async fn person(admin: &Client, first_name: &str) -> Value {
    let people = admin.get("/v1/people?limit=500").await.expect(200);
    let people = people["people"].as_array().unwrap().clone();
    people.into_iter().find(|person| person["first_name"] == first_name).unwrap()
}

async fn states(admin: &Client, send: &str) -> Value {
    admin.get(&format!("/v1/sends/{send}")).await.expect(200)["states"].clone()
}

async fn reasons(admin: &Client, send: &str) -> Vec<(String, String)> {
    let log = admin.get(&format!("/v1/messages?send={send}")).await.expect(200);
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let messages = log["messages"].as_array().unwrap();
    messages.iter().map(|message| (text(&message["phone"]), text(&message["reason"]))).collect()
}

/// Waits until a send has these states.
async fn until(admin: &Client, send: &str, expected: Value) {
    for _ in 0..100 {
        if states(admin, send).await == expected {
            return;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    assert_eq!(states(admin, send).await, expected);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_planned_send_waits_is_shown_leaves_at_its_hour_and_reserves_its_price() {
    let service = Service::start().await;
    let (_, admin) = service.school_of(FAMILIES).await;
    let preview = admin.post("/v1/sends/preview", &planned("meeting", &tomorrow())).await.expect(200);
    let accepted = admin.post_once("/v1/sends", &planned("meeting", &tomorrow())).await.expect(201);
    assert_eq!(accepted["leaves"], preview["leaves"]);
    assert_eq!(
        (&accepted["leaves"]["local"], &accepted["leaves"]["waits"]["code"]),
        (&json!(tomorrow()), &json!("planned"))
    );
    let id = accepted["id"].as_str().unwrap();
    assert_eq!(states(&admin, id).await, json!({ "scheduled": 3 }));
    let log = admin.get("/v1/messages?state=scheduled").await.expect(200);
    assert_eq!(log["messages"].as_array().unwrap().len(), 3);
    // An hour early, nothing is released; in time, it is released once, by concurrent rounds.
    let early = later(&service, SignedDuration::from_hours(22)).round(Round::Minute).await;
    assert_eq!((early.released, early.failed), (0, 0));
    let functions = later(&service, SignedDuration::from_hours(25));
    let (one, other) = tokio::join!(functions.round(Round::Minute), functions.round(Round::Minute));
    assert!(one.released + other.released >= 1 && one.failed + other.failed == 0);
    until(&admin, id, json!({ "delivered": 3 })).await;
    assert_eq!(service.phone("0639980010").await, ["Au sujet de Emma"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_planned_send_can_be_cancelled_until_it_leaves_and_costs_nothing_then() {
    let service = Service::start().await;
    let file = FAMILIES.replace("06 39 98 00", "07 50 00 00");
    let (_, admin) = service.school_of(&file).await;
    let id = admin.post_once("/v1/sends", &planned("meeting", &tomorrow())).await.expect(201);
    let id = id["id"].as_str().unwrap();
    let month = |budget: &Value| budget["committed_micro_eur"].as_u64().unwrap();
    let cancel = format!("/v1/sends/{id}/cancel");
    // Twice, with the effect of once.
    for _ in 0..2 {
        let cancelled = admin.post(&cancel, &json!({})).await.expect(200);
        assert_eq!((&cancelled["cancelled"], &cancelled["too_late"]), (&json!(3), &json!(0)));
    }
    assert_eq!(states(&admin, id).await, json!({ "cancelled": 3 }));
    assert!(reasons(&admin, id).await.iter().all(|(_, reason)| reason == "cancelled"));
    assert_eq!(month(&admin.get("/v1/budget").await.expect(200)), 0);
    let round = later(&service, SignedDuration::from_hours(25)).round(Round::Minute).await;
    assert_eq!((round.released, round.failed), (0, 0));
    assert_eq!(service.phone("0750000010").await, [""; 0]);

    let sent = admin.post_once("/v1/sends", &order("meeting")).await.expect(201);
    let sent = sent["id"].as_str().unwrap();
    service.settled(&admin, sent).await;
    let late = admin.post(&format!("/v1/sends/{sent}/cancel"), &json!({})).await;
    assert_eq!((late.status, late.problem()), (409, "state-conflict"));
    // Another school's send, and a reader of this one.
    let (school, other) = service.licensed_school().await;
    assert_eq!(other.post(&cancel, &json!({})).await.status, 404);
    let reader = service.member(Role::Reader, school);
    assert_eq!(reader.post(&cancel, &json!({})).await.status, 403);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_changed_while_a_send_waited_is_looked_at_before_it_leaves() {
    let service = Service::start().await;
    let (_, admin) = service.school_of(FAMILIES).await;
    let id = admin.post_once("/v1/sends", &planned("meeting", &tomorrow())).await.expect(201);
    let id = id["id"].as_str().unwrap();
    let change = async |first_name: &str, change: fn(&mut Value)| {
        let mut body = person(&admin, first_name).await;
        let path = format!("/v1/people/{}", body["id"].as_str().unwrap());
        body.as_object_mut().unwrap().retain(|name, _| !["id", "version"].contains(&name.as_str()));
        change(&mut body);
        admin.change(Method::PUT, &path, &body).await.expect(200);
    };
    change("Claire", |person| person["guardianships"][0]["no_contact"] = json!(true)).await;
    change("Paul", |person| person["phone"] = json!("06 39 98 00 21")).await;
    later(&service, SignedDuration::from_hours(25)).round(Round::Minute).await;
    until(&admin, id, json!({ "cancelled": 2, "delivered": 1 })).await;
    let told = reasons(&admin, id).await;
    let expected = [("+33639980010", "no_contact"), ("+33639980011", "number_changed"), ("+33639980012", "")];
    assert_eq!(told, expected.map(|(phone, reason)| (phone.to_owned(), reason.to_owned())));
    for phone in ["0639980010", "0639980011", "0639980021"] {
        assert_eq!(service.phone(phone).await, [""; 0], "{phone}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_school_that_may_not_send_at_its_hour_sends_nothing() {
    let service = Service::start().await;
    let (school, admin) = service.school_of(FAMILIES).await;
    let id = admin.post_once("/v1/sends", &planned("meeting", &tomorrow())).await.expect(201);
    let id = id["id"].as_str().unwrap();
    service.operator().post(&format!("/v1/operator/schools/{school}/suspend"), &json!({})).await.expect(200);
    later(&service, SignedDuration::from_hours(25)).round(Round::Minute).await;
    until(&admin, id, json!({ "cancelled": 3 })).await;
    assert!(reasons(&admin, id).await.iter().all(|(_, reason)| reason == "sending_barred"));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_absence_that_is_withdrawn_in_time_is_not_told() {
    let service = Service::start().await;
    let (_, admin) = service.school_of(FAMILIES).await;
    admin.change(Method::PATCH, "/v1/school", &json!({ "recall_window_min": 10 })).await.expect(200);
    let mut absent = order("absence");
    absent["view"] = json!("pupils");
    let accepted = admin.post_once("/v1/sends", &absent).await.expect(201);
    assert_eq!(accepted["leaves"]["waits"]["code"], "recall_window");
    let id = accepted["id"].as_str().unwrap();
    let emma = person(&admin, "Emma").await["id"].clone();
    let withdraw = format!("/v1/sends/{id}/withdraw");
    let answer = admin.post(&withdraw, &json!({ "people": [emma] })).await.expect(200);
    assert_eq!((&answer["withdrawn"], &answer["too_late"]), (&json!(1), &json!(0)));
    let nobody = admin.post(&withdraw, &json!({ "people": ["per_01J00000000000000000000000"] })).await;
    assert_eq!(nobody.field_errors(), [("/people".to_owned(), "not_in_the_send".to_owned())]);
    assert_eq!(states(&admin, id).await, json!({ "cancelled": 1, "scheduled": 2 }));
    later(&service, SignedDuration::from_mins(11)).round(Round::Minute).await;
    until(&admin, id, json!({ "cancelled": 1, "delivered": 2 })).await;
    assert_eq!(service.phone("0639980010").await, [""; 0]);
    let hugo = person(&admin, "Hugo").await["id"].clone();
    let late = admin.post(&withdraw, &json!({ "people": [hugo] })).await.expect(200);
    assert_eq!((&late["withdrawn"], &late["too_late"]), (&json!(0), &json!(1)));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_round_that_comes_late_wakes_nobody() {
    let service = Service::start().await;
    let (_, admin) = service.school_of(FAMILIES).await;
    let hour = |hours: i64| local(now()).checked_add(hours.hours()).unwrap().strftime("%H:%M").to_string();
    let quiet = json!({ "quiet_hours": { "from": hour(2), "until": hour(5) } });
    admin.change(Method::PATCH, "/v1/school", &quiet).await.expect(200);
    // It would leave before quiet hours; the round comes during them.
    let in_a_while = minute(&local(now()).checked_add(1.hour()).unwrap());
    let accepted = admin.post_once("/v1/sends", &planned("meeting", &in_a_while)).await.expect(201);
    let id = accepted["id"].as_str().unwrap();
    let late = later(&service, SignedDuration::from_hours(3)).round(Round::Minute).await;
    assert_eq!((late.released, late.failed), (0, 0));
    assert_eq!(states(&admin, id).await, json!({ "scheduled": 3 }));
    later(&service, SignedDuration::from_hours(6)).round(Round::Minute).await;
    until(&admin, id, json!({ "delivered": 3 })).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn withdrawals_at_once_are_all_heeded_and_silence_nobody_else() {
    let service = Service::start().await;
    // Emma and Hugo are siblings: the same text would reach Claire about both.
    let file = format!("{FAMILIES}responsable;MARTIN;Claire;;06 39 98 00 10;PETIT;Hugo\n");
    let (_, admin) = service.school_of(&file).await;
    admin.change(Method::PATCH, "/v1/school", &json!({ "recall_window_min": 10 })).await.expect(200);
    let mut absent = order("absence");
    absent["text"]["body"] = json!("Votre enfant est absent ce matin.");
    let accepted = admin.post_once("/v1/sends", &absent).await.expect(201);
    assert_eq!(accepted["totals"]["messages"], 4);
    let id = accepted["id"].as_str().unwrap();
    let withdraw = format!("/v1/sends/{id}/withdraw");
    let (emma, lea) = (person(&admin, "Emma").await["id"].clone(), person(&admin, "Léa").await["id"].clone());
    let (emma, lea) = (json!({ "people": [emma] }), json!({ "people": [lea] }));
    let (one, other) = tokio::join!(admin.post(&withdraw, &emma), admin.post(&withdraw, &lea));
    assert_eq!(
        (one.expect(200)["withdrawn"].clone(), other.expect(200)["withdrawn"].clone()),
        (json!(1), json!(1))
    );
    later(&service, SignedDuration::from_mins(11)).round(Round::Minute).await;
    until(&admin, id, json!({ "cancelled": 2, "delivered": 2 })).await;
    assert_eq!(service.phone("0639980010").await.len(), 1, "Claire receives the text about Hugo");
    assert_eq!(service.phone("0639980012").await, [""; 0]);
    let meeting = admin.post_once("/v1/sends", &planned("meeting", &tomorrow())).await.expect(201);
    let path = format!("/v1/sends/{}/withdraw", meeting["id"].as_str().unwrap());
    let refused = admin.post(&path, &emma).await;
    assert_eq!((refused.status, refused.problem()), (409, "state-conflict"));
}

#[tokio::test(flavor = "multi_thread")]
async fn quiet_hours_hold_what_is_not_urgent_and_only_an_administrator_says_what_is() {
    let service = Service::start().await;
    let (school, admin) = service.school_of(FAMILIES).await;
    let hour = |hours: i64| local(now()).checked_add(hours.hours()).unwrap().strftime("%H:%M").to_string();
    let quiet = json!({ "quiet_hours": { "from": hour(-1), "until": hour(2) } });
    admin.change(Method::PATCH, "/v1/school", &quiet).await.expect(200);
    let held = admin.post_once("/v1/sends", &order("meeting")).await.expect(201);
    assert_eq!(held["leaves"]["waits"]["code"], "quiet_hours");
    assert!(held["leaves"]["local"].as_str().unwrap().ends_with(&hour(2)), "{held:#}");
    let mut urgent = order("infirmary");
    urgent["text"]["body"] = json!("Merci de rappeler le collège.");
    urgent["urgent"] = json!(true);
    let template = json!({ "label": "Rappel", "audience": "guardians", "context": "infirmary", "body": "Rappelez le collège." });
    let template = admin.post("/v1/templates", &template).await.expect(201);
    let sender = service.member(Role::Sender, school);
    let by_sender = json!({
        "view": "pupils", "selection": { "classes": ["6e A"] }, "template": template["id"], "urgent": true,
    });
    assert_eq!(sender.post_once("/v1/sends", &by_sender).await.problem(), "role-forbidden");
    let sent = admin.post_once("/v1/sends", &urgent).await.expect(201);
    assert!(sent["leaves"].get("waits").is_none());
    service.settled(&admin, sent["id"].as_str().unwrap()).await;
    assert_eq!(service.phone("0639980010").await, ["Merci de rappeler le collège."]);
    assert_eq!(states(&admin, held["id"].as_str().unwrap()).await, json!({ "scheduled": 3 }));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_hour_that_cannot_be_is_refused_with_the_way_out() {
    let service = Service::start().await;
    let (_, admin) = service.school_of(FAMILIES).await;
    let reminder =
        |event: &str, days: u32, at: &str| json!({ "event_date": event, "days_before": days, "at": at });
    let far = minute(&local(now()).checked_add(400.days()).unwrap());
    let licence = admin.get("/v1/licence").await.expect(200)["valid_until"].as_str().unwrap().to_owned();
    let over: Timestamp = licence.parse().unwrap();
    let after_the_licence = minute(&local(over).checked_add(1.day()).unwrap());
    // In summer a licence lasts for more than a year.
    let is_far = over.duration_since(now()) > SignedDuration::from_hours(364 * 24);
    let late = if is_far { "too_far" } else { "after_the_licence" };
    for (field, value, pointer, code) in [
        ("send_at", json!("2026-01-01T08:00"), "/send_at", "in_the_past"),
        ("send_at", json!(far), "/send_at", "too_far"),
        ("send_at", json!(after_the_licence), "/send_at", late),
        ("send_at", json!("demain"), "/send_at", "not_a_local_time"),
        ("send_at", json!("2027-02-29T08:00"), "/send_at", "not_a_local_time"),
        ("send_at", json!("2027-01-01T08:00+01:00"), "/send_at", "not_a_local_time"),
        ("send_at", json!(8), "/send_at", "wrong_type"),
        ("reminder", reminder("2026-01-01", 1, "18:00"), "/reminder", "in_the_past"),
        ("reminder", reminder("2027-01-01", 1, "18h"), "/reminder/at", "not_a_local_time"),
        ("reminder", reminder("2027-13-01", 1, "18:00"), "/reminder/event_date", "not_a_local_time"),
        ("reminder", reminder("2027-01-01", 70_000, "18:00"), "/reminder/days_before", "out_of_range"),
        ("urgent", json!("oui"), "/urgent", "wrong_type"),
    ] {
        let mut order = order("meeting");
        order[field] = value;
        let answer = admin.post_once("/v1/sends", &order).await;
        assert_eq!((answer.status, answer.problem()), (422, "invalid-fields"), "{order} {:#}", answer.body);
        assert_eq!(answer.field_errors()[0], (pointer.to_owned(), code.to_owned()), "{order}");
    }
    let mut both = planned("meeting", &tomorrow());
    both["reminder"] = reminder("2027-01-01", 1, "18:00");
    assert_eq!(admin.post_once("/v1/sends", &both).await.field_errors()[0].1, "one_time");
    assert_eq!(admin.get("/v1/messages").await.expect(200)["messages"], json!([]));
    let long = admin.change(Method::PATCH, "/v1/school", &json!({ "recall_window_min": 61 })).await;
    assert_eq!(long.field_errors()[0], ("/recall_window_min".to_owned(), "recall_window".to_owned()));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reminder_leaves_some_days_before_its_event() {
    let service = Service::start().await;
    let (_, admin) = service.school_of(FAMILIES).await;
    let event = local(now()).checked_add(10.days()).unwrap();
    let mut order = order("event");
    order["reminder"] =
        json!({ "event_date": event.strftime("%Y-%m-%d").to_string(), "days_before": 3, "at": "18:00" });
    let accepted = admin.post_once("/v1/sends", &order).await.expect(201);
    let day = event.checked_sub(3.days()).unwrap().strftime("%Y-%m-%dT18:00").to_string();
    assert_eq!(accepted["leaves"]["local"], day);
}
