//! The daily requests of a school's office and the operator, without sends.

use std::time::Duration;

use carillon_tests::{
    application,
    world::{Behaviour, Setting, World, to_all_teachers},
};
use domain::{
    audit::{Act, Entry},
    clock::Clock,
    directory::Person,
    erasure::{Pending, Stage},
    id::{ErasureId, SchoolId},
    line::Line,
    role::Role,
};
use schedule::Round;
use serde_json::{Value, json};

const TEACHER: &str = "Catégorie;Nom;Prénom;Portable\nprofesseur;ROY;Anne;06 12 34 56 78\n";

/// A day at the office of one school.
pub(super) async fn a_day() -> World {
    let world = World::new(Setting::default()).await;
    let school = world.school_of(TEACHER.to_owned()).await;
    settings(&world, school).await;
    audit(&world, school).await;
    decisions(&world).await;
    people(&world, school).await;
    templates(&world, school).await;
    world
}

async fn settings(world: &World, school: SchoolId) {
    for path in [
        "/v1/openapi.json",
        "/v1/rate-card",
        "/v1/registration",
        "/v1/registration/form",
        "/v1/school",
        "/v1/school/history",
        "/v1/licence",
    ] {
        world.sound_call(school, "admin", "GET", path, json!({})).await;
    }
    world.sound_change(school, 1, "PATCH", "/v1/school", json!({ "name": "Collège Simone Veil" })).await;
    let card = json!({ "rate_card": "2026-09" });
    world.sound_call(school, "admin", "POST", "/v1/registration/acknowledgement", card).await;
    for path in ["/v1/operator/registrations", "/v1/operator/carriers", "/v1/operator/delivery"] {
        world.sound_call(school, "operator", "GET", path, json!({})).await;
    }
}

async fn audit(world: &World, school: SchoolId) {
    for path in ["/v1/audit", "/v1/audit?from=2026-11-24&to=2026-11-24"] {
        world.sound_call(school, "admin", "GET", path, json!({})).await;
    }
}

/// The operator's decisions: one school suspended, resumed and closed, another refused.
async fn decisions(world: &World) {
    let (school, other) = (world.school(std::iter::empty()).await, SchoolId::generate(world.clock.now()));
    world.sound_call(other, "admin", "POST", "/v1/registrations", application()).await;
    for (school, decision) in [(school, "suspend"), (school, "resume"), (school, "close"), (other, "refuse")]
    {
        let path = format!("/v1/operator/schools/{school}/{decision}");
        world.sound_call(school, "operator", "POST", &path, json!({})).await;
    }
}

async fn people(world: &World, school: SchoolId) {
    let person = |name: &str, id: &str| {
        json!({
            "audience": "staff", "first_name": name, "last_name": "Petit", "phone": "06 12 34 56 79",
            "external_id": id,
        })
    };
    let made = world.sound_call(school, "admin", "POST", "/v1/people", person("Luc", "A1")).await;
    let path = format!("/v1/people/{}", text(&made["id"]));
    world.sound_call(school, "admin", "GET", "/v1/people", json!({})).await;
    world.sound_call(school, "admin", "GET", &path, json!({})).await;
    world.sound_change(school, 1, "PUT", &path, person("Lucas", "A2")).await;
    // With identifiers in the directory, whose claims an import checks.
    world.import(school, "Catégorie;Nom;Prénom\nprofesseur;ROY;Anne\n".to_owned()).await;
    world.sound_change(school, 2, "DELETE", &path, json!({})).await;
    let wishes =
        json!({ "view": "teachers", "selection": { "everyone": true }, "set": { "accepts_sms": true } });
    world.sound_call(school, "admin", "POST", "/v1/people/preferences", wishes).await;
    world.sound_call(school, "admin", "GET", "/v1/opt-outs", json!({})).await;
}

async fn templates(world: &World, school: SchoolId) {
    let template = |label: &str| json!({ "label": label, "audience": "teachers", "context": "meeting", "body": "Conseil à 17 h" });
    let made = world.sound_call(school, "admin", "POST", "/v1/templates", template("Conseil")).await;
    let path = format!("/v1/templates/{}", text(&made["id"]));
    world.sound_change(school, 1, "PUT", &path, template("Conseil de classe")).await;
    for path in ["/v1/catalogue", "/v1/templates", &path, &format!("{path}/versions")] {
        world.sound_call(school, "admin", "GET", path, json!({})).await;
    }
    let measured = json!({ "text": "Conseil à 17 h" });
    world.sound_call(school, "admin", "POST", "/v1/texts/measure", measured).await;
    world.sound_call(school, "admin", "POST", &format!("{path}/preview"), json!({ "values": {} })).await;
    world.sound_change(school, 2, "POST", &format!("{path}/archive"), json!({})).await;
    world.sound_change(school, 3, "POST", &format!("{path}/restore"), json!({})).await;
    let copy = json!({ "label": "Conseil (copie)" });
    world.sound_call(school, "admin", "POST", &format!("{path}/duplicate"), copy).await;
    let mut file = world.sound_call(school, "admin", "GET", "/v1/templates/export", json!({})).await;
    file["templates"][0]["label"] = "Conseil de l’an dernier".into();
    world.sound_call(school, "admin", "POST", "/v1/templates/import", file).await;
    world.sound_change(school, 4, "DELETE", &path, json!({})).await;
}

