//! Statements: the sum over messages is the month's account, and a statement never changes.

use std::collections::{BTreeMap, HashSet};

use carillon_tests::{
    Became, past_send,
    world::{Setting, World},
    write_past,
};
use domain::{
    audit::{Act, Entry},
    budget::{Account, Month},
    clock::Clock,
    delivery::{FailureReason, MessageState},
    erasure::{Done, Pending, Stage},
    id::{ErasureId, ParcelId, ParcelNumber, PersonId, SchoolId, TemplateId},
    line::Line,
    phone::PhoneNumber,
    pricing::MicroEuros,
    role::Role,
    sending::{Origin, PlannedMessage, RedactedMessage, Send, StoredMessage, Totals},
    template::Context,
    territory::Territory,
    text::{Encoding, Segments},
};
use futures_util::future::join;
use jiff::{SignedDuration, Timestamp, ToSpan};
use schedule::Round;
use serde_json::{Value, json};
use store::{FindingsError, Table};

const CONTEXTS: [Context; 3] = [Context::Information, Context::Absence, Context::Meeting];
const PHONES: [&str; 4] = ["06 12 34 56 78", "0692 12 34 56", "+32 470 12 34 56", "06 39 98 12 34"];
/// The final outcomes of a message within an hour.
const ENDED: [Became; 7] = [
    Became::KINDS[1],
    Became::KINDS[2],
    Became::KINDS[3],
    Became::KINDS[4],
    Became::KINDS[5],
    Became::KINDS[6],
    Became::KINDS[7],
];

pub fn at(instant: &str) -> Timestamp {
    instant.parse().unwrap()
}

pub fn month(text: &str) -> Month {
    Month::parse(text).unwrap()
}

fn month_of(send: &Send) -> Month {
    Month::of(send.due_at, Territory::Metropole.time_zone())
}

/// A message to one of several destinations, of one to three segments.
fn message(random: &mut fastrand::Rng) -> PlannedMessage {
    let phone = PhoneNumber::parse(PHONES[random.usize(..4)], Territory::Metropole).unwrap();
    let segments = Segments::new(random.u16(1..4)).unwrap();
    PlannedMessage {
        recipient: PersonId::generate(at("2026-09-01T00:00:00Z")),
        name: "Claire Martin".to_owned(),
        about: Vec::new(),
        phone,
        text: "Bonjour".to_owned(),
        encoding: Encoding::Gsm7,
        segments,
        price: MicroEuros::new(random.u64(0..90_000)).for_segments(segments),
    }
}

/// Sends of the three months before an instant, and some scheduled after it, all different.
async fn write_some_months(table: &Table, school: SchoolId, now: Timestamp, seed: u64) -> Vec<Send> {
    let mut random = fastrand::Rng::with_seed(seed);
    let templates = [TemplateId::generate(now), TemplateId::generate(now)];
    let mut sends: Vec<Send> = Vec::new();
    for _ in 0..20 {
        let messages: Vec<_> = (0..[1, 3, 101][random.usize(..3)]).map(|_| message(&mut random)).collect();
        let accepted_at = now.checked_sub(SignedDuration::from_mins(random.i64(1..85 * 24 * 60))).unwrap();
        let ahead = if random.u8(..4) == 0 { random.i64(1..40 * 24) } else { 0 };
        let mut send = past_send(accepted_at, accepted_at.checked_add(ahead.hours()).unwrap(), &messages);
        send.context = CONTEXTS[random.usize(..3)];
        send.accepted_by = Line::parse(["direction", "vie scolaire"][random.usize(..2)]).unwrap();
        send.origin = match random.u8(..4) {
            0 => Origin::Text,
            1 => Origin::Test,
            2 if !sends.is_empty() => {
                let of = &sends[random.usize(..sends.len())];
                Origin::Resend { of: of.id, template: None, label: None }
            }
            _ => {
                let label = Line::parse("Réunion").unwrap();
                Origin::Template { id: templates[random.usize(..2)], version: 1, label, edited: false }
            }
        };
        let became = |random: &mut fastrand::Rng| {
            if send.due_at > now { Became::Waiting } else { ENDED[random.usize(..ENDED.len())] }
        };
        let messages = messages.into_iter().map(|message| (message, became(&mut random))).collect();
        write_past(table, school, month_of(&send), &send, messages).await;
        sends.push(send);
    }
    sends
}

