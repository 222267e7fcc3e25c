//! Every change has its audit entry and every entry its change, at any failing call.

use std::collections::BTreeMap;

use carillon_tests::{
    application,
    world::{Fault, Faults, Setting, World, to_all_teachers},
};
use domain::{
    audit::{About, Act, Entry},
    clock::Clock,
    delivery::{Cancellation, CarrierName, MessageState},
    directory::{OptOutOrigin, Stop},
    id::{ParcelId, ParcelNumber, SchoolId, TemplateId},
    phone::PhoneNumber,
    span::Span,
    territory::Territory,
};
use serde_json::{Value, json};

use crate::extent::faults_at;

const FILE: &str = "Catégorie;Nom;Prénom;Portable\nprofesseur;ROY;Anne;06 12 34 56 78\nprofesseur;PETIT;Luc;06 12 34 56 79\n";

fn template(label: &str) -> Value {
    json!({ "label": label, "audience": "teachers", "context": "meeting", "body": "Conseil à 17 h" })
}

/// A school's year: each act once, whatever the outcome of the one before.
async fn live(faults: Faults) -> (World, SchoolId) {
    let world = World::new(Setting { faults, ..Setting::default() }).await;
    let school = SchoolId::generate(world.clock.now());
    let post = |role, path: String, key, body| {
        let world = &world;
        async move { world.call(school, role, "POST", &path, key, body).await.1 }
    };
    post("admin", "/v1/registrations".to_owned(), None, application()).await;
    for decision in ["confirm", "suspend", "resume"] {
        post("operator", format!("/v1/operator/schools/{school}/{decision}"), None, json!({})).await;
    }
    post("admin", "/v1/licence/refresh".to_owned(), None, json!({})).await;
    world.change(school, 1, "PATCH", "/v1/school", json!({ "name": "Collège Simone Veil" })).await;
    let made = post("admin", "/v1/templates".to_owned(), None, template("Conseil")).await;
    let path = format!("/v1/templates/{}", made["id"].as_str().unwrap_or_default());
    world.change(school, 1, "PUT", &path, template("Conseil de classe")).await;
    world.change(school, 2, "POST", &format!("{path}/archive"), json!({})).await;
    let (_, mut file) = world.call(school, "admin", "GET", "/v1/templates/export", None, json!({})).await;
    file["templates"] = json!([template("Un"), template("Deux")]);
    post("admin", "/v1/templates/import".to_owned(), None, file).await;
    world.change(school, 3, "DELETE", &path, json!({})).await;
    world.try_import(school, FILE.to_owned()).await;
    let mut order = to_all_teachers("Conseil ce soir");
    order["send_at"] = json!("2026-11-25T10:15");
    // A front end retries without a response.
    let mut sent = Value::Null;
    for _ in 0..2 {
        sent = post("admin", "/v1/sends".to_owned(), Some("key"), order.clone()).await;
    }
    let cancel = format!("/v1/sends/{}/cancel", sent["id"].as_str().unwrap_or_default());
    post("admin", cancel, None, json!({})).await;
    reopen(&world, school).await;
    (world, school)
}

/// An opt-out, and its reopening.
async fn reopen(world: &World, school: SchoolId) {
    let phone = PhoneNumber::parse("0612345678", Territory::Metropole).unwrap();
    let stop = Stop { origin: OptOutOrigin::Reply(CarrierName::Bridge), at: world.clock.now(), reply: None };
    world.table.stop(school, phone, stop).await.unwrap();
    let id = world.table.opt_out_of(school, phone).await.unwrap().unwrap().id;
    let reason = json!({ "reason": "Accord écrit" });
    world.change(school, 1, "POST", &format!("/v1/opt-outs/{id}/reopen"), reason).await;
}

/// The entries of an audit log.
struct Told {
    entries: Vec<Entry>,
}

impl Told {
    async fn of(world: &World, school: SchoolId) -> Self {
        Self { entries: world.table.audit(school, Span::ALWAYS, None, 500).await.unwrap() }
    }

    fn count(&self, acts: &[Act]) -> u64 {
        self.entries.iter().filter(|entry| acts.contains(&entry.act)).count() as u64
    }

