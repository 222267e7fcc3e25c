//! States of messages, numbers to collect again, and avoided costs.

use std::collections::BTreeMap;

use carillon_tests::{
    Became, past_send,
    world::{Setting, World},
    write_past,
};
use domain::{
    budget::Month,
    delivery::{FailureReason, Outcome, Receipt},
    directory::Person,
    id::SchoolId,
    phone::PhoneNumber,
    pricing::MicroEuros,
    sending::PlannedMessage,
    territory::Territory,
    text::{Encoding, Segments},
};
use jiff::Timestamp;
use serde_json::{Value, json};

const SCHOOL: &str = "Identifiant;Catégorie;Nom;Prénom;Classe;Portable;Identifiant élève
E1;élève;MARTIN;Emma;6e A;;
E2;élève;MARTIN;Hugo;5e B;;
E3;élève;PETIT;Léa;6e A;06 12 34 56 73;
R1;responsable;MARTIN;Claire;;06 12 34 56 70;E1
R1;responsable;MARTIN;Claire;;06 12 34 56 70;E2
R2;responsable;MARTIN;Jean;;06 12 34 56 71;E1
R3;responsable;PETIT;Anne;;06 12 34 56 72;E3
P1;professeur;ROY;Ida;;06 12 34 56 74;
P2;professeur;BLANC;Zoé;;06 12 34 56 75;
";

const INVALID: Became = Became::Answered(Outcome::Refused(FailureReason::InvalidNumber));
const UNREACHABLE: Became = Became::Told(Receipt::Failed(FailureReason::Unreachable));
const CONTENT: Became = Became::Answered(Outcome::Refused(FailureReason::Content));
const UNKNOWN: Became = Became::Answered(Outcome::Unknown);
const DELIVERED: Became = Became::Told(Receipt::Delivered);

fn message(person: &Person, phone: PhoneNumber) -> PlannedMessage {
    PlannedMessage {
        recipient: person.id,
        name: person.details.name(),
        about: Vec::new(),
        phone,
        text: "Bonjour".to_owned(),
        encoding: Encoding::Gsm7,
        segments: Segments::ONE,
        price: MicroEuros::new(49_000),
    }
}

/// One send due at an instant, with the outcome of each person's message.
async fn past(world: &World, school: SchoolId, due_at: &str, became: &[(&Person, Became)]) {
    let due_at: Timestamp = due_at.parse().unwrap();
    let messages: Vec<(PlannedMessage, Became)> = became
        .iter()
        .map(|(person, became)| (message(person, person.details.phone.unwrap()), *became))
        .collect();
    let planned: Vec<PlannedMessage> = messages.iter().map(|(message, _)| message.clone()).collect();
    let month = Month::of(due_at, Territory::Metropole.time_zone());
    write_past(&world.table, school, month, &past_send(due_at, due_at, &planned), messages).await;
}

#[tokio::test(start_paused = true)]
async fn a_number_is_to_be_collected_again_if_the_newest_message_failed_for_it_and_it_is_still_there() {
    let world = World::new(Setting::default()).await;
    let school = world.school_of(SCHOOL.to_owned()).await;
    let mut people: BTreeMap<String, Person> = BTreeMap::new();
    for person in world.table.all_people(school).await.unwrap() {
        people.insert(person.details.first_name.as_str().to_owned(), person);
    }
    let [claire, jean, anne, léa, ida, zoé] =
        ["Claire", "Jean", "Anne", "Léa", "Ida", "Zoé"].map(|name| people[name].clone());
    // Before the period.
    past(&world, school, "2026-11-01T09:00:00Z", &[(&zoé, INVALID)]).await;
    past(
        &world,
        school,
        "2026-11-20T09:00:00Z",
        &[(&jean, INVALID), (&claire, DELIVERED), (&ida, DELIVERED)],
    )
    .await;
    past(
        &world,
        school,
        "2026-11-21T09:00:00Z",
        &[
            // Two children, in two classes.
            (&claire, INVALID),
            // Reached meanwhile.
            (&jean, DELIVERED),
            // The cause was the text.
            (&anne, CONTENT),
            (&léa, UNREACHABLE),
            (&ida, UNREACHABLE),
        ],
    )
    .await;
    // Says nothing about the number.
    past(&world, school, "2026-11-22T09:00:00Z", &[(&claire, UNKNOWN), (&anne, Became::CalledBack)]).await;
    let asked = "/v1/statistics?from=2026-11-20&to=2026-11-24";
    let statistics = world.sound_call(school, "reader", "GET", asked, json!({})).await;
    insta::assert_json_snapshot!("statistics", statistics, { ".**.person" => "[person]" });
    // Léa has another number now.
    let mut changed = léa.clone();
    changed.details.phone = PhoneNumber::parse("06 12 34 56 99", Territory::Metropole).ok();
    changed.version += 1;
    world.table.replace_person(school, &léa, changed).await.unwrap();
    let statistics = world.sound_call(school, "reader", "GET", asked, json!({})).await;
    let shown = statistics["numbers_to_collect"].as_array().unwrap().iter().map(|numbers| {
        let people = numbers["people"].as_array().unwrap().iter();
        let names: Vec<_> = people.map(|person| person["name"].as_str().unwrap()).collect();
        (numbers["class"].as_str(), names)
    });
    assert_eq!(
        shown.collect::<Vec<_>>(),
        [
            (Some("5e B"), vec!["Claire MARTIN"]),
            (Some("6e A"), vec!["Claire MARTIN"]),
            (None, vec!["Ida ROY"])
        ]
    );
}

