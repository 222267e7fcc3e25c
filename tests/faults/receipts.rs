//! Carriers' receipts and replies: in any order, repeated, early, forged, and a thousand at once.

use std::time::Duration;

use api::Role;
use carillon_tests::world::{BRIDGE_KEY, Behaviour, Setting, World, to_all_teachers};
use domain::{
    audit::{Act, Entry},
    clock::Clock,
    delivery::CarrierName,
    directory::Reopening,
    id::SchoolId,
    line::Line,
};
use serde_json::{Value, json};

use crate::extent::points;

/// A send to some teachers, of which one message is looked at.
async fn sent(world: &mut World, teachers: usize) -> (SchoolId, Vec<String>) {
    let school = world.school((0..teachers).map(|index| format!("06{index:08}"))).await;
    world.start_workers();
    world.send_until_answered(school, "/v1/sends", "key", &to_all_teachers("Conseil")).await;
    tokio::time::sleep(Duration::from_secs(30)).await;
    let references = world.fake_carrier.calls().into_iter().map(|call| call.reference).collect();
    (school, references)
}

fn receipt(school: SchoolId, reference: &str, state: &str) -> Value {
    json!({
        "type": "receipt", "reference": format!("{school}-{reference}"), "state": state,
        "at": "2026-11-24T09:00:00Z",
    })
}

async fn states(world: &World, school: SchoolId) -> Vec<String> {
    let page = world.sound_call(school, "admin", "GET", "/v1/messages?limit=500", json!({})).await;
    let messages = page["messages"].as_array().unwrap();
    messages.iter().map(|message| message["state"].as_str().unwrap().to_owned()).collect()
}

async fn opt_outs(world: &World, school: SchoolId) -> Vec<Value> {
    let listed = world.sound_call(school, "admin", "GET", "/v1/opt-outs", json!({})).await;
    listed["opt_outs"].as_array().unwrap().clone()
}

/// All permutations.
fn permutations<T: Clone>(things: &[T]) -> Vec<Vec<T>> {
    if things.is_empty() {
        return vec![Vec::new()];
    }
    (0..things.len())
        .flat_map(|first| {
            let mut rest = things.to_vec();
            let first = rest.remove(first);
            permutations(&rest).into_iter().map(move |mut order| {
                order.insert(0, first.clone());
                order
            })
        })
        .collect()
}

/// An event of one message: its record is written, or a receipt arrives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Comes {
    Accepted,
    Told(&'static str),
}

