//! Every real adapter with its stand-in, with secrets by reference, and its receipts.

use std::time::Duration;

use carillon_tests::world::{Setting, World, to_all_teachers};
use serde_json::json;

/// Simulated phones: one opted out, one invalid, one without an answer.
const TEACHERS: &str = "Catégorie;Nom;Prénom;Portable
professeur;ROY;Anne;06 39 98 80 08
professeur;PETIT;Luc;06 39 98 80 01
professeur;MOREL;Ida;06 39 98 80 04
professeur;FAURE;Max;06 39 98 80 06
professeur;BLANC;Zoé;06 39 98 80 03
";

/// Texts through one carrier.
pub(super) async fn through(carrier: &'static str) -> World {
    let mut world = World::new(Setting { adapters: Some(carrier), ..Setting::default() }).await;
    let school = world.school_of(TEACHERS.to_owned()).await;
    world.start_workers();
    world.send_until_answered(school, "/v1/sends", "key", &to_all_teachers("Conseil ce soir")).await;
    tokio::time::sleep(Duration::from_secs(300)).await;
    let log = world.sound_call(school, "admin", "GET", "/v1/messages", json!({})).await;
    let states = log["messages"].as_array().expect("a list").iter().map(|message| &message["state"]);
    assert!(states.clone().any(|state| state == "sent" || state == "delivered"), "{carrier}: {log:#}");
    // Some numbers are to be collected again.
    world.sound_call(school, "admin", "GET", "/v1/statistics", json!({})).await;
    // An event of EventBridge has the carrier's message id.
    let event = json!({
        "source": "aws.sms-voice", "detail-type": "Text Message Delivery Status Updated",
        "detail": { "eventType": "TEXT_DELIVERED", "messageId": "nobody's", "isFinal": true },
    });
    world.report("event", &event);
    tokio::time::sleep(Duration::from_secs(30)).await;
    world
}