/// Two couples at one address each, a couple with one phone, and a single guardian.
const HOUSEHOLDS: &str =
    "Identifiant;Catégorie;Nom;Prénom;Classe;Portable;Adresse;CP;Ville;Identifiant élève;Rang
E1;élève;MARTIN;Emma;6e A;;;;;;
E2;élève;PETIT;Léa;6e A;;;;;;
E3;élève;ROY;Tom;6e A;;;;;;
E4;élève;BLANC;Eva;6e A;;;;;;
R1;responsable;MARTIN;Claire;;06 12 34 56 70;12 rue Pasteur;95100;Argenteuil;E1;1
R2;responsable;MARTIN;Jean;;06 12 34 56 71;12 rue Pasteur;95100;Argenteuil;E1;2
R3;responsable;PETIT;Anne;;06 12 34 56 72;8 place Foch;95100;Argenteuil;E2;1
R4;responsable;PETIT;Luc;;06 12 34 56 73;8 place Foch;95100;Argenteuil;E2;2
R5;responsable;ROY;Ida;;06 12 34 56 74;;;;E3;1
R6;responsable;ROY;Max;;06 12 34 56 74;;;;E3;2
R7;responsable;BLANC;Zoé;;06 12 34 56 75;;;;E4;1
";

#[tokio::test(start_paused = true)]
async fn what_the_encoding_mode_and_the_household_rule_avoid_is_the_difference_that_they_make() {
    let world = World::new(Setting::default()).await;
    let school = world.school_of(HOUSEHOLDS.to_owned()).await;
    let order = |rule: &str| {
        json!({
            "view": "pupils", "selection": { "everyone": true }, "household_rule": rule,
            "text": {
                "audience": "guardians", "context": "meeting",
                "body": "L’équipe vous attend à la réunion de {{pupils}}, jeudi à 18 h, dans la salle d’étude du collège.",
            },
        })
    };
    let preview =
        async |rule: &str| world.sound_call(school, "admin", "POST", "/v1/sends/preview", order(rule)).await;
    let price = |plan: &Value| plan["totals"]["price_micro_eur"].as_u64().unwrap();
    let avoided = |of: &Value, by: &str| of["avoided"][format!("by_{by}_micro_eur")].as_u64().unwrap();
    let (each, one) = (preview("each_guardian").await, preview("one_per_household").await);
    let exact = json!({ "encoding_mode": "exact" });
    world.sound_change(school, 1, "PATCH", "/v1/school", exact).await;
    let exact_one = preview("one_per_household").await;
    world.sound_change(school, 2, "PATCH", "/v1/school", json!({ "encoding_mode": "typographic" })).await;
    assert_eq!((avoided(&exact_one, "encoding"), price(&exact_one)), (0, 2 * price(&one)));
    assert_eq!(avoided(&one, "encoding"), price(&exact_one) - price(&one));
    // The couple with one phone gets one text under any rule.
    assert_eq!(avoided(&each, "household"), 49_000);
    assert_eq!(avoided(&one, "household"), price(&each) + 49_000 - price(&one));
    let sent = world.send_until_answered(school, "/v1/sends", "key", &order("one_per_household")).await;
    let path = format!("/v1/sends/{}", sent["id"].as_str().unwrap());
    let send = world.sound_call(school, "reader", "GET", &path, json!({})).await;
    assert_eq!(send["avoided"], one["avoided"]);
    let statistics = world.sound_call(school, "reader", "GET", "/v1/statistics", json!({})).await;
    for by in ["encoding", "household"] {
        assert_eq!(avoided(&statistics, by), avoided(&one, by));
    }
}