/// Erases a person from every second message of each send's first parcel.
async fn erase_some(table: &Table, school: SchoolId, sends: &[Send]) {
    let now = sends[0].accepted_at;
    let pending = Pending {
        id: ErasureId::generate(now),
        school,
        person: PersonId::generate(now),
        numbers: HashSet::new(),
        began_at: now,
        stage: Stage::Erasing,
        due_at: Timestamp::MAX,
    };
    let entry = Entry::new(Line::parse("chef").unwrap(), Role::Admin, Act::PersonErased, now);
    table.begin_erasure(&pending, None, entry).await.unwrap();
    for send in sends {
        let stored =
            table.parcel(ParcelId { school, send: send.id, number: ParcelNumber(0) }).await.unwrap().unwrap();
        let mut messages = stored.messages.clone();
        for message in messages.iter_mut().step_by(2) {
            *message = StoredMessage::Redacted(RedactedMessage {
                recipient: None,
                about: Vec::new(),
                destination: message.destination(),
                encoding: message.encoding(),
                segments: message.segments(),
                price: message.price(),
            });
        }
        table.erase_messages(&pending, &stored, &messages, Done::default()).await.unwrap();
    }
}

async fn get(world: &World, school: SchoolId, path: &str) -> Value {
    world.sound_call(school, "reader", "GET", path, json!({})).await
}

/// The sum of the API's list of messages by month: number, segments and cost of the charged ones.
async fn added_up(world: &World, school: SchoolId) -> BTreeMap<String, u64> {
    let (mut sums, mut path) = (BTreeMap::new(), "/v1/messages?limit=500".to_owned());
    loop {
        let page = get(world, school, &path).await;
        for message in page["messages"].as_array().unwrap() {
            let due_at = at(message["due_at"].as_str().unwrap());
            let month = Month::of(due_at, Territory::Metropole.time_zone()).to_string();
            *sums.entry(month).or_default() += message["cost_micro_eur"].as_u64().unwrap();
        }
        match page["next_cursor"].as_str() {
            Some(cursor) => path = format!("/v1/messages?limit=500&cursor={cursor}"),
            None => return sums,
        }
    }
}

/// Messages, segments and cost of a part, or of all parts of a list.
fn sums(parts: &[Value]) -> [u64; 3] {
    let of = |field: &str| parts.iter().map(|part| part[field].as_u64().unwrap()).sum();
    [of("messages"), of("segments"), of("cost_micro_eur")]
}

/// Each breakdown adds up to the total, and the total is the month's account.
fn adds_up(usage: &Value, account: &Account) {
    let spending = account.spending;
    let total = [spending.messages, spending.segments, spending.committed.get()];
    assert_eq!(sums(std::slice::from_ref(usage)), total, "{usage:#}");
    for list in ["contexts", "templates", "territories", "users"] {
        assert_eq!(sums(usage[list].as_array().unwrap()), total, "{list}");
    }
}

async fn sleep_until(world: &World, instant: &str) {
    let until = at(instant).duration_since(world.clock.now());
    tokio::time::sleep(until.try_into().unwrap()).await;
}

