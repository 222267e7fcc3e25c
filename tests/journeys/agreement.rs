//! A preview agrees with the following send on every person, text and price.

use std::sync::atomic::{AtomicUsize, Ordering};

use carillon_tests::{Client, Functions, Service, create_people};
use domain::{
    address::{City, PostalAddress, PostalCode, Street},
    audience::Audience,
    clock::Clock,
    directory::{ClassName, GivenName, Guardianship, Person, PersonDetails},
    id::PersonId,
    phone::PhoneNumber,
    template::{Context, ContextSet},
    territory::Territory,
};
use proptest::{
    prelude::*,
    test_runner::{Config, TestRunner},
};
use reqwest::Method;
use runtime::SystemClock;
use serde_json::{Value, json};

use crate::extent::up_to;

/// A pupil: class and first name.
type Pupil = (usize, usize);

/// A guardian, with indexes of children.
#[derive(Clone, Debug)]
struct Guardian {
    name: usize,
    phone: Option<u32>,
    address: Option<usize>,
    accepts_sms: bool,
    refuses_meetings: bool,
    /// Child, rank, no contact, accepts SMS about the child.
    ties: Vec<(usize, u8, bool, bool)>,
}

fn guardian() -> impl Strategy<Value = Guardian> {
    let tie = (0_usize..8, 1_u8..4, prop::bool::weighted(0.1), prop::bool::weighted(0.9));
    (
        0_usize..6,
        prop::option::weighted(0.9, 0_u32..12),
        prop::option::weighted(0.8, 0_usize..6),
        prop::bool::weighted(0.9),
        prop::bool::weighted(0.1),
        prop::collection::vec(tie, 1..4),
    )
        .prop_map(|(name, phone, address, accepts_sms, refuses_meetings, ties)| Guardian {
            name,
            phone,
            address,
            accepts_sms,
            refuses_meetings,
            ties,
        })
}

const FIRST_NAMES: [&str; 8] = ["Emma", "Hugo", "Léa", "Tom", "Françoise", "Zoé", "José", "Łukasz"];
const STREETS: [&str; 6] = [
    "12 bis av. Foch",
    "12BIS AVENUE FOCH",
    "3 rue Pasteur",
    "3, r. Pasteur",
    "3 rue Pasteur apt 2",
    "Les Granges",
];

fn person(id: PersonId, audience: Audience, first: usize, last: usize) -> Person {
    let name = |text: &str| GivenName::parse(text).unwrap();
    let first_name = name(FIRST_NAMES[first % FIRST_NAMES.len()]);
    let details = PersonDetails::named(audience, first_name, name(&format!("NOM{last}")));
    Person { id, details, version: 1 }
}

/// The people of a generated school.
fn people(pupils: &[Pupil], guardians: &[Guardian]) -> Vec<Person> {
    let mut id = PersonId::generate(SystemClock.now());
    let mut next = || {
        id = id.following();
        id
    };
    let mut people: Vec<Person> = pupils
        .iter()
        .map(|(class, first)| {
            let mut pupil = person(next(), Audience::Pupils, *first, *class);
            pupil.details.class = Some(ClassName::parse(["6e A", "5e B"][class % 2]).unwrap());
            pupil
        })
        .collect();
    for guardian in guardians {
        let mut parent = person(next(), Audience::Guardians, guardian.name, guardian.name);
        // Four real numbers, with a price, and eight simulated ones; some of them shared.
        parent.details.phone = guardian.phone.map(|number| {
            let typed = if number < 4 {
                format!("06123400{number:02}")
            } else {
                format!("06399800{:02}", 10 + number)
            };
            PhoneNumber::parse(&typed, Territory::Metropole).unwrap()
        });
        parent.details.address = guardian.address.map(|street| {
            let street = Street::parse(STREETS[street]).unwrap();
            PostalAddress::new(street, PostalCode::parse("95100").ok(), City::parse("Argenteuil").ok())
        });
        parent.details.accepts_sms = guardian.accepts_sms;
        if guardian.refuses_meetings {
            parent.details.refused_contexts = ContextSet::EMPTY.with(Context::Meeting);
        }
        for (child, rank, no_contact, accepts_sms) in &guardian.ties {
            let Some(pupil) = people.get(*child).filter(|pupil| pupil.details.audience == Audience::Pupils)
            else {
                continue;
            };
            if parent.tie_to(pupil.id).is_none() {
                let tie = Guardianship::new(pupil.id, *rank);
                let tie = Guardianship { no_contact: *no_contact, accepts_sms: *accepts_sms, ..tie };
                parent.details.guardianships.push(tie);
            }
        }
        people.push(parent);
    }
    people
}

