//! A search returns the messages that a full scan finds, page by page, in the same order.

use std::collections::BTreeSet;

use carillon_tests::{
    Became, past_send,
    world::{Setting, World},
    write_past,
};
use domain::{
    budget::Month,
    id::{PersonId, SchoolId, TemplateId},
    line::Line,
    phone::PhoneNumber,
    pricing::MicroEuros,
    sending::{Origin, PlannedMessage, Send},
    template::Context,
    territory::Territory,
    text::{Encoding, Segments},
};
use jiff::{SignedDuration, Timestamp, ToSpan};
use proptest::{prelude::*, strategy::ValueTree, test_runner::TestRunner};
use serde_json::{Value, json};

/// People of the past, by index.
const PEOPLE: usize = 40;
/// The senders.
const SENDERS: [&str; 2] = ["direction", "vie scolaire"];
const CONTEXTS: [Context; 3] = [Context::Information, Context::Absence, Context::Meeting];

/// A past of so many sends, all different.
pub(super) struct Past {
    people: Vec<(PersonId, PhoneNumber)>,
    templates: [TemplateId; 2],
    pub now: Timestamp,
    random: fastrand::Rng,
}

impl Past {
    pub fn new(now: Timestamp) -> Self {
        let first = PersonId::generate(now);
        let people = std::iter::successors(Some(first), |id| Some(id.following())).take(PEOPLE);
        let phone = |place: usize| {
            // Pairs share a number.
            let typed =
                if place.is_multiple_of(7) { "0692 12 34 ".to_owned() } else { "06 12 34 50 ".to_owned() };
            PhoneNumber::parse(&format!("{typed}{:02}", place / 2), Territory::Metropole).unwrap()
        };
        Self {
            people: people.enumerate().map(|(place, id)| (id, phone(place))).collect(),
            templates: [TemplateId::generate(now), TemplateId::generate(now)],
            now,
            random: fastrand::Rng::with_seed(20_261_127),
        }
    }

    pub fn message(&mut self, place: usize) -> PlannedMessage {
        let (recipient, phone) = self.people[self.random.usize(..PEOPLE)];
        let about = match self.random.u8(..3) {
            0 => vec![self.people[self.random.usize(..PEOPLE)].0],
            _ => Vec::new(),
        };
        let segments = Segments::new(self.random.u16(1..4)).unwrap();
        PlannedMessage {
            recipient,
            name: "Claire Martin".to_owned(),
            about,
            phone,
            text: format!("Message {place}"),
            encoding: Encoding::Gsm7,
            segments,
            price: MicroEuros::new(49_000).for_segments(segments),
        }
    }

    /// A send of the last sixty days, or scheduled, with the outcomes of its messages.
    pub fn send(&mut self) -> (Send, Vec<(PlannedMessage, Became)>) {
        let count = [1, 1, 2, 7, 99, 100, 101, 230][self.random.usize(..8)];
        let messages: Vec<PlannedMessage> = (0..count).map(|place| self.message(place)).collect();
        let ago = SignedDuration::from_mins(self.random.i64(1..60 * 24 * 60));
        let accepted_at = self.now.checked_sub(ago).unwrap();
        let ahead = if self.random.u8(..4) == 0 { self.random.i64(1..40 * 24) } else { 0 };
        let due_at = accepted_at.checked_add(ahead.hours()).unwrap();
        let mut send = past_send(accepted_at, due_at, &messages);
        send.context = CONTEXTS[self.random.usize(..3)];
        send.accepted_by = Line::parse(SENDERS[self.random.usize(..2)]).unwrap();
        if let Some(id) = [None, Some(self.templates[0]), Some(self.templates[1])][self.random.usize(..3)] {
            let label = Line::parse("Réunion").unwrap();
            send.origin = Origin::Template { id, version: 1, label, edited: false };
        }
        let became = |became: &mut fastrand::Rng| {
            if due_at > self.now {
                Became::Waiting
            } else {
                Became::KINDS[became.usize(..Became::KINDS.len())]
            }
        };
        let mut random = self.random.fork();
        (send, messages.into_iter().map(|message| (message, became(&mut random))).collect())
    }
}