#[tokio::test(start_paused = true)]
async fn the_sum_over_messages_is_the_months_account_and_then_its_statement() {
    for seed in 0..6 {
        let world = World::new(Setting::default()).await;
        let school = world.school(std::iter::empty()).await;
        let sends = write_some_months(&world.table, school, world.clock.now(), seed).await;
        let accounts = world.table.accounts(school, None, None).await.unwrap();
        let by_message = added_up(&world, school).await;
        let mut before = BTreeMap::new();
        for account in &accounts {
            let usage = get(&world, school, &format!("/v1/usage?month={}", account.month)).await;
            adds_up(&usage, account);
            assert_eq!(usage["cost_micro_eur"], by_message[&account.month.to_string()]);
            before.insert(account.month, usage);
        }
        erase_some(&world.table, school, &sends).await;
        let report = world.round(Round::Night).await.unwrap();
        let is_over = |account: &&Account| account.month < month("2026-11");
        let over: Vec<&Account> = accounts.iter().filter(is_over).collect();
        assert_eq!((report.months_closed as usize, report.failed), (over.len(), 0), "seed {seed}");
        for account in &over {
            let mut expected = before[&account.month].clone();
            let read = world.units()[0];
            let closed = get(&world, school, &format!("/v1/usage?month={}", account.month)).await;
            assert!(world.units()[0] - read <= 2.0, "a statement is one read");
            let fields = expected.as_object_mut().unwrap();
            fields.remove("budget");
            fields.remove("forecast_micro_eur");
            let statement = world.table.statement(school, account.month).await.unwrap().unwrap();
            fields.insert("closed_at".to_owned(), json!(statement.closed_at.to_string()));
            assert_eq!(closed, expected);
            assert!(world.table.is_closed(school, account.month).await.unwrap());
        }
        // The next night finds nothing to close.
        assert_eq!(world.round(Round::Night).await.unwrap().months_closed, 0);
        let months = get(&world, school, "/v1/usage/months").await;
        let shown = months["months"].as_array().unwrap();
        assert_eq!(shown.len(), accounts.len());
        for (shown, account) in shown.iter().zip(&accounts) {
            assert_eq!(shown["month"], account.month.to_string());
            assert_eq!(shown["closed_at"].is_string(), account.month < month("2026-11"));
        }
    }
}

/// A school with one send in November, which has ended in all ways, one message each.
pub async fn november(world: &World) -> (SchoolId, Send) {
    let school = world.school(std::iter::empty()).await;
    let mut random = fastrand::Rng::with_seed(7);
    let messages: Vec<_> = ENDED.iter().map(|became| (message(&mut random), *became)).collect();
    let planned: Vec<_> = messages.iter().map(|(message, _)| message.clone()).collect();
    let sent_at = at("2026-11-20T09:00:00Z");
    let send = past_send(sent_at, sent_at, &planned);
    write_past(&world.table, school, month("2026-11"), &send, messages).await;
    (school, send)
}

#[tokio::test(start_paused = true)]
async fn a_month_closes_eight_days_after_its_end_and_not_a_minute_earlier() {
    let world = World::new(Setting::default()).await;
    let (school, _) = november(&world).await;
    for (until, closed) in
        [("2026-11-30T22:59:00Z", 0), ("2026-12-08T22:59:00Z", 0), ("2026-12-08T23:00:00Z", 1)]
    {
        sleep_until(&world, until).await;
        assert_eq!(world.round(Round::Night).await.unwrap().months_closed, closed, "{until}");
        let usage = get(&world, school, "/v1/usage?month=2026-11").await;
        assert_eq!(usage["closed_at"].is_string(), closed == 1);
    }
    let empty = get(&world, school, "/v1/usage?month=2026-10").await;
    assert_eq!((&empty["closed_at"], &empty["messages"]), (&json!("2026-11-08T23:00:00Z"), &json!(0)));
}

#[tokio::test(start_paused = true)]
async fn a_month_waits_for_messages_whose_end_is_not_known_yet() {
    let world = World::new(Setting::default()).await;
    let school = world.school(std::iter::empty()).await;
    let mut random = fastrand::Rng::with_seed(7);
    let messages = vec![message(&mut random)];
    let send = past_send(at("2026-10-20T09:00:00Z"), at("2026-10-20T09:00:00Z"), &messages);
    let messages = messages.into_iter().map(|message| (message, Became::Waiting)).collect();
    write_past(&world.table, school, month("2026-10"), &send, messages).await;
    let report = world.round(Round::Night).await.unwrap();
    assert_eq!((report.months_closed, report.failed), (0, 0));
    assert!(!world.table.is_closed(school, month("2026-10")).await.unwrap());
}

