//! All outcomes of texts: scheduled, cancelled, refused, deferred, resent, lost, removed.

use std::time::Duration;

use carillon_tests::world::{Behaviour, Setting, World, to_all_teachers};
use domain::{delivery::PartsPerSecond, id::SchoolId};
use futures_util::future::join;
use schedule::Round;
use serde_json::{Value, json};

const A_MINUTE: Duration = Duration::from_secs(60);
const A_DAY: Duration = Duration::from_secs(24 * 3600);

async fn send(world: &World, school: SchoolId, key: &str, order: &Value) -> String {
    let accepted = world.send_until_answered(school, "/v1/sends", key, order).await;
    accepted["id"].as_str().expect("an identifier").to_owned()
}

/// Four teachers, and a pupil whose father receives absences.
const SCHOOL: &str = "Catégorie;Nom;Prénom;Classe;Portable;Nom élève;Prénom élève
professeur;ROY;Anne;;06 12 34 56 70;;
professeur;PETIT;Luc;;06 12 34 56 71;;
professeur;MOREL;Ida;;06 12 34 56 72;;
professeur;FAURE;Max;;06 12 34 56 73;;
élève;BLANC;Zoé;6e A;;;
responsable;BLANC;Paul;;06 12 34 56 74;BLANC;Zoé
";

/// A send scheduled for tomorrow.
fn planned() -> Value {
    let mut order = to_all_teachers("Conseil demain");
    order["send_at"] = json!("2026-11-25T10:15");
    order
}

/// Files of all messages, direct and by link, and of those about a pupil.
async fn files(world: &World, school: SchoolId, pupil: &Value) {
    assert_eq!(world.file(school, "reader", "/v1/messages", "text/csv").await.status(), 200);
    for asked in [json!({ "format": "csv" }), json!({ "format": "json_lines", "person": pupil })] {
        let job = world.sound_call(school, "reader", "POST", "/v1/exports", asked).await;
        let text = |name: &str| job[name].as_str().expect("a text").to_owned();
        assert!(!world.download(&text("link")).await.is_empty());
        let path = format!("/v1/exports/{}", text("id"));
        let job = world.sound_call(school, "reader", "GET", &path, json!({})).await;
        assert_eq!(job["state"], "done", "{job:#}");
    }
}

/// Sends with every second text refused, and every operation of a front end on them; and a year later.
pub(super) async fn a_year() -> World {
    let script = |reference: &str, _: u32| match reference.bytes().last() {
        Some(b'1') => Behaviour::Refuse,
        _ => Behaviour::Accept,
    };
    let mut world = World::new(Setting { script: Box::new(script), ..Setting::default() }).await;
    let school = world.school_of(SCHOOL.to_owned()).await;
    world.start_workers();
    let now = to_all_teachers("Conseil ce soir");
    world.sound_call(school, "admin", "POST", "/v1/sends/preview", now.clone()).await;
    world.sound_call(school, "admin", "GET", "/v1/budget", json!({})).await;
    let test = json!({ "phone": "06 12 34 56 70" });
    world.send_until_answered(school, "/v1/test-sms", "test", &test).await;
    let template =
        json!({ "label": "Conseil", "audience": "teachers", "context": "meeting", "body": "Conseil" });
    let template = world.sound_call(school, "admin", "POST", "/v1/templates", template).await;
    let order = json!({ "view": "teachers", "selection": { "everyone": true }, "template": template["id"] });
    send(&world, school, "template", &order).await;
    let sent = send(&world, school, "now", &now).await;
    let cancelled = send(&world, school, "cancelled", &planned()).await;
    world.sound_call(school, "admin", "POST", &format!("/v1/sends/{cancelled}/cancel"), json!({})).await;
    let absence = json!({
        "view": "pupils", "selection": { "everyone": true }, "send_at": "2026-11-24T10:15",
        "text": { "audience": "guardians", "context": "absence", "body": "{{pupil.name}} est absent(e)." },
    });
    let withdrawn = send(&world, school, "withdrawn", &absence).await;
    let pupils = world.sound_call(school, "admin", "GET", "/v1/people", json!({})).await;
    let pupils = pupils["people"].as_array().expect("a list").iter();
    let absent: Vec<_> =
        pupils.filter(|person| person["first_name"] == "Zoé").map(|pupil| &pupil["id"]).collect();
    let withdraw = format!("/v1/sends/{withdrawn}/withdraw");
    world.sound_call(school, "admin", "POST", &withdraw, json!({ "people": absent })).await;
    tokio::time::sleep(A_MINUTE).await;
    let resend = format!("/v1/sends/{sent}/resend");
    world.send_until_answered(school, &resend, "again", &json!({})).await;
    refused(&world, school).await;
    world.sound_call(school, "admin", "GET", &format!("/v1/sends/{sent}"), json!({})).await;
    world.sound_call(school, "admin", "GET", &format!("/v1/messages?send={sent}"), json!({})).await;
    world.sound_call(school, "admin", "GET", "/v1/messages?limit=2", json!({})).await;
    world.sound_call(school, "admin", "GET", "/v1/messages?from=2026-11-24&number=06+39", json!({})).await;
    let of_a_pupil = format!("/v1/messages?person={}", absent[0].as_str().expect("an id"));
    world.sound_call(school, "admin", "GET", &of_a_pupil, json!({})).await;
    for path in ["/v1/usage", "/v1/usage/months", "/v1/statistics"] {
        world.sound_call(school, "admin", "GET", path, json!({})).await;
    }
    files(&world, school, absent[0]).await;
    // The licence lapses before the hour of one more send: it is cancelled.
    let barred = world.school(std::iter::once("0612345679".to_owned())).await;
    send(&world, barred, "barred", &planned()).await;
    world
        .sound_call(barred, "operator", "POST", &format!("/v1/operator/schools/{barred}/suspend"), json!({}))
        .await;
    for _ in 0..3 {
        tokio::time::sleep(A_DAY).await;
        world.round(Round::Minute).await;
        tokio::time::sleep(A_MINUTE).await;
    }
    // Its month is closed long before its texts are removed.
    for days in [30, 366] {
        tokio::time::sleep(days * A_DAY).await;
        world.round(Round::Night).await;
    }
    world
}

