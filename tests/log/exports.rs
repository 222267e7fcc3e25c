//! A file has the messages of the list, in the same order, for any filter and length.

use axum::{body::to_bytes, response::Response};
use carillon_tests::{
    accept_past, past_send,
    world::{Setting, World},
    write_past,
};
use domain::{
    budget::Month,
    id::SchoolId,
    pricing::MicroEuros,
    sending::{PlannedMessage, Send},
    territory::Territory,
};
use futures_util::StreamExt;
use proptest::{
    strategy::{Strategy, ValueTree},
    test_runner::TestRunner,
};
use serde_json::{Value, json};

use super::search::{Past, all_pages, path_of, search, word};

pub(super) const CSV: &str = "text/csv";
pub(super) const JSON_LINES: &str = "application/x-ndjson";

pub(super) fn past() -> Past {
    Past::new("2026-11-24T09:00:00Z".parse().unwrap())
}

/// An earlier send that is still untouched. Returns its id.
pub(super) async fn accepted(
    world: &World,
    school: SchoolId,
    past: &Past,
    messages: Vec<PlannedMessage>,
) -> String {
    let send = past_send(past.now, past.now, &messages);
    accept_past(&world.table, school, month(&send), &send, messages).await;
    send.id.to_string()
}

fn month(send: &Send) -> Month {
    Month::of(send.due_at, Territory::Metropole.time_zone())
}

pub(super) async fn body(answer: Response) -> Vec<u8> {
    to_bytes(answer.into_body(), usize::MAX).await.unwrap().to_vec()
}

async fn small(world: &World, school: SchoolId, path: &str, accept: &str) -> Vec<u8> {
    let answer = world.file(school, "reader", path, accept).await;
    assert_eq!(answer.status(), 200, "{path}");
    body(answer).await
}