#[tokio::test(start_paused = true)]
async fn a_month_whose_messages_do_not_add_up_is_not_closed() {
    let world = World::new(Setting::default()).await;
    let school = world.school(std::iter::empty()).await;
    let messages = vec![message(&mut fastrand::Rng::with_seed(7))];
    let mut send = past_send(at("2026-10-20T09:00:00Z"), at("2026-10-20T09:00:00Z"), &messages);
    send.totals.price = [send.totals.price, MicroEuros::new(1)].into_iter().sum();
    let messages = messages.into_iter().map(|message| (message, Became::KINDS[2])).collect();
    write_past(&world.table, school, month("2026-10"), &send, messages).await;
    assert_eq!(world.round(Round::Night).await.unwrap().months_closed, 0);
    assert_eq!(world.table.statement(school, month("2026-10")).await.unwrap(), None);
}

/// The statement stands, once, and the account says so.
pub async fn is_closed_once(world: &World, school: SchoolId, before: &Account) {
    let statement = world.table.statement(school, month("2026-11")).await.unwrap().expect("a statement");
    let account = world.table.account(school, month("2026-11")).await.unwrap().unwrap();
    assert_eq!(statement.usage.total, before.spending);
    assert_eq!(account, Account { closed_at: Some(statement.closed_at), ..*before });
}

#[tokio::test(start_paused = true)]
async fn two_nights_at_once_close_a_month_once() {
    let world = World::new(Setting { begins: at("2026-12-20T02:40:00Z"), ..Setting::default() }).await;
    let (school, _) = november(&world).await;
    let before = world.table.account(school, month("2026-11")).await.unwrap().unwrap();
    let (one, other) = join(world.round(Round::Night), world.round(Round::Night)).await;
    let (one, other) = (one.unwrap(), other.unwrap());
    assert_eq!((one.months_closed + other.months_closed, one.failed + other.failed), (1, 0));
    is_closed_once(&world, school, &before).await;
}

#[tokio::test(start_paused = true)]
async fn what_a_carrier_tells_too_late_changes_no_closed_month() {
    let world = World::new(Setting { begins: at("2026-12-20T02:40:00Z"), ..Setting::default() }).await;
    let (school, send) = november(&world).await;
    let stored = world
        .table
        .parcel(ParcelId { school, send: send.id, number: ParcelNumber(0) })
        .await
        .unwrap()
        .unwrap();
    let unknown = stored.progress.states().position(|state| state == MessageState::Unknown).unwrap();
    assert_eq!(world.round(Round::Night).await.unwrap().months_closed, 1);
    let mut progress = stored.progress.clone();
    let never_received = MessageState::Failed(FailureReason::NeverReceived);
    assert!(progress.advance(u8::try_from(unknown).unwrap(), never_received));
    let never_received = Totals::of(stored.message(u8::try_from(unknown).unwrap()).into_iter());
    let kept = world.table.write_findings(&stored, &mut progress, never_received).await;
    assert!(matches!(kept, Err(FindingsError::MonthIsClosed)), "{kept:?}");
    let after = world
        .table
        .parcel(ParcelId { school, send: send.id, number: ParcelNumber(0) })
        .await
        .unwrap()
        .unwrap();
    assert_eq!(after.progress, stored.progress, "the message stays unknown");
    let account = world.table.account(school, month("2026-11")).await.unwrap().unwrap();
    let statement = world.table.statement(school, month("2026-11")).await.unwrap().unwrap();
    assert_eq!(account.spending, statement.usage.total);
}
