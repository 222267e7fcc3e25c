//! A run that stops and starts again.

use carillon_tests::{Functions, Service, planned_message, pupils_csv};
use serde_json::json;
use shared::{
    budget::Month,
    clock::{Clock, SystemClock},
    directory::Audience,
    http::Role,
    id::SendId,
    line::Line,
    pricing::RateCard,
    school::Territory,
    sending::{IdempotencyKey, Origin, Parcel, Plan, RequestDigest, Send},
    store::{Acceptance, Attempt, ParcelsOf},
    template::Context,
};

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
    let settled = service.settled(&admin, &send).await;
    assert_eq!(settled["states"], json!({ "sent": 600 }));
    for index in [0, 1, 299, 598, 599] {
        let number = format!("075000{:02}{:02}", index / 100, index % 100);
        assert_eq!(service.phone(&number).await, ["Réunion pour Enfant"], "{number}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_send_that_a_crash_kept_from_the_queue_leaves_at_the_next_start() {
    let service = Service::start().await;
    let (school, _) = service.licensed_school().await;
    let table = Functions::of(&service).table().clone();
    let now = SystemClock.now();
    let plan = Plan { messages: vec![planned_message("0639981234", "Bonjour", now)], dropped: Vec::new() };
    let attempt = Attempt {
        school,
        key: IdempotencyKey::parse("k").unwrap(),
        digest: RequestDigest::of("POST /v1/sends", b"{}"),
        send: SendId::generate(now),
    };
    let send = Send {
        id: attempt.send,
        origin: Origin::Text,
        audience: Audience::Guardians,
        context: Context::Information,
        accepted_at: now,
        accepted_by: Line::parse("test").unwrap(),
        due_at: now,
        expires_at: now + Send::LIFETIME,
        parcels: 1,
        totals: plan.totals(),
        dropped: 0,
        rate_card: RateCard::current(now).version(),
    };
    // All that accepting does, up to the commit point and not a call further.
    table.begin(&attempt, now).await.unwrap();
    let month = Month::of(now, Territory::Metropole.time_zone());
    let of = ParcelsOf { school, send: send.id, expires_at: send.expires_at, month };
    table.put_parcels(of, Parcel::cut(plan.messages)).await.unwrap();
    let acceptance = Acceptance {
        attempt: &attempt,
        send: &send,
        answer: "{}".to_owned(),
        month,
        monthly_ceiling: None,
        now,
    };
    table.accept(acceptance).await.unwrap();
    assert_eq!(service.phone("0639981234").await, [""; 0]);

    let service = service.restart().await;
    let reader = service.member(Role::Reader, school);
    let settled = service.settled(&reader, &send.id.to_string()).await;
    assert_eq!(settled["states"], json!({ "sent": 1 }));
    assert_eq!(service.phone("0639981234").await, ["Bonjour"]);
    let due = Functions::of(&service).table().due_sends(SystemClock.now()).await.unwrap();
    assert_eq!(due, []);
}
