//! Retention removes old texts in time, all of them, and nothing else, at any failing call.

use std::time::Duration;

use api::Role;
use carillon_tests::world::{Fault, Faults, Setting, World, to_all_teachers};
use domain::{
    audit::{Act, Entry},
    budget::Month,
    clock::Clock,
    id::{SchoolId, SendId},
    sending::{IdempotencyKey, RequestDigest, Send, Totals},
    territory::Territory,
};
use jiff::{SignedDuration, Timestamp};
use schedule::Round;
use serde_json::json;
use store::{Acceptance, Attempt};

use crate::extent::{faults_at, up_to};

const A_DAY: Duration = Duration::from_secs(24 * 3600);
const SIXTY_DAYS: SignedDuration = SignedDuration::from_hours(60 * 24);

/// A school with two teachers and a retention period of sixty days.
async fn world(faults: Faults) -> (World, SchoolId) {
    let mut world = World::new(Setting { faults, ..Setting::default() }).await;
    let school = world.school((0..2).map(|index| format!("061234567{index}"))).await;
    world.sound_change(school, 1, "PATCH", "/v1/school", json!({ "texts_kept_days": 60 })).await;
    world.start_workers();
    (world, school)
}

async fn send(world: &World, school: SchoolId, key: &str, at: Option<&str>) -> SendId {
    let mut order = to_all_teachers("Conseil ce soir");
    if let Some(at) = at {
        order["send_at"] = at.into();
    }
    let answer = world.send_until_answered(school, "/v1/sends", key, &order).await;
    answer["id"].as_str().unwrap().parse().unwrap()
}

async fn night(world: &World) -> u32 {
    let report = world.round(Round::Night).await.unwrap();
    assert_eq!(report.failed, 0, "{report:?}");
    report.forgotten
}

async fn sleep_until(world: &World, instant: Timestamp) {
    let wait = instant.duration_since(world.clock.now());
    tokio::time::sleep(wait.try_into().expect("the instant is to come")).await;
}

async fn kept(world: &World, school: SchoolId, send: SendId) -> Send {
    world.table.send(school, send).await.unwrap().unwrap()
}

/// The remaining texts and states of a send.
fn left_of(world: &World, send: SendId) -> usize {
    let of_the_send = |pk: &str| pk.ends_with(&format!("#{send}"));
    world.items().iter().filter(|item| item["pk"]["S"].as_str().is_some_and(of_the_send)).count()
}

#[tokio::test(start_paused = true)]
async fn a_send_is_forgotten_at_the_end_of_its_period_and_not_an_instant_before() {
    let (world, school) = world(Faults::default()).await;
    let id = send(&world, school, "key", None).await;
    tokio::time::sleep(2 * A_DAY).await;
    world.round(Round::Minute).await;
    let end = kept(&world, school, id).await.expires_at + SIXTY_DAYS;
    sleep_until(&world, end - SignedDuration::from_secs(1)).await;
    assert_eq!(night(&world).await, 0);
    assert_eq!(left_of(&world, id), 2);
    sleep_until(&world, end).await;
    assert_eq!(night(&world).await, 1);
    assert_eq!(left_of(&world, id), 0);
    assert_eq!(kept(&world, school, id).await.tally.unwrap()["sent"], 2);
    assert_eq!(night(&world).await, 0, "once");
}

#[tokio::test(start_paused = true)]
async fn what_has_not_ended_is_kept_and_not_lost() {
    let (world, school) = world(Faults::default()).await;
    let id = send(&world, school, "key", None).await;
    // No round has ended it.
    tokio::time::sleep(70 * A_DAY).await;
    assert_eq!((night(&world).await, left_of(&world, id)), (0, 2));
    assert_eq!(world.round(Round::Minute).await.unwrap().closed, 1);
    assert_eq!((night(&world).await, left_of(&world, id)), (1, 0));
}

#[tokio::test(start_paused = true)]
async fn a_send_that_was_planned_long_ahead_keeps_no_later_one_and_is_not_passed_by() {
    let (world, school) = world(Faults::default()).await;
    let before = send(&world, school, "before", None).await;
    let planned = send(&world, school, "planned", Some("2027-03-24T10:15")).await;
    let after = [send(&world, school, "one", None).await, send(&world, school, "other", None).await];
    tokio::time::sleep(2 * A_DAY).await;
    world.round(Round::Minute).await;
    tokio::time::sleep(62 * A_DAY).await;
    assert_eq!(night(&world).await, 3);
    assert!(after.iter().chain([&before]).all(|send| left_of(&world, *send) == 0));
    assert_eq!(left_of(&world, planned), 1, "its text waits");
    assert_eq!(world.table.forgotten_up_to(school).await.unwrap(), Some(before));
    for _ in 0..2 {
        assert_eq!(night(&world).await, 0, "a removed text is not removed again");
    }
    // Its hour, its end, and its period.
    for days in [60, 2] {
        tokio::time::sleep(days * A_DAY).await;
        world.round(Round::Minute).await;
        tokio::time::sleep(Duration::from_secs(60)).await;
    }
    assert_eq!(night(&world).await, 0);
    assert_eq!(left_of(&world, planned), 2);
    tokio::time::sleep(62 * A_DAY).await;
    assert_eq!((night(&world).await, left_of(&world, planned)), (1, 0));
    assert_eq!(world.table.forgotten_up_to(school).await.unwrap(), Some(after[1]));
}