fn lines(file: &[u8]) -> Vec<Value> {
    let text = std::str::from_utf8(file).unwrap();
    assert!(text.is_empty() || text.ends_with('\n'));
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

/// The rows of a spreadsheet, below the header.
pub(super) fn rows(file: &[u8]) -> Vec<Vec<String>> {
    let file = file.strip_prefix("\u{feff}".as_bytes()).expect("the mark of UTF-8");
    let mut reader = csv::ReaderBuilder::new().delimiter(b';').from_reader(file);
    assert_eq!(reader.headers().unwrap().get(15), Some("Segments"));
    reader.records().map(|row| row.unwrap().iter().map(str::to_owned).collect()).collect()
}

/// The expected row of a message.
fn row_of(message: &Value) -> Vec<String> {
    let text = |name: &str| message[name].as_str().unwrap_or_default().to_owned();
    let local = |name: &str| {
        let instant: jiff::Timestamp = text(name).parse().unwrap();
        instant.to_zoned(Territory::Metropole.time_zone().clone()).strftime("%d/%m/%Y %H:%M").to_string()
    };
    let euros = |name: &str| {
        let written =
            MicroEuros::new(message[name].as_u64().unwrap()).in_language(domain::language::Language::French);
        let (euros, decimals) = written.trim_end_matches("\u{a0}€").split_once(',').unwrap();
        format!("{euros},{decimals:0<6}")
    };
    let about = message["about"].as_array().into_iter().flatten().map(word).collect::<Vec<_>>().join(" ");
    let number = text("phone").replace("+33", "0").replace("+262", "0");
    let pairs: Vec<String> =
        number.as_bytes().chunks(2).map(|pair| String::from_utf8_lossy(pair).into_owned()).collect();
    let context = [("information", "Information"), ("absence", "Absence"), ("meeting", "Réunion")];
    let context = context.into_iter().find(|(name, _)| *name == text("context")).unwrap().1;
    let state = match text("state").as_str() {
        "scheduled" => "programmé",
        "queued" => "en attente",
        "sending" => "en cours d’envoi",
        "sent" => "envoyé",
        "delivered" => "remis",
        "failed" => "échec",
        "unknown" => "sort inconnu",
        "expired" => "périmé",
        _ => "annulé",
    };
    vec![
        text("reference"),
        text("send"),
        local("accepted_at"),
        local("due_at"),
        text("sent_by"),
        text("template"),
        "Responsables".to_owned(),
        context.to_owned(),
        "non".to_owned(),
        text("person"),
        text("name"),
        about,
        pairs.join(" "),
        text("text"),
        text("encoding").to_uppercase(),
        message["segments"].to_string(),
        euros("price_micro_eur"),
        euros("cost_micro_eur"),
        state.to_owned(),
        text("detail"),
    ]
}

#[tokio::test(start_paused = true)]
async fn a_file_holds_what_the_list_shows_in_the_same_order() {
    let world = World::new(Setting::default()).await;
    let school = world.school(std::iter::empty()).await;
    let mut past = past();
    for _ in 0..40 {
        let (send, messages) = past.send();
        write_past(&world.table, school, month(&send), &send, messages).await;
    }
    let mut runner = TestRunner::deterministic();
    let mut exported = 0;
    for _ in 0..40 {
        let search = search().new_tree(&mut runner).unwrap().current();
        let parameters = search.parameters(&past);
        let listed = all_pages(&world, school, &parameters, search.limit.max(100)).await;
        let path = path_of(parameters.iter());
        let (csv, json_lines) =
            (small(&world, school, &path, CSV).await, small(&world, school, &path, JSON_LINES).await);
        assert_eq!(lines(&json_lines), listed, "{search:?}");
        assert_eq!(rows(&csv), listed.iter().map(row_of).collect::<Vec<_>>(), "{search:?}");
        // The file behind a link is identical.
        for (format, file) in [("csv", csv), ("json_lines", json_lines)] {
            let mut asked: Value =
                parameters.iter().map(|(name, value)| ((*name).to_owned(), json!(value))).collect();
            asked["format"] = format.into();
            let job = world.sound_call(school, "reader", "POST", "/v1/exports", asked).await;
            assert!(world.download(&word(&job["link"])).await == file, "{search:?}");
        }
        exported += listed.len();
    }
    assert!(exported > 1_000, "{exported}");
}

#[tokio::test(start_paused = true)]
async fn a_file_at_once_has_five_thousand_messages_at_most_and_a_link_any_number() {
    let world = World::new(Setting::default()).await;
    let school = world.school(std::iter::empty()).await;
    let mut past = past();
    let many: Vec<_> = (0..5_000).map(|place| past.message(place)).collect();
    let many = accepted(&world, school, &past, many).await;
    let one = vec![past.message(0)];
    let one = accepted(&world, school, &past, one).await;
    let none = domain::id::SendId::generate(past.now).to_string();
    for (send, count) in [(none, 0), (one, 1), (many, 5_000)] {
        let path = format!("/v1/messages?send={send}");
        assert_eq!(rows(&small(&world, school, &path, CSV).await).len(), count);
        assert_eq!(lines(&small(&world, school, &path, JSON_LINES).await).len(), count);
    }
    for accept in [CSV, JSON_LINES] {
        let refused = world.file(school, "reader", "/v1/messages", accept).await;
        assert_eq!(refused.status(), 422);
        let problem = lines(&[body(refused).await, b"\n".to_vec()].concat()).remove(0);
        let error = &problem["errors"][0];
        assert_eq!((&error["pointer"], &error["code"]), (&json!(""), &json!("too_many_for_one_answer")));
        assert!(word(&error["detail"]).contains("demandez un fichier à télécharger"), "{error}");
    }
    let job = world.sound_call(school, "reader", "POST", "/v1/exports", json!({ "format": "csv" })).await;
    assert_eq!(rows(&world.download(&word(&job["link"])).await).len(), 5_001);
}

/// The largest messages in a response: every character is doubled in a cell, and again in the response.
#[tokio::test(start_paused = true)]
async fn the_longest_messages_are_refused_before_they_are_too_many_for_an_answer() {
    /// Lambda's limit, in bytes.
    const LAMBDA: usize = 6 * 1024 * 1024;
    let world = World::new(Setting::default()).await;
    let school = world.school(std::iter::empty()).await;
    let mut past = past();
    let mut longest = |place: usize| {
        let text = "\"".repeat(8 * 153);
        PlannedMessage { text, name: "\"".repeat(240), ..past.message(place) }
    };
    let (few, many): (Vec<_>, Vec<_>) =
        ((0..900).map(&mut longest).collect(), (0..1_100).map(&mut longest).collect());
    let few = accepted(&world, school, &past, few).await;
    let many = accepted(&world, school, &past, many).await;
    let csv = small(&world, school, &format!("/v1/messages?send={few}"), CSV).await;
    let answer = json!({ "statusCode": 200, "body": String::from_utf8(csv).unwrap() }).to_string();
    assert!(answer.len() < LAMBDA, "{}", answer.len());
    let refused = world.file(school, "reader", &format!("/v1/messages?send={many}"), CSV).await;
    assert_eq!(refused.status(), 422);
}

#[tokio::test(start_paused = true)]
async fn a_hundred_thousand_messages_stream_while_little_is_held() {
    const SENDS: usize = 50;
    const MESSAGES_A_SEND: usize = 2_000;
    let world = World::new(Setting::default()).await;
    let school = world.school(std::iter::empty()).await;
    let mut past = past();
    for _ in 0..SENDS {
        let messages = (0..MESSAGES_A_SEND).map(|place| past.message(place)).collect();
        accepted(&world, school, &past, messages).await;
    }
    let job = world.sound_call(school, "reader", "POST", "/v1/exports", json!({ "format": "csv" })).await;
    let before = world.units()[0];
    let mut pieces = world.open(&word(&job["link"])).await.into_body().into_data_stream();
    let (mut messages, mut largest, mut count, mut most_ahead) = (0, 0, 0, 0.0_f64);
    let mut of_pieces = Vec::new();
    while let Some(piece) = pieces.next().await {
        let piece = piece.unwrap();
        // While the client is slow, no more is read.
        if count < 10 {
            tokio::time::sleep(std::time::Duration::from_secs(60)).await;
            of_pieces.push(world.units()[0] - before);
        }
        (count, largest) = (count + 1, largest.max(piece.len()));
        messages += piece.iter().filter(|byte| **byte == b'\n').count();
    }
    let units = world.units()[0] - before;
    let a_piece = units / f64::from(count);
    for (place, read) in of_pieces.into_iter().enumerate() {
        most_ahead = most_ahead.max(read / a_piece - (place + 1) as f64);
    }
    println!(
        "exports: {messages} messages in {count} pieces of {largest} bytes at most, {units:.0} read units, {most_ahead:.1} pieces read ahead"
    );
    assert_eq!(messages, SENDS * MESSAGES_A_SEND + 1, "with the headings");
    // Thirty-three parcels per piece.
    assert!(largest < 3_300 * 400, "{largest}");
    assert!(most_ahead < 3.0, "{most_ahead}");
    let path = format!("/v1/exports/{}", word(&job["id"]));
    let job = world.sound_call(school, "reader", "GET", &path, json!({})).await;
    assert_eq!(job["state"], "done");
    let expected = json!({ "messages": SENDS * MESSAGES_A_SEND, "sends": { "done": SENDS, "of": SENDS } });
    assert_eq!(job["progress"], expected);
}