/// Erases a mother by a request, and her child by the schedule; their opt-outs remain in force.
pub(super) async fn an_erasure() -> World {
    const FAMILY: &str = "Catégorie;Nom;Prénom;Classe;Portable;Nom élève;Prénom élève
professeur;ROY;Anne;;06 12 34 56 70;;
élève;BLANC;Zoé;6e A;06 12 34 56 71;;
responsable;BLANC;Léa;;06 12 34 56 72;BLANC;Zoé
responsable;BLANC;Paul;;06 12 34 56 73;BLANC;Zoé
";
    let mut world = World::new(Setting::default()).await;
    let school = world.school_of(FAMILY.to_owned()).await;
    world.start_workers();
    let planned = |view: &str, audience: &str| {
        json!({
            "view": view, "selection": { "everyone": true }, "send_at": "2026-11-25T10:15",
            "text": { "audience": audience, "context": "meeting", "body": "Réunion" },
        })
    };
    for (key, view, audience) in [("a", "teachers", "teachers"), ("b", "pupils", "guardians")] {
        world.send_until_answered(school, "/v1/sends", key, &planned(view, audience)).await;
    }
    for last in ["71", "72"] {
        let said = json!({
            "type": "reply", "from": format!("+336123456{last}"), "text": "STOP", "at": "2026-11-24T09:00:30Z",
        });
        assert_eq!(world.tell(last, &said).await, 202);
    }
    tokio::time::sleep(Duration::from_secs(60)).await;
    let people = world.table.all_people(school).await.expect("the table answers");
    let named = |name: &str| {
        people.iter().find(|person| person.details.first_name.as_str() == name).expect("a name").clone()
    };
    let (mother, child) = (named("Léa"), named("Zoé"));
    let path = format!("/v1/people/{}", mother.id);
    world.sound_call(school, "admin", "GET", &format!("{path}/data"), json!({})).await;
    let erased = world.sound_change(school, 1, "DELETE", &format!("{path}?erase=true"), json!({})).await;
    let told = format!("/v1/erasures/{}", text(&erased["id"]));
    world.sound_call(school, "admin", "GET", &told, json!({})).await;
    // What its files say is discarded by the schedule.
    world.import(school, TEACHER.to_owned()).await;
    begin_to_erase(&world, school, child).await;
    for _ in 0..5 {
        world.round(Round::Minute).await;
        tokio::time::sleep(Duration::from_secs(60)).await;
    }
    world.sound_call(school, "admin", "POST", "/v1/sends/preview", to_all_teachers("Conseil")).await;
    // Their hour has come.
    tokio::time::sleep(Duration::from_secs(24 * 3600 + 900)).await;
    world.round(Round::Minute).await;
    tokio::time::sleep(Duration::from_secs(60)).await;
    world
}

/// A request that dies after beginning an erasure.
async fn begin_to_erase(world: &World, school: SchoolId, person: Person) {
    let now = world.clock.now();
    let pending = Pending {
        id: ErasureId::generate(now),
        school,
        person: person.id,
        numbers: person.details.phone.into_iter().collect(),
        began_at: now,
        stage: Stage::Erasing,
        due_at: now,
    };
    let by = Line::parse("chef").expect("a line");
    let entry = Entry::new(by, Role::Admin, Act::PersonErased, now).about(pending.id);
    world.table.begin_erasure(&pending, Some(&person), entry).await.expect("it begins");
}

/// A STOP, and the decision to reopen the number.
pub(super) async fn a_stop_and_a_decision() -> World {
    let mut world = World::new(Setting::default()).await;
    let school = world.school(std::iter::once("0612345678".to_owned())).await;
    world.start_workers();
    world.send_until_answered(school, "/v1/sends", "key", &to_all_teachers("Conseil")).await;
    tokio::time::sleep(Duration::from_secs(30)).await;
    // One reply refers to its text, the other does not.
    let reference = world.fake_carrier.calls()[0].reference.clone();
    let mut reply =
        json!({ "type": "reply", "from": "+33612345678", "text": "STOP", "at": "2026-11-24T09:00:30Z" });
    assert_eq!(world.tell("one", &reply).await, 202);
    reply["in_reply_to"] = format!("{school}-{reference}").into();
    assert_eq!(world.tell("other", &reply).await, 202);
    tokio::time::sleep(Duration::from_secs(60)).await;
    let listed = world.sound_call(school, "admin", "GET", "/v1/opt-outs", json!({})).await;
    let stopped = &listed["opt_outs"][0];
    let reopen = format!("/v1/opt-outs/{}/reopen", text(&stopped["id"]));
    let version = stopped["version"].as_u64().unwrap();
    world.sound_change(school, version, "POST", &reopen, json!({ "reason": "Accord écrit" })).await;
    world
}

/// A halted carrier, until the operator resumes delivery.
pub(super) async fn a_halt_and_its_end() -> World {
    let began = tokio::time::Instant::now();
    let script = move |_: &str, _: u32| {
        if began.elapsed() < Duration::from_secs(60) { Behaviour::Halt } else { Behaviour::Accept }
    };
    let mut world = World::new(Setting { script: Box::new(script), ..Setting::default() }).await;
    let school = world.school(std::iter::once("0612345678".to_owned())).await;
    world.start_workers();
    world.send_until_answered(school, "/v1/sends", "key", &to_all_teachers("Conseil")).await;
    tokio::time::sleep(Duration::from_secs(120)).await;
    world.sound_call(school, "operator", "POST", "/v1/operator/delivery/resume", json!({})).await;
    world.round(Round::Minute).await;
    tokio::time::sleep(Duration::from_secs(60)).await;
    world.round(Round::Minute).await;
    world
}

fn text(value: &Value) -> &str {
    value.as_str().expect("a text")
}