/// A send of so many parcels without texts.
async fn empty_send(world: &World, school: SchoolId, like: &Send, parcels: u16) {
    let now = world.clock.now();
    // Free of charge: a month's account is the sum of its messages.
    let totals = Totals::default();
    let send = Send { id: SendId::generate(now), accepted_at: now, parcels, totals, ..like.clone() };
    let attempt = Attempt {
        school,
        key: IdempotencyKey::parse(&send.id.to_string()).unwrap(),
        digest: RequestDigest::of("POST /v1/sends", b""),
        send: send.id,
    };
    world.table.claim_key(&attempt, now).await.unwrap();
    let acceptance = Acceptance {
        attempt: &attempt,
        send: &send,
        answer: "{}".to_owned(),
        month: Month::of(now, Territory::Metropole.time_zone()),
        taken_up: Vec::new(),
        monthly_ceiling: None,
        entry: Entry::new(send.accepted_by.clone(), Role::Admin, Act::SendAccepted, now).about(send.id),
        now,
    };
    let release = world.table.accept(acceptance).await.unwrap();
    world.table.done(release).await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn a_night_forgets_so_much_of_one_school_and_the_next_night_the_rest() {
    let (world, school) = world(Faults::default()).await;
    let id = send(&world, school, "key", None).await;
    let like = kept(&world, school, id).await;
    for _ in 0..3 {
        tokio::time::sleep(Duration::from_secs(1)).await;
        empty_send(&world, school, &like, up_to(999, 9)).await;
    }
    tokio::time::sleep(2 * A_DAY).await;
    assert_eq!(world.round(Round::Minute).await.unwrap().closed, 4);
    tokio::time::sleep(62 * A_DAY).await;
    for expected in [4, 0] {
        assert_eq!(night(&world).await, expected);
    }
    // As many again, and one that finds no place any more.
    for parcels in [1_000, 1_000, up_to(1_000, 10)] {
        tokio::time::sleep(Duration::from_secs(1)).await;
        let now = world.clock.now();
        let like = Send { due_at: now, expires_at: now + Send::LIFETIME, ..like.clone() };
        empty_send(&world, school, &like, parcels).await;
    }
    tokio::time::sleep(2 * A_DAY).await;
    world.round(Round::Minute).await;
    tokio::time::sleep(62 * A_DAY).await;
    for expected in [2, 1, 0] {
        assert_eq!(night(&world).await, expected);
    }
}

/// Three old sends, the first of them scheduled, and a night.
async fn live(faults: Faults) -> (World, SchoolId, Vec<SendId>, [usize; 2]) {
    let (world, school) = world(faults).await;
    let mut sends = vec![send(&world, school, "planned", Some("2026-12-24T10:15")).await];
    for key in ["one", "other"] {
        sends.push(send(&world, school, key, None).await);
    }
    // Their end; the hour of the scheduled one; its end.
    for hours in [2 * 24, 28 * 24 + 1, 2 * 24] {
        tokio::time::sleep(Duration::from_secs(hours * 3600)).await;
        world.round(Round::Minute).await;
    }
    // The scheduled one is too recent for thirty days more.
    tokio::time::sleep(30 * A_DAY).await;
    let before = world.faults.calls();
    world.round(Round::Night).await;
    let after = world.faults.calls();
    (world, school, sends, [before, after])
}

#[tokio::test(start_paused = true)]
async fn whatever_call_of_a_night_fails_the_nights_after_it_forget_everything_once() {
    let (_, _, _, [first, end]) = live(Faults::default()).await;
    let points = faults_at(first..end);
    println!("retention: {points} points ({} calls × {} faults)", end - first, Fault::EACH.len());
    for (call, fault) in points {
        let (world, school, sends, _) = live(Faults::at([(call, fault)])).await;
        night(&world).await;
        assert_eq!(sends.iter().map(|send| left_of(&world, *send)).collect::<Vec<_>>(), [2, 0, 0]);
        tokio::time::sleep(31 * A_DAY).await;
        night(&world).await;
        for send in &sends {
            assert_eq!(left_of(&world, *send), 0, "{fault:?} at call {call}");
            assert_eq!(kept(&world, school, *send).await.tally.unwrap()["sent"], 2, "{fault:?} at {call}");
        }
        assert_eq!(world.table.forgotten_up_to(school).await.unwrap(), sends.last().copied());
        assert_eq!(night(&world).await, 0);
    }
}