    /// By template: the number of versions, and whether it was removed.
    fn templates(&self) -> BTreeMap<TemplateId, (u64, bool)> {
        let mut templates = BTreeMap::new();
        for entry in &self.entries {
            let Some(About::Template(id)) = entry.about else { continue };
            let (versions, removed) = templates.entry(id).or_insert((0, false));
            if entry.act == Act::TemplateDeleted { *removed = true } else { *versions += 1 }
        }
        templates
    }
}

/// Every change is in the audit log, and every entry has its change.
async fn check(world: &World, school: SchoolId) {
    let told = Told::of(world, school).await;
    let standing = world.table.standing(school).await.unwrap();
    let (applied, changed) = (told.count(&[Act::RegistrationApplied]), told.count(&[Act::SettingsChanged]));
    assert_eq!(standing.school.map_or(0, |school| school.version), applied + changed);
    // A new name is a change of the registration too.
    let decisions = [
        Act::RegistrationConfirmed,
        Act::RegistrationSuspended,
        Act::RegistrationResumed,
        Act::SettingsChanged,
    ];
    assert_eq!(standing.registration.map_or(0, |it| it.version), applied + told.count(&decisions));
    assert_eq!(u64::from(standing.licence.is_some()), told.count(&[Act::LicenceRefreshed]));

    let mut templates = told.templates();
    let kept = world.table.templates(school).await.unwrap();
    let imported = kept.iter().filter(|template| !templates.contains_key(&template.id)).count() as u64;
    assert_eq!(imported, 2 * told.count(&[Act::TemplatesImported]));
    for template in &kept {
        let Some(told) = templates.remove(&template.id) else { continue };
        assert_eq!(told, (template.version, false), "{}", template.id);
    }
    assert!(templates.values().all(|(_, removed)| *removed), "{templates:?} are not there");

    // An import's entry precedes its writes.
    let people = world.table.all_people(school).await.unwrap().len();
    assert!(people == 0 || told.count(&[Act::PeopleImported]) == 1);
    let sends = carillon_tests::sends_of(&world.table, school).await.unwrap();
    assert_eq!(sends.len() as u64, told.count(&[Act::SendAccepted]));
    let mut called_back = false;
    for send in &sends {
        let stored = world
            .table
            .parcel(ParcelId { school, send: send.id, number: ParcelNumber(0) })
            .await
            .unwrap()
            .unwrap();
        let by_hand = MessageState::Cancelled(Cancellation::ByHand);
        called_back |= stored.progress.states().any(|state| state == by_hand);
        let about = Some(About::Send(send.id));
        assert!(told.entries.iter().any(|entry| entry.act == Act::SendAccepted && entry.about == about));
    }
    assert_eq!(u64::from(called_back), told.count(&[Act::SendCancelled]));
    let recorded = world.table.recorded_opt_outs(school).await.unwrap();
    let reopened = recorded.iter().filter(|opt_out| !opt_out.is_closed()).count() as u64;
    assert_eq!(reopened, told.count(&[Act::OptOutReopened]));
    for act in Act::ALL {
        assert!(told.count(&[*act]) <= 1, "{act:?} has two entries");
    }
    holds_nothing_personal(world, school);
}

/// No entry holds a number, a name or a text, and each is well below one write unit.
fn holds_nothing_personal(world: &World, school: SchoolId) {
    let partition = format!("S#{school}#AUDIT");
    for item in world.items().iter().filter(|item| item["pk"]["S"] == partition.as_str()) {
        let words = item.to_string();
        assert!(words.len() < 512, "{words}");
        for personal in ["ROY", "Roy", "Anne", "PETIT", "Petit", "Luc", "12345", "Conseil", "per_", "Accord"]
        {
            assert!(!words.contains(personal), "{personal} is in {words}");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn whatever_call_fails_a_change_and_its_entry_are_both_there_or_neither() {
    let (world, school) = live(Faults::default()).await;
    check(&world, school).await;
    assert_eq!(Told::of(&world, school).await.entries.len(), 16, "each act once");
    let calls = world.faults.calls();
    let points = faults_at(0..calls);
    println!("audit: {points} points ({calls} calls × {} faults)", Fault::EACH.len());
    for (call, fault) in points {
        println!("audit: {fault:?} at call {call}");
        let (world, school) = live(Faults::at([(call, fault)])).await;
        check(&world, school).await;
    }
}
