//! Imports: planned, decided, applied and undone by their function, and completed by the schedule.

use std::time::Duration;

use carillon_tests::world::{Setting, World};
use domain::{
    audience::Audience,
    audit::{Act, Entry},
    clock::Clock,
    directory::{Change, ExternalId, GivenName, IdentifierScheme, Person, PersonDetails},
    id::{ImportId, PersonId, RandomToken, SchoolId},
    import::{Import, ImportStage},
    line::Line,
    phone::PhoneNumber,
    role::Role,
    territory::Territory,
};
use schedule::Round;
use serde_json::json;
use store::ImportContent;

const BEFORE: &str = "Identifiant;Catégorie;Nom;Prénom;Portable\nA1;personnel;ROY;Anne;0639980010\n\
    A2;personnel;PETIT;Luc;\n";
/// Anne has another identifier, that of Luc is given to somebody of another name, and Zoé is new.
const AFTER: &str = "Identifiant;Catégorie;Nom;Prénom;Portable\nA3;personnel;ROY;Anne;0639980010\n\
    A2;personnel;BLANC;Léa;\nA4;personnel;NOIR;Zoé;0639980011\n";

/// A file after another one, with a decision, and its end.
pub(super) async fn a_september() -> World {
    let world = World::new(Setting::default()).await;
    let school = world.school_of(BEFORE.to_owned()).await;
    // More than one step.
    let crowd: String = (0..220).map(|number| format!("professeur;NOIR;Ana {number}\n")).collect();
    world.import(school, format!("Catégorie;Nom;Prénom\n{crowd}")).await;
    world.sound_call(school, "admin", "GET", "/v1/imports", json!({})).await;
    world.sound_call(school, "admin", "GET", "/v1/import-columns", json!({})).await;
    let mapping = json!({ "columns": [{ "header": "Mobile perso", "meaning": "person.mobile" }] });
    world.sound_call(school, "admin", "PUT", "/v1/import-columns", mapping).await;
    let (status, planned) = world.plan(school, AFTER.to_owned()).await;
    assert_eq!(status, 201, "{planned:#}");
    let path = format!("/v1/imports/{}", planned["id"].as_str().unwrap());
    world.sound_call(school, "admin", "GET", &path, json!({})).await;
    let of = |outcome: &str| {
        planned["rows"].as_array().unwrap().iter().filter(|row| row["outcome"] == outcome).collect::<Vec<_>>()
    };
    assert_eq!([of("updated").len(), of("doubtful").len(), of("created").len()], [1, 1, 1], "{planned:#}");
    let decisions: Vec<_> =
        of("doubtful").iter().map(|row| json!({ "record": row["record"], "new": true })).collect();
    let order = json!({ "digest": planned["digest"], "confirmed": ["many_archived", "few_recognised"], "decisions": decisions });
    world.sound_call(school, "admin", "POST", &format!("{path}/apply"), order).await;
    world.sound_call(school, "admin", "POST", &format!("{path}/undo"), json!({})).await;
    // Nobody holds the lock of a request that is refused.
    let again = json!({ "digest": planned["digest"] });
    let (status, _) = world.sound_request(school, "admin", "POST", &format!("{path}/apply"), again).await;
    assert_eq!(status, 409);
    let (_, planned) = world.plan(school, AFTER.to_owned()).await;
    let path = format!("/v1/imports/{}/apply", planned["id"].as_str().unwrap());
    let outdated = json!({ "digest": "0" });
    let (status, _) = world.sound_request(school, "admin", "POST", &path, outdated).await;
    assert_eq!(status, 412);
    world
}

/// A request that died after committing an import.
pub(super) async fn interrupted_writes() -> World {
    let world = World::new(Setting::default()).await;
    let school = world.school_of(BEFORE.to_owned()).await;
    let people = world.table.all_people(school).await.expect("the table answers");
    let named = |name: &str| {
        people.iter().find(|person| person.details.first_name.as_str() == name).expect("a name").clone()
    };
    let (anne, luc, now) = (named("Anne"), named("Luc"), world.clock.now());
    let mut zoe = named_person(PersonId::generate(now), "Zoé");
    give(&mut zoe, "A4");
    zoe.details.phone = PhoneNumber::parse("0639980011", Territory::Metropole).ok();
    // Somebody else has the identifier that Anne is to have, and she had another.
    let mut changed = anne.clone();
    give(&mut changed, "A2");
    changed.version += 1;
    let mut renamed = named_person(PersonId::generate(now), "Léa");
    give(&mut renamed, "A5");
    let mut next = PersonId::generate(now);
    let crowd = std::iter::from_fn(|| {
        next = next.following();
        Some(Change::Create(named_person(next, "Ana")))
    });
    let create =
        [Change::Create(zoe), Change::Create(renamed.clone())].into_iter().chain(crowd.take(250)).collect();
    commit(&world, school, create).await;
    tokio::time::sleep(Duration::from_secs(61)).await;
    world.round(Round::Minute).await;
    let update = vec![Change::update(anne, changed), Change::Delete(renamed)];
    commit(&world, school, update).await;
    tokio::time::sleep(Duration::from_secs(61)).await;
    world.round(Round::Minute).await;
    let left = world.table.person(school, luc.id).await.expect("the table answers");
    assert_eq!(left.as_ref(), Some(&luc), "Luc keeps his identifier");
    world
}

async fn commit(world: &World, school: SchoolId, changes: Vec<Change>) {
    let (now, table) = (world.clock.now(), &world.table);
    let by = Line::parse("chef").expect("a line");
    let import = Import::uploaded(ImportId::generate(now), school, by.clone(), now);
    let holder = RandomToken::generate();
    let writes = u32::try_from(changes.len()).expect("a few");
    let entry = Entry::new(by, Role::Admin, Act::PeopleImported, now);
    table.upload_import(&import, &"what files say").await.expect("it is stored");
    table.begin_import(school, holder, now).await.expect("the lock is free");
    table.put_import_changes(&import, ImportContent::Changes, changes).await.expect("they are stored");
    table
        .commit_import(&import, holder, ImportStage::Applying, writes, entry)
        .await
        .expect("it is committed");
}

fn named_person(id: PersonId, name: &str) -> Person {
    let parse = |text| GivenName::parse(text).expect("a name");
    let details = PersonDetails::named(Audience::Staff, parse(name), parse("NOIR"));
    Person { id, details, version: 1 }
}

fn give(person: &mut Person, id: &str) {
    let id = ExternalId::parse(id).expect("an identifier");
    person.details.identifiers.give(IdentifierScheme::Other, id, None);
}