const BODIES: [(&str, &str); 4] = [
    ("meeting", "{{recipient.name}} : réunion pour {{pupils}}"),
    ("absence", "{{pupil.first_name}} ({{pupil.class}}) est absent(e)."),
    ("information", "Le collège est fermé demain. « À bientôt » !"),
    ("event", "Fête {{event.name}}"),
];

/// The content of a message: recipient, subject, number, text, price.
fn essence(message: &Value) -> Value {
    json!({
        "person": message["person"], "about": message["about"], "phone": message["phone"],
        "text": message["text"], "encoding": message["encoding"], "segments": message["segments"],
        "price": message["price_micro_eur"],
    })
}

/// Previews and sends, and compares the log with the preview.
async fn check(admin: &Client, order: &Value) -> usize {
    let preview = admin.post("/v1/sends/preview", order).await.expect(200);
    let mut send = order.clone();
    send["preview_digest"] = preview["digest"].clone();
    let answer = admin.post_once("/v1/sends", &send).await;
    if preview["kept"] == json!([]) {
        assert_eq!(answer.problem(), "nobody-reached");
        return 0;
    }
    let sent = answer.expect(201);
    assert_eq!(sent["totals"], preview["totals"]);
    assert_eq!(sent["dropped"], preview["dropped"].as_array().unwrap().len());
    let log =
        admin.get(&format!("/v1/messages?limit=500&send={}", sent["id"].as_str().unwrap())).await.expect(200);
    let sorted = |list: &Value| {
        let mut essences: Vec<_> = list.as_array().unwrap().iter().map(|m| essence(m).to_string()).collect();
        essences.sort();
        essences
    };
    assert_eq!(sorted(&log["messages"]), sorted(&preview["kept"]));
    preview["kept"].as_array().unwrap().len()
}

#[test]
fn a_preview_and_its_send_agree_on_every_person_text_and_price() {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    let service = runtime.block_on(Service::start_with(&["--carrier", "simulator"]));
    let table = Functions::of(&service).table().clone();
    let compared = AtomicUsize::new(0);
    let mut runner =
        TestRunner::new(Config { cases: up_to(100, 15), failure_persistence: None, ..Config::default() });
    let schools = (
        prop::collection::vec((0_usize..2, 0_usize..8), 3..9),
        prop::collection::vec(guardian(), 0..16),
        0_usize..BODIES.len(),
        any::<(bool, bool, bool)>(),
    );
    let result = runner.run(&schools, |(pupils, guardians, body, (household, from_guardians, one_class))| {
        runtime.block_on(async {
            let (school, admin) = service.licensed_school().await;
            let people = people(&pupils, &guardians);
            let classes: Vec<_> = people.iter().filter_map(|person| person.details.class.clone()).collect();
            create_people(&table, school, people).await;
            let rule = if household { "one_per_household" } else { "each_guardian" };
            let settings = json!({ "household_rule": rule, "encoding_mode": "exact" });
            admin.change(Method::PATCH, "/v1/school", &settings).await.expect(200);
            let (context, text) = BODIES[body];
            let selection = if one_class && !from_guardians {
                json!({ "classes": [classes[0]] })
            } else {
                json!({ "everyone": true })
            };
            // A guardian without a child in the directory has no value for {{pupils}}.
            let text = if context == "meeting" && from_guardians { "Réunion" } else { text };
            let mut order = json!({
                "view": if from_guardians { "guardians" } else { "pupils" }, "selection": selection,
                "text": { "audience": "guardians", "context": context, "body": text },
            });
            if context == "event" {
                order["values"] = json!({ "event.name": "de l’école — œuvres" });
            }
            compared.fetch_add(check(&admin, &order).await, Ordering::Relaxed);
        });
        Ok(())
    });
    result.unwrap();
    println!("agreement: {} messages compared", compared.into_inner());
}
