//! Imports that a fault interrupts at any call: applied or undone wholly by the schedule, and no identifier given twice.

use std::{collections::BTreeSet, time::Duration};

use carillon_tests::world::{Fault, Faults, Setting, World};
use domain::{
    clock::Clock,
    id::SchoolId,
    import::{Import, ImportStage},
};
use schedule::Round;
use serde_json::json;

use crate::extent::faults_at;

const FIRST: &str = "Identifiant;Catégorie;Nom;Prénom;Classe;Portable;Identifiant élève\n\
    E1;élève;MARTIN;Emma;6A;;\nE2;élève;MARTIN;Hugo;4B;;\nR1;responsable;MARTIN;Claire;;0639980010;E1\n";
/// One pupil moves, one is new, one has left.
const NEXT: &str = "Identifiant;Catégorie;Nom;Prénom;Classe\nE1;élève;MARTIN;Emma;5A\nE3;élève;ROY;Lina;4B\n";

struct School {
    world: World,
    school: SchoolId,
    /// The path of the second import, once it is planned.
    import: Option<String>,
}

impl School {
    /// A school with the first file, before any fault.
    async fn new(faults: Faults) -> Self {
        let world = World::new(Setting { faults, ..Setting::default() }).await;
        let school = SchoolId::generate(world.clock.now());
        world.import(school, FIRST.to_owned()).await;
        Self { world, school, import: None }
    }

    /// Plans, applies and undoes the next file, each once, whatever becomes of it.
    async fn try_all(&mut self) {
        self.import = self.world.try_import(self.school, NEXT.to_owned()).await;
        if let Some(import) = &self.import {
            self.world.call(self.school, "admin", "POST", &format!("{import}/undo"), None, json!({})).await;
        }
    }

    /// While the writes of an import are not complete, no other one sees half of them.
    async fn check_lock(&self) {
        // The lock of a request that committed nothing has ended.
        tokio::time::sleep(Duration::from_secs(61)).await;
        if !self.world.table.running_imports().await.unwrap().is_empty() {
            let (_, planned) = self.world.plan(self.school, FIRST.to_owned()).await;
            let apply = format!("/v1/imports/{}/apply", planned["id"].as_str().unwrap());
            let order = json!({ "digest": planned["digest"], "confirmed": planned["guards"] });
            let (status, answer) =
                self.world.sound_request(self.school, "admin", "POST", &apply, order).await;
            assert_eq!(status, 409, "{answer:#}");
        }
    }

    /// The schedule completes what was begun; then the directory is that of before or of after, whole.
    async fn check(&self) {
        self.check_lock().await;
        for _ in 0..3 {
            tokio::time::sleep(Duration::from_secs(61)).await;
            self.world.round(Round::Minute).await;
        }
        let people = self.world.table.all_people(self.school).await.unwrap();
        let state: BTreeSet<String> = people
            .iter()
            .map(|person| {
                let class = person.details.class.as_ref().map_or("-", |class| class.as_str());
                let archived = if person.is_archived() { " archived" } else { "" };
                format!("{} {class}{archived}", person.details.first_name)
            })
            .collect();
        assert_eq!(state.len(), people.len(), "each person once");
        let before = BTreeSet::from(["Emma 6A", "Hugo 4B", "Claire -"].map(str::to_owned));
        let after = BTreeSet::from(["Emma 5A", "Hugo 4B archived", "Lina 4B", "Claire -"].map(str::to_owned));
        let imports = self.world.table.imports(self.school).await.unwrap();
        let stage = self.import.as_ref().and_then(|path| {
            let of = |import: &&Import| path.ends_with(&import.id.to_string());
            imports.iter().find(of).map(|import| import.stage)
        });
        let expected = match stage {
            None | Some(ImportStage::Planned | ImportStage::Undone) => &before,
            Some(ImportStage::Applied) => &after,
            Some(stage @ (ImportStage::Applying | ImportStage::Undoing)) => panic!("left {stage:?}"),
        };
        assert_eq!(&state, expected, "{stage:?}");
        assert_eq!(self.world.table.running_imports().await.unwrap(), []);
        self.check_identifiers(expected == &after).await;
    }

    /// Every identifier is somebody's, and free only if nobody has it.
    async fn check_identifiers(&self, is_applied: bool) {
        for (audience, id, is_taken) in [
            ("pupils", "E1", true),
            ("pupils", "E2", true),
            ("pupils", "E3", is_applied),
            ("guardians", "R1", true),
        ] {
            let other =
                json!({ "audience": audience, "first_name": "Zoé", "last_name": "ROUX", "external_id": id });
            let (status, answer) =
                self.world.sound_request(self.school, "admin", "POST", "/v1/people", other).await;
            let expected = if is_taken { 422 } else { 201 };
            assert_eq!(status, expected, "{id}: {answer:#}");
        }
        // The lock is free.
        self.world.import(self.school, FIRST.to_owned()).await;
    }
}

#[tokio::test(start_paused = true)]
async fn an_import_that_fails_at_any_call_is_whole_or_not_at_all() {
    let mut school = School::new(Faults::default()).await;
    let first = school.world.faults.calls();
    school.try_all().await;
    let calls = school.world.faults.calls();
    school.check().await;
    let points = faults_at(first..calls);
    println!("imports: {points} points ({} calls × {} faults)", calls - first, Fault::EACH.len());
    for (call, fault) in points {
        println!("imports: {fault:?} at call {call}");
        let mut school = School::new(Faults::at([(call, fault)])).await;
        school.try_all().await;
        school.check().await;
    }
}