/// A filter as a query, with the same filter on the API's messages.
#[derive(Clone, Debug)]
pub(super) struct Search {
    days: Option<(i64, i64)>,
    state: Option<&'static str>,
    person: Option<usize>,
    number: Option<&'static str>,
    template: Option<usize>,
    context: Option<usize>,
    sender: Option<usize>,
    pub limit: usize,
}

pub(super) fn search() -> impl Strategy<Value = Search> {
    let states = vec!["scheduled", "queued", "sent", "delivered", "failed", "unknown", "cancelled"];
    let numbers = vec!["0692", "34", "06 12 34 50 05", "+33612345", "06123450", "07"];
    let rarely = |place: usize| prop::option::weighted(0.3, 0..place);
    (
        prop::option::weighted(0.4, (0_i64..60, 0_i64..60)),
        prop::option::weighted(0.3, prop::sample::select(states)),
        rarely(PEOPLE),
        prop::option::weighted(0.3, prop::sample::select(numbers)),
        rarely(2),
        rarely(3),
        rarely(2),
        prop::sample::select(vec![1_usize, 7, 100, 500]),
    )
        .prop_map(|(days, state, person, number, template, context, sender, limit)| Search {
            days: days.map(|(a, b)| (a.max(b), a.min(b))),
            state,
            person,
            number,
            template,
            context,
            sender,
            limit,
        })
}

impl Search {
    /// The parameters and predicates.
    pub fn parameters(&self, past: &Past) -> Vec<(&'static str, String)> {
        let day = |ago: i64| local_day(past.now.checked_sub((24 * ago).hours()).unwrap());
        let mut parameters = Vec::new();
        if let Some((from, to)) = self.days {
            parameters.extend([("from", day(from)), ("to", day(to))]);
        }
        parameters.extend(self.state.map(|state| ("state", state.to_owned())));
        parameters.extend(self.person.map(|place| ("person", past.people[place].0.to_string())));
        parameters.extend(self.number.map(|part| ("number", part.to_owned())));
        parameters.extend(self.template.map(|place| ("template", past.templates[place].to_string())));
        parameters.extend(self.context.map(|place| ("context", word(&json!(CONTEXTS[place])))));
        parameters.extend(self.sender.map(|place| ("sent_by", SENDERS[place].to_owned())));
        parameters
    }

    /// Whether a message matches, judged only by the API's fields.
    fn admits(&self, message: &Value, past: &Past, templates: &[BTreeSet<String>; 2]) -> bool {
        let day = local_day(word(&message["due_at"]).parse().unwrap());
        let (people, phone) = ([&message["person"]], word(&message["phone"]));
        let concerned = |id: String| {
            let about = message["about"].as_array().into_iter().flatten();
            about.chain(people).any(|person| word(person) == id)
        };
        let national = phone.strip_prefix("+33").or_else(|| phone.strip_prefix("+262"));
        let spellings = [phone[1..].to_owned(), format!("0{}", national.unwrap())];
        let digits = |part: &str| part.replace([' ', '+'], "");
        let parameters = self.parameters(past);
        parameters.iter().all(|(name, value)| match *name {
            "from" => *value <= day,
            "to" => day <= *value,
            "state" => word(&message["state"]) == *value,
            "person" => concerned(value.clone()),
            "number" => spellings.iter().any(|spelling| spelling.contains(&digits(value))),
            "template" => templates[self.template.unwrap()].contains(&word(&message["send"])),
            "context" => word(&message["context"]) == *value,
            _ => word(&message["sent_by"]) == *value,
        })
    }
}

pub(super) fn word(value: &Value) -> String {
    value.as_str().unwrap().to_owned()
}

fn local_day(instant: Timestamp) -> String {
    instant.to_zoned(Territory::Metropole.time_zone().clone()).date().to_string()
}