/// A refusal abandons its key; of two concurrent sends with budget for one, the later leaves nothing.
async fn refused(world: &World, school: SchoolId) {
    let nobody = json!({ "view": "teachers", "selection": { "people": [] },
        "text": { "audience": "teachers", "context": "meeting", "body": "Conseil" } });
    let (status, _) = world.call(school, "admin", "POST", "/v1/sends", Some("nobody"), nobody).await;
    assert_eq!(status, 422);
    let spent = world.sound_call(school, "admin", "GET", "/v1/budget", json!({})).await;
    let spent = spent["committed_micro_eur"].as_u64().expect("an amount");
    // Four texts of one segment each, once.
    let ceiling = json!({ "monthly_ceiling_micro_eur": spent + 4 * 49_000 });
    world.sound_change(school, 1, "PATCH", "/v1/school", ceiling).await;
    let order = to_all_teachers("Conseil ce soir");
    let one = |key| world.call(school, "admin", "POST", "/v1/sends", Some(key), order.clone());
    let ((first, _), (second, _)) = join(one("one"), one("other")).await;
    assert_eq!(first + second, 201 + 422, "one of them fits");
}

/// More texts than a carrier's rate.
pub(super) async fn a_crowd() -> World {
    let pace = PartsPerSecond::new(8).ok();
    let mut world = World::new(Setting { pace, workers: 8, ..Setting::default() }).await;
    let mut schools = Vec::new();
    for number in 0..4 {
        schools.push(world.school((0..120).map(|index| format!("061{number}345{index:03}"))).await);
    }
    world.start_workers();
    let order = to_all_teachers("Conseil ce soir");
    futures_util::future::join_all(schools.iter().map(|school| send(&world, *school, "key", &order))).await;
    for _ in 0..5 {
        tokio::time::sleep(A_MINUTE).await;
        world.round(Round::Minute).await;
    }
    world
}

/// The first carrier defers everything for a while; another one accepts it.
pub(super) async fn a_failing_carrier() -> World {
    let setting = Setting {
        script: Box::new(|_, _| Behaviour::TryLater),
        second_script: Some(Box::new(|_, _| Behaviour::Accept)),
        ..Setting::default()
    };
    let mut world = World::new(setting).await;
    let school = world.school((0..30).map(|index| format!("06123456{index:02}"))).await;
    world.start_workers();
    send(&world, school, "key", &to_all_teachers("Conseil ce soir")).await;
    tokio::time::sleep(A_MINUTE).await;
    world
}

/// Texts without a response, settled by queries to the carrier as far as it knows them.
pub(super) async fn doubts() -> World {
    let script = |_: &str, _: u32| Behaviour::NoAnswer;
    let setting = Setting { script: Box::new(script), can_be_asked: true, ..Setting::default() };
    let mut world = World::new(setting).await;
    let school = world.school((0..4).map(|index| format!("061234567{index}"))).await;
    world.start_workers();
    send(&world, school, "key", &to_all_teachers("Conseil ce soir")).await;
    world.run_to_the_end().await;
    world
}

/// A parcel that is exhausted before any call to a carrier, and an unreadable message.
pub(super) async fn dead_letters() -> World {
    let mut world = World::new(Setting::default()).await;
    let school = world.school((0..4).map(|index| format!("061234567{index}"))).await;
    let given_up = send(&world, school, "key", &planned()).await;
    let parcel = json!({ "v": "parcel/1", "school": school, "send": given_up, "parcel": 0 });
    world.put_among_the_dead("given up", &parcel.to_string());
    world.put_among_the_dead("poison", "{}");
    world.start_workers();
    tokio::time::sleep(A_MINUTE).await;
    world
}