#[tokio::test(start_paused = true)]
async fn every_order_of_record_and_receipts_ends_in_the_same_state() {
    use Comes::{Accepted, Told};
    let cases: [(&[Comes], &str); 4] = [
        (&[Accepted, Told("sent"), Told("delivered"), Told("delivered"), Told("failed")], "delivered"),
        (&[Accepted, Told("sent"), Told("failed"), Told("failed")], "failed"),
        (&[Accepted, Told("sent"), Told("delivered")], "delivered"),
        (&[Accepted, Told("sent"), Told("sent")], "sent"),
    ];
    let orders = cases
        .into_iter()
        .flat_map(|(events, expected)| permutations(events).into_iter().map(move |order| (order, expected)));
    let orders = points(orders);
    println!("receipts: {orders} orders of record and receipts end in the same state");
    for (order, expected) in orders {
        // The carrier answers after five seconds: what it tells before is early.
        let latency = Duration::from_secs(4);
        let mut world = World::new(Setting { latency, ..Setting::default() }).await;
        let school = world.school(std::iter::once("0612345678".to_owned())).await;
        world.start_workers();
        world.send_until_answered(school, "/v1/sends", "key", &to_all_teachers("Conseil")).await;
        // It has the message, and has not answered yet.
        tokio::time::sleep(Duration::from_secs(1)).await;
        let reference = world.fake_carrier.calls()[0].reference.clone();
        for (number, event) in order.iter().enumerate() {
            match event {
                Accepted => tokio::time::sleep(Duration::from_secs(20)).await,
                Told(state) => {
                    let id = format!("event-{number}");
                    assert_eq!(world.tell(&id, &receipt(school, &reference, state)).await, 202);
                }
            }
        }
        tokio::time::sleep(Duration::from_secs(60)).await;
        assert_eq!(states(&world, school).await, [expected], "{order:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_thousand_receipts_of_one_send_cost_at_most_thirty_writes() {
    let mut world = World::new(Setting { workers: 8, ..Setting::default() }).await;
    let (school, references) = sent(&mut world, 1000).await;
    assert_eq!(references.len(), 1000);
    let [_, writes_before, ..] = world.units();
    for (number, reference) in references.iter().enumerate() {
        let told = receipt(school, reference, "delivered");
        assert_eq!(world.tell(&format!("event-{number}"), &told).await, 202);
    }
    tokio::time::sleep(Duration::from_secs(60)).await;
    let [_, writes, ..] = world.units();
    let writes = writes - writes_before;
    let id = references[0].split('-').next().unwrap();
    let send = world.sound_call(school, "admin", "GET", &format!("/v1/sends/{id}"), json!({})).await;
    assert_eq!(send["states"], json!({ "delivered": 1000 }));
    assert!(writes <= 30.0, "{writes} writes");
    // Repeated, forged and outdated receipts write nothing.
    for (number, reference) in references.iter().enumerate().take(100) {
        let told = receipt(school, reference, "sent");
        assert_eq!(world.tell(&format!("event-{number}"), &told).await, 202);
    }
    tokio::time::sleep(Duration::from_secs(60)).await;
    let [_, again, ..] = world.units();
    assert_eq!(again - writes_before, writes, "a known receipt is not written again");
    println!("receipts: a thousand receipts of one send, a request each: {writes} write units");
}

#[tokio::test(start_paused = true)]
async fn what_is_forged_or_replayed_changes_nothing() {
    let mut world = World::new(Setting::default()).await;
    let (school, references) = sent(&mut world, 1).await;
    let (now, told) = (world.clock.now(), receipt(school, &references[0], "failed"));
    let minutes = jiff::SignedDuration::from_mins;
    for (key, at) in [
        (b"another key".as_slice(), now),
        (b"", now),
        (BRIDGE_KEY, now - minutes(6)),
        (BRIDGE_KEY, now + minutes(6)),
    ] {
        assert_eq!(world.tell_as(key, at, "forged", &told).await, 401);
    }
    tokio::time::sleep(Duration::from_secs(60)).await;
    assert_eq!(states(&world, school).await, ["sent"]);
    // A true but old receipt is harmless: the phone has the text.
    assert_eq!(world.tell("true", &receipt(school, &references[0], "delivered")).await, 202);
    assert_eq!(world.tell("replayed", &receipt(school, &references[0], "sent")).await, 202);
    tokio::time::sleep(Duration::from_secs(60)).await;
    assert_eq!(states(&world, school).await, ["delivered"]);
}

/// Events of EventBridge carry the carrier's message id only, and may be faster than our record of it.
#[tokio::test(start_paused = true)]
async fn an_event_that_names_a_message_by_the_carriers_name_waits_until_it_is_known() {
    let mut world = World::new(Setting::default()).await;
    let (school, references) = sent(&mut world, 2).await;
    let event = json!({
        "source": "aws.sms-voice", "detail-type": "Text Message Delivery Status Updated",
        "detail": { "eventType": "TEXT_DELIVERED", "messageId": "id-1", "isFinal": true },
    });
    world.report("early", &event);
    tokio::time::sleep(Duration::from_secs(20)).await;
    assert_eq!(states(&world, school).await, ["sent"; 2]);
    let name = format!("{school}-{}", references[1]).parse().unwrap();
    let ids = [("id-1".to_owned(), name)];
    world.table.keep_carrier_ids(CarrierName::AwsSms, &ids, world.clock.now()).await.unwrap();
    tokio::time::sleep(Duration::from_secs(120)).await;
    let mut states = states(&world, school).await;
    states.sort_unstable();
    assert_eq!(states, ["delivered", "sent"]);
}

#[tokio::test(start_paused = true)]
async fn a_receipt_about_nothing_of_ours_is_looked_for_and_let_go() {
    let mut world = World::new(Setting::default()).await;
    let (school, references) = sent(&mut world, 1).await;
    let other = SchoolId::generate(world.clock.now());
    for reference in
        [references[0].replace("0000-00", "0000-01"), references[0].replace("0000-00", "0007-00")]
    {
        assert_eq!(world.tell("one", &receipt(school, &reference, "delivered")).await, 202);
    }
    assert_eq!(world.tell("two", &receipt(other, &references[0], "delivered")).await, 202);
    tokio::time::sleep(Duration::from_secs(3600)).await;
    assert_eq!(states(&world, school).await, ["sent"]);
    assert_eq!(world.queued(), (0, 0));
    for body in [json!({}), json!([]), json!({ "type": "receipt", "reference": "x", "state": "eaten" })] {
        let status = world.tell("three", &body).await;
        assert!((400..500).contains(&status), "{status}");
    }
}

#[tokio::test(start_paused = true)]
async fn what_is_in_doubt_is_sent_once_the_carrier_tells_of_it() {
    let script = |_: &str, _: u32| Behaviour::NoAnswer;
    let mut world = World::new(Setting { script: Box::new(script), ..Setting::default() }).await;
    let (school, references) = sent(&mut world, 3).await;
    assert_eq!(states(&world, school).await, ["unknown"; 3]);
    for (reference, state) in references.iter().zip(["sent", "delivered", "failed"]) {
        assert_eq!(world.tell(state, &receipt(school, reference, state)).await, 202);
    }
    tokio::time::sleep(Duration::from_secs(60)).await;
    let mut states = states(&world, school).await;
    states.sort_unstable();
    assert_eq!(states, ["delivered", "failed", "sent"]);
}

#[tokio::test(start_paused = true)]
async fn a_stop_closes_the_number_for_the_school_that_wrote_and_a_decision_opens_it() {
    let mut world = World::new(Setting::default()).await;
    let (school, references) = sent(&mut world, 2).await;
    let other = world.school(std::iter::once("0600000000".to_owned())).await;
    let reply = |text: &str, answers: Option<&String>| {
        let mut reply =
            json!({ "type": "reply", "from": "+33600000000", "text": text, "at": "2026-11-24T09:00:30Z" });
        if let Some(reference) = answers {
            reply["in_reply_to"] = format!("{school}-{reference}").into();
        }
        reply
    };
    assert_eq!(world.tell("merci", &reply("Merci, à ce soir", Some(&references[0]))).await, 202);
    tokio::time::sleep(Duration::from_secs(60)).await;
    assert!(opt_outs(&world, school).await.is_empty());
    assert_eq!(world.tell("stop", &reply("Stop svp", Some(&references[0]))).await, 202);
    tokio::time::sleep(Duration::from_secs(60)).await;
    let closed = opt_outs(&world, school).await;
    assert_eq!(
        (closed.len(), &closed[0]["state"], &closed[0]["origin"]),
        (1, &"closed".into(), &"reply".into())
    );
    assert!(opt_outs(&world, other).await.is_empty(), "the other school sent nothing");
    let preview =
        world.sound_call(school, "admin", "POST", "/v1/sends/preview", to_all_teachers("Conseil")).await;
    assert_eq!(preview["dropped"][0]["reason"], "stopped", "{preview:#}");
    // A second STOP while opted out changes nothing, and is remembered.
    assert_eq!(world.tell("again", &reply("STOP", Some(&references[0]))).await, 202);
    tokio::time::sleep(Duration::from_secs(60)).await;
    // A reopening after the person's agreement.
    let recorded = world.table.recorded_opt_outs(school).await.unwrap().remove(0);
    let reopening = Reopening {
        at: world.clock.now(),
        by: Line::parse("chef").unwrap(),
        reason: Line::parse("Demande écrite du 24/11").unwrap(),
    };
    let entry = Entry::new(reopening.by.clone(), Role::Admin, Act::OptOutReopened, reopening.at);
    world.table.replace_opt_out(school, recorded.reopened(reopening).unwrap(), entry).await.unwrap();
    // A repeated reply is no new opt-out; another reply without a reference concerns all schools.
    for repeated in ["stop", "again"] {
        assert_eq!(world.tell(repeated, &reply("STOP", Some(&references[0]))).await, 202);
    }
    tokio::time::sleep(Duration::from_secs(60)).await;
    assert_eq!(opt_outs(&world, school).await[0]["state"], "reopened");
    let later = json!({ "type": "reply", "from": "+33600000000", "text": "ARRÊT", "at": world.clock.now().to_string() });
    assert_eq!(world.tell("later", &later).await, 202);
    tokio::time::sleep(Duration::from_secs(60)).await;
    assert_eq!(opt_outs(&world, school).await[0]["state"], "closed");
    assert_eq!(opt_outs(&world, other).await[0]["state"], "closed");
}

#[tokio::test(start_paused = true)]
async fn who_says_stop_while_a_text_waits_at_a_carrier_does_not_get_it() {
    // The carrier defers every text for the first minutes.
    let began = tokio::time::Instant::now();
    let script = move |_: &str, _: u32| {
        if began.elapsed() < Duration::from_secs(300) { Behaviour::TryLater } else { Behaviour::Accept }
    };
    let mut world = World::new(Setting { script: Box::new(script), ..Setting::default() }).await;
    let (school, references) = sent(&mut world, 3).await;
    let said = json!({
        "type": "reply", "from": "+33600000001", "text": "STOP", "at": world.clock.now().to_string(),
        "in_reply_to": format!("{school}-{}", references[0]),
    });
    assert_eq!(world.tell("stop", &said).await, 202);
    world.run_to_the_end().await;
    let mut states = states(&world, school).await;
    states.sort_unstable();
    assert_eq!(states, ["failed", "sent", "sent"]);
    assert_eq!(world.fake_carrier.accepted().len(), 2);
    let budget = world.sound_call(school, "admin", "GET", "/v1/budget", json!({})).await;
    assert_eq!(budget["messages"], 2, "unsent messages are refunded");
}