/// The list with these parameters.
pub(super) fn path_of<'p>(parameters: impl Iterator<Item = &'p (&'p str, String)>) -> String {
    let encode =
        |(name, value): &(&str, String)| format!("{name}={}", value.replace('+', "%2B").replace(' ', "+"));
    format!("/v1/messages?{}", parameters.map(encode).collect::<Vec<_>>().join("&"))
}

/// All pages of a search.
pub(super) async fn all_pages(
    world: &World,
    school: SchoolId,
    parameters: &[(&str, String)],
    limit: usize,
) -> Vec<Value> {
    let (mut found, mut cursor) = (Vec::new(), None::<String>);
    loop {
        let limit = ("limit", limit.to_string());
        let cursor_parameter = cursor.map(|cursor| ("cursor", cursor));
        let path = path_of(parameters.iter().chain([&limit]).chain(&cursor_parameter));
        let page = world.sound_call(school, "reader", "GET", &path, json!({})).await;
        let messages = page["messages"].as_array().unwrap();
        assert!(messages.len() <= limit.1.parse().unwrap());
        found.extend(messages.iter().cloned());
        match page["next_cursor"].as_str() {
            Some(next) => cursor = Some(next.to_owned()),
            None => return found,
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_search_finds_what_a_look_at_every_message_finds() {
    let world = World::new(Setting::default()).await;
    let school = world.school(std::iter::empty()).await;
    let mut past = Past::new("2026-11-24T09:00:00Z".parse().unwrap());
    let mut templates = [BTreeSet::new(), BTreeSet::new()];
    for _ in 0..60 {
        let (send, messages) = past.send();
        if let Origin::Template { id, .. } = send.origin {
            templates[usize::from(id != past.templates[0])].insert(send.id.to_string());
        }
        let month = Month::of(send.due_at, Territory::Metropole.time_zone());
        write_past(&world.table, school, month, &send, messages).await;
    }
    let everything = all_pages(&world, school, &[], 500).await;
    assert!(everything.len() > 1_000);
    let newest_first = everything.windows(2).all(|pair| word(&pair[0]["send"]) >= word(&pair[1]["send"]));
    assert!(newest_first);
    let mut runner = TestRunner::deterministic();
    let mut found_any = 0;
    for _ in 0..150 {
        let search = search().new_tree(&mut runner).unwrap().current();
        let expected: Vec<&Value> =
            everything.iter().filter(|message| search.admits(message, &past, &templates)).collect();
        // One message a page is slow where nearly all match.
        let limit = search.limit.max(expected.len() / 20);
        let found = all_pages(&world, school, &search.parameters(&past), limit).await;
        assert_eq!(found.iter().collect::<Vec<_>>(), expected, "{search:?}");
        found_any += usize::from(!found.is_empty());
    }
    assert!(found_any > 30, "{found_any} searches found something");
}

#[tokio::test(start_paused = true)]
async fn pages_neither_repeat_nor_miss_a_message_while_others_are_sent() {
    let world = World::new(Setting::default()).await;
    let school = world.school(std::iter::empty()).await;
    let mut past = Past::new("2026-11-24T09:00:00Z".parse().unwrap());
    let month = |send: &Send| Month::of(send.due_at, Territory::Metropole.time_zone());
    for _ in 0..12 {
        let (send, messages) = past.send();
        write_past(&world.table, school, month(&send), &send, messages).await;
    }
    let before = all_pages(&world, school, &[], 500).await;
    let (mut found, mut path) = (Vec::new(), "/v1/messages?limit=50".to_owned());
    for arrival in 0_i64.. {
        let page = world.sound_call(school, "reader", "GET", &path, json!({})).await;
        found.extend(page["messages"].as_array().unwrap().iter().cloned());
        let Some(cursor) = page["next_cursor"].as_str() else { break };
        path = format!("/v1/messages?limit=50&cursor={cursor}");
        let now = past.now.checked_add(arrival.seconds()).unwrap();
        let messages = vec![past.message(0)];
        let send = past_send(now, now, &messages);
        let messages = messages.into_iter().map(|message| (message, Became::Waiting)).collect();
        write_past(&world.table, school, month(&send), &send, messages).await;
    }
    assert_eq!(found, before);
}
