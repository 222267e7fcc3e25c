//! A stop and a new start.

use api::Role;
use carillon_tests::{Functions, Service, planned_message, pupils_csv};
use domain::{clock::Clock, sending::Send};
use runtime::SystemClock;
use serde_json::json;

#[tokio::test(flavor = "multi_thread")]
async fn a_restart_keeps_everything_and_finishes_what_was_under_way() {
    let service = Service::start().await;
    let (school, admin) = service.licensed_school().await;
    let file = pupils_csv(0..600, |index| format!("07 50 00 {:02} {:02}", index / 100, index % 100));
    admin.import(file).await.expect(200);
    let order = json!({
        "view": "pupils", "selection": { "everyone": true },
        "text": { "audience": "guardians", "context": "meeting", "body": "Réunion pour {{pupils}}" },
    });
    let send = admin.post_once("/v1/sends", &order).await.expect(201)["id"].as_str().unwrap().to_owned();
    let service = service.restart().await;
    let admin = service.member(Role::Admin, school);
    let states = service.handed_over(&admin, &send).await["states"].clone();
    // Receipts that the phones of the previous run had not sent are lost.
    let came = ["sent", "delivered"].map(|state| states[state].as_u64().unwrap_or(0));
    assert_eq!(came.iter().sum::<u64>(), 600, "{states}");
    for index in [0, 1, 299, 598, 599] {
        let number = format!("075000{:02}{:02}", index / 100, index % 100);
        assert_eq!(service.phone(&number).await, ["Réunion pour Enfant"], "{number}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_send_that_a_crash_kept_from_the_queue_leaves_at_the_next_start() {
    let service = Service::start().await;
    let (school, _) = service.licensed_school().await;
    let now = SystemClock.now();
    let message = planned_message("0639981234", "Bonjour", now);
    let send = Functions::of(&service).accept(school, vec![message], now + Send::LIFETIME).await;
    assert_eq!(service.phone("0639981234").await, [""; 0]);

    let service = service.restart().await;
    let reader = service.member(Role::Reader, school);
    let settled = service.settled(&reader, &send.id.to_string()).await;
    assert_eq!(settled["states"], json!({ "delivered": 1 }));
    assert_eq!(service.phone("0639981234").await, ["Bonjour"]);
    let due = Functions::of(&service).table().agenda(SystemClock.now()).await.unwrap();
    assert_eq!(due, []);
}
