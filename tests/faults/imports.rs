//! An import that a fault interrupts at any call is completed by the next one, and no identifier is given twice.

use std::{collections::BTreeSet, time::Duration};

use carillon_tests::world::{Fault, Faults, Setting, World};
use domain::{clock::Clock, id::SchoolId};
use serde_json::json;

use crate::extent::faults_at;

const FILE: &str = "Identifiant;Catégorie;Nom;Prénom;Classe;Portable;Identifiant élève\n\
    E1;élève;MARTIN;Emma;6A;;\nE2;élève;MARTIN;Hugo;4B;;\nR1;responsable;MARTIN;Claire;;0639980010;E1\n";

/// A first import with faults.
async fn interrupted(faults: Faults) -> (World, SchoolId) {
    let world = World::new(Setting { faults, ..Setting::default() }).await;
    let school = SchoolId::generate(world.clock.now());
    world.try_import(school, FILE.to_owned()).await;
    (world, school)
}

/// The same file again, once the lock of an interrupted import has ended.
async fn completed(world: &World, school: SchoolId) {
    tokio::time::sleep(Duration::from_secs(61)).await;
    let report = world.import(school, FILE.to_owned()).await;
    assert_eq!(report["refused"], 0, "{report:#}");
    let people = world.table.all_people(school).await.unwrap();
    let names: BTreeSet<String> = people.iter().map(|person| person.details.name()).collect();
    assert_eq!((people.len(), names.len()), (3, 3), "each person once");
    for (audience, id) in [("pupils", "E1"), ("pupils", "E2"), ("guardians", "R1")] {
        let other =
            json!({ "audience": audience, "first_name": "Zoé", "last_name": "ROY", "external_id": id });
        let (status, answer) = world.call(school, "admin", "POST", "/v1/people", None, other).await;
        assert_eq!((status, &answer["errors"][0]["code"]), (422, &json!("identifier_taken")), "{id}");
    }
}

#[tokio::test(start_paused = true)]
async fn an_import_that_fails_at_any_call_is_completed_by_the_next_one() {
    let (world, school) = interrupted(Faults::default()).await;
    let calls = world.faults.calls();
    completed(&world, school).await;
    let points = faults_at(0..calls);
    println!("imports: {points} points ({calls} calls × {} faults)", Fault::EACH.len());
    for (call, fault) in points {
        println!("imports: {fault:?} at call {call}");
        let (world, school) = interrupted(Faults::at([(call, fault)])).await;
        completed(&world, school).await;
    }
}
