//! The outcome of a message, by behaviour of phone and queue.

use std::{
    collections::BTreeMap,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
};

use carillon_tests::{Client, Functions, Service, batch, planned_message};
use carriers::{Answer, Carrier, Simulator, Sms};
use domain::{
    clock::Clock,
    delivery::{MessageState, Outcome},
    sending::Send,
};
use jiff::SignedDuration;
use runtime::SystemClock;
use serde_json::{Value, json};
use tokio::sync::Notify;

fn number(last_two: u32) -> String {
    format!("06399800{last_two:02}")
}

async fn add_teachers(admin: &Client, numbers: impl Iterator<Item = u32>) {
    let mut file = "Catégorie;Nom;Prénom;Portable\n".to_owned();
    for last_two in numbers {
        file += &format!("professeur;Nom{last_two};A;{}\n", number(last_two));
    }
    admin.import(file).await.expect(200);
}

fn to_all_teachers() -> Value {
    json!({
        "view": "teachers", "selection": { "everyone": true },
        "text": { "audience": "teachers", "context": "information", "body": "Bonjour {{recipient.last_name}}" },
    })
}

#[tokio::test(flavor = "multi_thread")]
async fn each_simulated_number_ends_as_it_should_and_no_phone_gets_a_text_twice() {
    let service = Service::start().await;
    let (_, admin) = service.licensed_school().await;
    add_teachers(&admin, 1..=8).await;
    let send = admin.post_once("/v1/sends", &to_all_teachers()).await.expect(201);
    let id = send["id"].as_str().unwrap();
    service.settled(&admin, id).await;
    let log = admin.get(&format!("/v1/messages?send={id}")).await.expect(200);
    let states: BTreeMap<String, String> = log["messages"]
        .as_array()
        .unwrap()
        .iter()
        .map(|message| {
            let reason = message["reason"].as_str().map_or_else(String::new, |reason| format!(" {reason}"));
            let phone = message["phone"].as_str().unwrap();
            (phone[phone.len() - 2..].to_owned(), format!("{}{reason}", message["state"].as_str().unwrap()))
        })
        .collect();
    let expected = [
        ("01", "failed invalid_number"),
        ("02", "delivered"),
        ("03", "unknown"),
        ("04", "failed undelivered"),
        ("05", "delivered"),
        ("06", "failed opted_out"),
        ("07", "delivered"),
        ("08", "delivered"),
    ];
    assert_eq!(states, expected.map(|(n, s)| (n.to_owned(), s.to_owned())).into());
    for (last_two, texts) in [(1, 0), (2, 1), (3, 1), (4, 0), (5, 1), (6, 0), (7, 1), (8, 1)] {
        assert_eq!(service.phone(&number(last_two)).await.len(), texts, "{last_two}");
    }
    let failed = admin.get("/v1/messages?state=failed").await.expect(200);
    assert_eq!(failed["messages"].as_array().unwrap().len(), 3);
}

/// A carrier that accepts and counts everything.
#[derive(Default)]
struct Counting(AtomicUsize);

impl Carrier for Counting {
    fn send<'a>(&'a self, _: &'a Sms<'a>) -> Answer<'a> {
        self.0.fetch_add(1, Ordering::SeqCst);
        Box::pin(std::future::ready(Outcome::Accepted.into()))
    }
}

