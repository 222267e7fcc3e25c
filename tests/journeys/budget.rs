//! Ceilings and refunds.

use std::sync::Arc;

use carillon_tests::{Client, Functions, Service, batch, planned_message};
use carriers::{Answer, Carrier, Sms};
use domain::{
    budget::{Month, Spending},
    clock::Clock,
    delivery::{CarrierName, Claimed, FailureReason, Outcome, Worker},
    id::{ParcelId, ParcelNumber, WorkerId},
    pricing::MicroEuros,
    territory::Territory,
};
use futures_util::future::join_all;
use jiff::SignedDuration;
use reqwest::Method;
use runtime::SystemClock;
use serde_json::{Value, json};

use crate::extent::up_to;

/// One text to a metropolitan phone, on the current rate card.
const PRICE: u64 = 49_000;
const TEACHER: &str = "Catégorie;Nom;Prénom;Portable\nprofesseur;ROY;Anne;06 12 34 56 78\n";

fn order() -> Value {
    json!({
        "view": "teachers", "selection": { "everyone": true },
        "text": { "audience": "teachers", "context": "information", "body": "Bonjour" },
    })
}

async fn set(admin: &Client, settings: Value) {
    admin.change(Method::PATCH, "/v1/school", &settings).await.expect(200);
}

async fn committed(admin: &Client) -> u64 {
    admin.get("/v1/budget").await.expect(200)["committed_micro_eur"].as_u64().unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn of_two_hundred_sends_at_once_exactly_those_that_fit_are_accepted() {
    let service = Service::start_with(&["--carrier", "simulator"]).await;
    let mut accepted_in_all = 0;
    let repetitions = up_to(20, 3);
    for repetition in 0..repetitions {
        let (_, admin) = service.school_of(TEACHER).await;
        set(&admin, json!({ "monthly_ceiling_micro_eur": 50 * PRICE })).await;
        let order = order();
        let answers = join_all((0..200).map(|_| admin.post_once("/v1/sends", &order))).await.into_iter();
        let (accepted, refused): (Vec<_>, Vec<_>) = answers.partition(|answer| answer.status == 201);
        assert_eq!((accepted.len(), refused.len()), (50, 150), "repetition {repetition}");
        for answer in refused {
            assert_eq!((answer.status, answer.problem()), (422, "over-budget"), "{:#}", answer.body);
        }
        assert_eq!(committed(&admin).await, 50 * PRICE);
        accepted_in_all += accepted.len();
    }
    println!(
        "budget: {accepted_in_all} of {} sends accepted, 50 in each of {repetitions} repetitions",
        200 * repetitions
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_ceiling_refuses_one_micro_euro_too_much_and_tells_which_ceiling() {
    let service = Service::start_with(&["--carrier", "simulator"]).await;
    let (_, admin) = service.school_of(TEACHER).await;
    for (settings, code) in [
        (json!({ "send_ceiling_micro_eur": PRICE - 1 }), "send_ceiling"),
        (
            json!({ "send_ceiling_micro_eur": null, "monthly_ceiling_micro_eur": PRICE - 1 }),
            "monthly_ceiling",
        ),
    ] {
        set(&admin, settings).await;
        let preview = admin.post("/v1/sends/preview", &order()).await.expect(200);
        assert_eq!(preview["warnings"][0]["code"], code);
        let refused = admin.post_once("/v1/sends", &order()).await;
        assert_eq!((refused.status, refused.problem()), (422, "over-budget"));
        assert_eq!(refused.body["code"], code);
    }
    set(&admin, json!({ "monthly_ceiling_micro_eur": PRICE, "send_ceiling_micro_eur": PRICE })).await;
    let accepted = admin.post_once("/v1/sends", &order()).await.expect(201);
    assert_eq!(accepted["budget"]["left_micro_eur"], 0);
    assert_eq!(accepted["warnings"][0]["code"], "budget_nearly_spent");
    let budget = admin.get("/v1/budget").await.expect(200);
    assert_eq!((&budget["messages"], &budget["segments"]), (&json!(1), &json!(1)));
    assert_eq!(budget["warnings"][0]["code"], "budget_nearly_spent");
    assert_eq!(admin.post_once("/v1/sends", &order()).await.problem(), "over-budget");
    // Free messages fit into an exhausted budget.
    let free = json!({ "phone": "06 39 98 12 34" });
    admin.post_once("/v1/test-sms", &free).await.expect(201);
}

/// A carrier that refuses every second text.
struct EverySecond;

impl Carrier for EverySecond {
    fn send<'a>(&'a self, sms: &'a Sms<'a>) -> Answer<'a> {
        let refused = sms.id.index % 2 == 1;
        Box::pin(async move {
            let outcome =
                if refused { Outcome::Refused(FailureReason::InvalidNumber) } else { Outcome::Accepted };
            outcome.into()
        })
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_no_carrier_took_is_given_back_to_the_month_once() {
    let service = Service::start().await;
    let functions = Functions::of(&service);
    let now = SystemClock.now();
    let month = Month::of(now, Territory::Metropole.time_zone());
    let later = now + SignedDuration::from_hours(1);
    for (expires_at, texts, left) in [(later, 25, 13), (now, 25, 0), (later, 1, 1)] {
        let school = service.new_school();
        let mut message = planned_message("0639981234", "Bonjour", now);
        message.price = MicroEuros::new(PRICE);
        let send = functions.accept(school, vec![message; texts], expires_at).await;
        let reserved = functions.table().spending(school, month).await.unwrap();
        assert_eq!(reserved.committed.get(), PRICE * texts as u64);
        let body = json!({ "v": "parcel/1", "school": school, "send": send.id, "parcel": 0 }).to_string();
        // Delivered twice: refunded once.
        for _ in 0..2 {
            let failures = functions.deliver(batch(&[("one", &body)]), Arc::new(EverySecond)).await;
            assert_eq!(failures, [""; 0]);
        }
        let spending = functions.table().spending(school, month).await.unwrap();
        let expected = Spending { messages: left, segments: left, committed: MicroEuros::new(left * PRICE) };
        assert_eq!(spending, expected, "{texts} texts");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_crash_kept_from_the_month_goes_back_with_the_next_delivery() {
    let service = Service::start().await;
    let functions = Functions::of(&service);
    let now = SystemClock.now();
    let month = Month::of(now, Territory::Metropole.time_zone());
    let school = service.new_school();
    let mut message = planned_message("0639981234", "Bonjour", now);
    message.price = MicroEuros::new(PRICE);
    let send = functions.accept(school, vec![message], now + SignedDuration::from_hours(1)).await.id;
    let (table, number) = (functions.table(), ParcelNumber(0));
    let stored = table.parcel(ParcelId { school, send, number }).await.unwrap().unwrap();
    let mut progress = stored.progress.clone();
    let worker = Worker { id: WorkerId::generate(now), lease_until: now };
    assert!(matches!(
        progress.claim_next(
            worker,
            Some(CarrierName::Bridge),
            now,
            now + SignedDuration::from_hours(1),
            |_| true
        ),
        Claimed::Block(_)
    ));
    progress.record(0, Outcome::Refused(FailureReason::InvalidNumber), 1, now);
    progress.release_claim();
    // The outcome is written, and then the process dies.
    assert!(table.write_progress(&stored, &mut progress, None).await.unwrap().refund_pending);
    assert_eq!(table.spending(school, month).await.unwrap().committed.get(), PRICE);
    let body = json!({ "v": "parcel/1", "school": school, "send": send, "parcel": 0 }).to_string();
    for _ in 0..2 {
        assert_eq!(functions.deliver(batch(&[("one", &body)]), Arc::new(EverySecond)).await, [""; 0]);
        assert_eq!(table.spending(school, month).await.unwrap(), Spending::default());
    }
}
