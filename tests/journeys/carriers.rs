//! Each carrier's real adapter with its stand-in: acceptance, receipts, and STOP.

use std::collections::BTreeMap;

use carillon_tests::{Client, Service};
use serde_json::{Value, json};

const TEACHERS: &str = "Catégorie;Nom;Prénom;Portable
professeur;ROY;Anne;06 39 98 80 08
professeur;PETIT;Luc;06 39 98 80 01
professeur;MOREL;Ida;06 39 98 80 04
professeur;DURAND;Eve;06 39 98 80 05
professeur;FAURE;Max;06 39 98 80 06
";

fn order() -> Value {
    json!({
        "view": "teachers", "selection": { "everyone": true },
        "text": { "audience": "teachers", "context": "meeting", "body": "Conseil à 17 h. Salle d’étude 🎒" },
    })
}

async fn states(admin: &Client) -> BTreeMap<String, String> {
    let log = admin.get("/v1/messages").await.expect(200);
    let state = |message: &Value| {
        let text = |field: &str| message[field].as_str().unwrap_or_default().to_owned();
        let phone = text("phone");
        let told = format!("{} {}", text("state"), text("reason"));
        (phone[phone.len() - 2..].to_owned(), told.trim_end().to_owned())
    };
    log["messages"].as_array().unwrap().iter().map(state).collect()
}

/// Sends to all teachers through a carrier; then one of them replies STOP.
async fn live(carrier: &str, undelivered: &str, opted_out: &str) -> (Service, Client) {
    let service = Service::start_with(&["--carrier", carrier]).await;
    let (_, admin) = service.school_of(TEACHERS).await;
    let send = admin.post_once("/v1/sends", &order()).await.expect(201);
    service.settled(&admin, send["id"].as_str().unwrap()).await;
    let expected = [
        ("01", "failed invalid_number"),
        ("04", undelivered),
        ("05", "delivered"),
        ("06", opted_out),
        ("08", "delivered"),
    ];
    let expected: BTreeMap<_, _> = expected.map(|(n, s)| (n.to_owned(), s.to_owned())).into();
    assert_eq!(states(&admin).await, expected, "{carrier}");
    assert_eq!(service.phone("0639988008").await, ["Conseil à 17 h. Salle d'étude 🎒"], "{carrier}");
    (service, admin)
}

/// A school's opt-outs by the last digits of the number: state and origin.
async fn opt_outs(admin: &Client) -> BTreeMap<String, String> {
    let listed = admin.get("/v1/opt-outs").await.expect(200);
    let told = |opt_out: &Value| {
        let phone = opt_out["phone"].as_str().unwrap();
        let told = ["state", "origin", "carrier"].map(|field| opt_out[field].as_str().unwrap());
        (phone[phone.len() - 2..].to_owned(), told.join(" "))
    };
    listed["opt_outs"].as_array().unwrap().iter().map(told).collect()
}

async fn say_stop(service: &Service, admin: &Client, carrier: &str) {
    let reply = json!({ "text": "Stop svp" });
    assert_eq!(service.stranger().post("/local/phones/0639988008/reply", &reply).await.status, 202);
    for _ in 0..100 {
        if opt_outs(admin).await.contains_key("08") {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    let expected = [
        ("06".to_owned(), format!("closed carrier {carrier}")),
        ("08".to_owned(), format!("closed reply {carrier}")),
    ];
    assert_eq!(opt_outs(admin).await, expected.into(), "{carrier}");
    let preview = admin.post("/v1/sends/preview", &order()).await.expect(200);
    let dropped: Vec<_> = preview["dropped"].as_array().unwrap().iter().map(|d| &d["reason"]).collect();
    assert_eq!(dropped, ["stopped", "stopped"], "{carrier}");
    let test = admin.post_once("/v1/test-sms", &json!({ "phone": "06 39 98 80 08" })).await;
    assert_eq!(test.field_errors(), [("/phone".to_owned(), "stopped".to_owned())]);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_bridge_brings_texts_tells_of_them_and_passes_a_stop_on() {
    let (service, admin) = live("phones", "failed undelivered", "failed opted_out").await;
    say_stop(&service, &admin, "bridge").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn twilio_brings_texts_tells_of_them_and_passes_a_stop_on() {
    let (service, admin) = live("twilio", "failed unreachable", "failed opted_out").await;
    say_stop(&service, &admin, "twilio").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn end_user_messaging_brings_texts_tells_of_them_and_passes_a_stop_on() {
    let (service, admin) = live("aws-sms", "failed unreachable", "failed opted_out").await;
    say_stop(&service, &admin, "aws-sms").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn ovhcloud_brings_texts_and_tells_of_them_when_it_is_asked() {
    let (_service, admin) = live("ovh", "failed undelivered", "failed opted_out").await;
    assert_eq!(opt_outs(&admin).await, [("06".to_owned(), "closed carrier ovh".to_owned())].into());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_number_is_opened_again_by_a_decision_that_is_recorded() {
    let (service, admin) = live("phones", "failed undelivered", "failed opted_out").await;
    let people = admin.get("/v1/people").await.expect(200);
    let stopped = people["people"].as_array().unwrap().iter().find(|person| !person["stopped"].is_null());
    insta::assert_json_snapshot!("stopped", stopped.unwrap()["stopped"], {
        ".opt_out" => "[opt-out]", ".since" => "[instant]",
    });
    let listed = admin.get("/v1/opt-outs").await.expect(200);
    let id = listed["opt_outs"][0]["id"].as_str().unwrap().to_owned();
    let reopen = format!("/v1/opt-outs/{id}/reopen");
    let reason = json!({ "reason": "Accord écrit du 24/11" });
    assert_eq!(admin.post(&reopen, &reason).await.problem(), "precondition-required");
    assert_eq!(admin.post_if(&reopen, 7, &reason).await.problem(), "precondition-failed");
    let reopened = admin.post_if(&reopen, 1, &reason).await.expect(200);
    insta::assert_json_snapshot!("reopened", reopened, {
        ".id" => "[opt-out]", ".since" => "[instant]", ".reopened.at" => "[instant]",
    });
    assert_eq!(admin.post_if(&reopen, 2, &reason).await.problem(), "state-conflict");
    let preview = admin.post("/v1/sends/preview", &order()).await.expect(200);
    assert_eq!(preview["dropped"], json!([]));
    let people = admin.get("/v1/people").await.expect(200);
    assert!(people["people"].as_array().unwrap().iter().all(|person| person["stopped"].is_null()));
    let carriers = service.operator().get("/v1/operator/carriers").await.expect(200);
    insta::assert_json_snapshot!("operator_carriers", carriers);
    let delivery = service.operator().get("/v1/operator/delivery").await.expect(200);
    insta::assert_json_snapshot!("operator_delivery", delivery);
}