fn parcel_body(school: &str, send: &str, parcel: u16) -> String {
    json!({ "v": "parcel/1", "school": school, "send": send, "parcel": parcel }).to_string()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_parcel_that_the_queue_delivers_again_is_not_sent_again() {
    let service = Service::start().await;
    let (school, admin) = service.licensed_school().await;
    add_teachers(&admin, 10..35).await;
    let send = admin.post_once("/v1/sends", &to_all_teachers()).await.expect(201);
    let id = send["id"].as_str().unwrap();
    service.settled(&admin, id).await;
    // The same queue message ten more times, concurrently.
    let (functions, carrier) = (Functions::of(&service), Arc::new(Counting::default()));
    let body = parcel_body(&school.to_string(), id, 0);
    let runs = (0..10).map(|_| functions.deliver(batch(&[("again", &body)]), carrier.clone()));
    for failed in futures_util::future::join_all(runs).await {
        assert_eq!(failed, [""; 0]);
    }
    assert_eq!(carrier.0.load(Ordering::SeqCst), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn ten_workers_at_once_on_one_parcel_send_each_text_once() {
    let service = Service::start().await;
    let (school, admin) = service.licensed_school().await;
    add_teachers(&admin, 10..100).await;
    let send = admin.post_once("/v1/sends", &to_all_teachers()).await.expect(201);
    let id = send["id"].as_str().unwrap().to_owned();
    // The local queue has eight workers; the same message is enqueued nine more times.
    let functions = Functions::of(&service);
    let body = parcel_body(&school.to_string(), &id, 0);
    for _ in 0..9 {
        let queue = &service.running().addresses().sqs;
        functions.aws().sqs().send_message().queue_url(queue).message_body(&body).send().await.unwrap();
    }
    let settled = service.settled(&admin, &id).await;
    assert_eq!(settled["states"], json!({ "delivered": 90 }));
    for last_two in 10..100 {
        assert_eq!(service.phone(&number(last_two)).await.len(), 1, "{last_two}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_poison_message_fails_alone() {
    let service = Service::start().await;
    let erased = parcel_body("sch_01J00000000000000000000000", "snd_01J00000000000000000000000", 0);
    let event = batch(&[("poison", "{\"v\":\"parcel/9\"}"), ("empty", ""), ("erased", &erased)]);
    let failed = Functions::of(&service).deliver(event, Arc::new(Counting::default())).await;
    assert_eq!(failed, ["poison", "empty"]);
}

/// A carrier that accepts everything once it is released.
#[derive(Default)]
struct Waiting {
    asked: Notify,
    go: Notify,
}

impl Carrier for Waiting {
    fn send<'a>(&'a self, _: &'a Sms<'a>) -> Answer<'a> {
        Box::pin(async {
            self.asked.notify_one();
            self.go.notified().await;
            Outcome::Accepted.into()
        })
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_worker_that_comes_late_leaves_the_claim_of_another_alone() {
    let service = Service::start().await;
    let (functions, carrier) = (Functions::of(&service), Arc::new(Waiting::default()));
    let now = SystemClock.now();
    let school = service.new_school();
    let message = planned_message("0639981234", "Bonjour", now);
    let send = functions.accept(school, vec![message], now + Send::LIFETIME).await.id;
    let body = parcel_body(&school.to_string(), &send.to_string(), 0);
    let first = {
        let (functions, carrier, event) = (functions.clone(), carrier.clone(), batch(&[("first", &body)]));
        tokio::spawn(async move { functions.deliver(event, carrier).await })
    };
    carrier.asked.notified().await;
    let late = functions.deliver_within(5, batch(&[("late", &body)]), carrier.clone()).await;
    carrier.go.notify_one();
    assert_eq!((first.await.unwrap(), late), (Vec::new(), Vec::new()));
    let progresses = functions.table().progresses(school, send).await.unwrap();
    let states: Vec<_> = progresses.iter().flat_map(|(_, progress)| progress.states()).collect();
    assert_eq!(states, [MessageState::Sent]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_report_that_there_is_no_time_for_comes_again_and_is_no_failure() {
    let service = Service::start().await;
    let (school, admin) = service.licensed_school().await;
    let functions = Functions::of(&service);
    let now = SystemClock.now();
    let expires_at = now.saturating_add(SignedDuration::from_hours(1)).unwrap();
    let message = planned_message("06 39 98 70 10", "Le car a du retard", now);
    let send = functions.accept(school, vec![message], expires_at).await;
    let parcel = json!({ "v": "parcel/1", "school": school, "send": send.id, "parcel": 0 }).to_string();
    assert!(functions.deliver(batch(&[("m-0", &parcel)]), Arc::new(Simulator)).await.is_empty());
    let about = json!({ "message": format!("{school}-{}-0000-00", send.id) });
    let report = json!({ "v": "receipt/1", "about": about, "told": "delivered" }).to_string();
    let state = async || {
        let log = admin.get("/v1/messages").await.expect(200);
        log["messages"][0]["state"].clone()
    };
    // In the last fifteen seconds no report is begun.
    assert!(functions.note_within(14, batch(&[("m-1", &report)])).await.is_empty());
    assert_eq!(state().await, "sent");
    assert!(functions.note_within(16, batch(&[("m-1", &report)])).await.is_empty());
    assert_eq!(state().await, "delivered");
}
