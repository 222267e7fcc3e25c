//! The log of a whole run: no personal data, and context in each line.

use std::{
    collections::{BTreeMap, BTreeSet},
    io,
    sync::{Arc, Mutex, PoisonError},
};

use carillon_tests::{Functions, Service, batch};
use carriers::Simulator;
use domain::id::SchoolId;
use serde_json::{Value, json};
use tracing::level_filters::LevelFilter;

#[derive(Clone, Default)]
struct Captured(Arc<Mutex<Vec<u8>>>);

impl io::Write for Captured {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).extend(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// A log line on AWS, at "info" and above.
type Line = BTreeMap<String, Value>;

/// One line of each kind in a school's journey, by message. Variable values are replaced by their names;
/// transient failures on a busy machine are dropped.
fn kinds(lines: &[Line], school: &str) -> BTreeMap<String, Line> {
    let mut kinds = BTreeMap::new();
    let is_one =
        |line: &&Line| line.get("school").is_some_and(|of| of == school) && !line.contains_key("chain");
    for line in lines.iter().filter(is_one) {
        let mut line = line.clone();
        for name in ["timestamp", "request_id", "school", "send", "registration"] {
            line.entry(name.to_owned()).and_modify(|value| *value = json!(format!("[{name}]")));
        }
        let message = line["message"].as_str().unwrap_or_default();
        let route = line.get("route").and_then(Value::as_str).unwrap_or_default();
        let status = line.get("status").map(Value::to_string).unwrap_or_default();
        kinds.entry([message, route, &status].join(" ").trim().to_owned()).or_insert(line);
    }
    kinds
}

/// Each line has its request id and its school, at any depth of the code.
fn every_line_is_about_somebody(lines: &[Line], school: &str) {
    let value = |line: &Line, name: &str| line.get(name).and_then(Value::as_str).map(str::to_owned);
    let ours = |line: &&Line| value(line, "school").as_deref() == Some(school);
    let runs: BTreeSet<String> =
        lines.iter().filter(ours).filter_map(|line| value(line, "request_id")).collect();
    for line in lines {
        if ours(&line) {
            assert!(line.contains_key("request_id"), "{line:?}");
        }
        if value(line, "request_id").is_some_and(|run| runs.contains(&run)) {
            assert_eq!(value(line, "school").as_deref(), Some(school), "{line:?}");
        }
        // Lines of work that other tests began before this log have neither.
        let is_of_a_school = line.contains_key("send")
            || ["admin", "sender", "reader"].map(Some).contains(&value(line, "role").as_deref());
        if is_of_a_school && line.contains_key("request_id") {
            assert!(line.contains_key("school"), "{line:?}");
        }
        for name in line.keys() {
            let is_snake = name.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_');
            assert!(is_snake, "{name} is written otherwise than the other names");
        }
    }
}

/// Queue messages of this school: an erased parcel, and an exhausted one.
async fn brought_by_queues(service: &Service, school: SchoolId) {
    let functions = Functions::of(service);
    let parcel =
        json!({ "v": "parcel/1", "school": school, "send": "snd_01J00000000000000000000000", "parcel": 3 });
    let event = || batch(&[("19dd0b57", &parcel.to_string())]);
    telemetry::invocation("8f5079f7-1", functions.deliver(event(), Arc::new(Simulator))).await;
    telemetry::invocation("8f5079f7-2", functions.record_dead_letters(event())).await;
}

/// The subscriber is global: this test reads the lines of concurrent tests too.
#[tokio::test(flavor = "multi_thread")]
async fn no_log_line_has_a_number_a_name_or_a_text_and_each_says_whom_it_is_about() {
    let captured = Captured::default();
    let writer = captured.clone();
    let logs = telemetry::logs().with_max_level(LevelFilter::DEBUG).with_writer(move || writer.clone());
    tracing::subscriber::set_global_default(logs.finish()).unwrap();
    let service = Service::start().await;
    let (school, admin) = service.licensed_school().await;
    let file = "Catégorie;Nom;Prénom;Portable\n\
        professeur;Wyszynski;Ottoline;06 39 98 77 10\n\
        professeur;Wyszynski;Barnabé;06 39 98 77 01\n\
        professeur;Wyszynski;Faustine;06 39 98 77 02\n\
        professeur;Wyszynski;Landline;01 42 34 77 89\n";
    admin.import(file).await.expect(200);
    let order = json!({
        "view": "teachers", "selection": { "everyone": true },
        "text": { "audience": "teachers", "context": "information", "body": "Message très secret pour {{recipient.name}}" },
    });
    let send = admin.post_once("/v1/sends", &order).await.expect(201);
    service.settled(&admin, send["id"].as_str().unwrap()).await;
    // Refusals, with personal data where a careless message would repeat it.
    let person = json!({ "audience": "x", "first_name": "Ottoline\u{7}", "last_name": "Wyszynski", "phone": "06 39 98 77" });
    admin.post("/v1/people", &person).await.expect(422);
    admin.get("/v1/people/Wyszynski").await.expect(404);
    admin.get("/v1/messages?person=Ottoline").await.expect(422);

    brought_by_queues(&service, school).await;

    let lines = captured.0.lock().unwrap_or_else(PoisonError::into_inner).clone();
    let lines = String::from_utf8(lines).unwrap();
    assert!(lines.contains("\"import committed\"") && lines.contains("/v1/sends"), "the log was captured");
    for secret in [
        "Wyszynski",
        "Ottoline",
        "Barnabé",
        "Faustine",
        "très secret",
        "3998771",
        "3998770",
        "39 98 77",
        "42347789",
        "42 34 77",
    ] {
        assert!(!lines.contains(secret), "the log has {secret}");
    }
    let lines: Vec<Line> = lines.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let on_aws: Vec<Line> = lines
        .into_iter()
        .filter(|line| !["DEBUG", "TRACE"].map(Value::from).contains(&line["level"]))
        .collect();
    every_line_is_about_somebody(&on_aws, &school.to_string());
    let kinds: Vec<String> = kinds(&on_aws, &school.to_string())
        .into_values()
        .map(|line| serde_json::to_string(&line).unwrap())
        .collect();
    insta::assert_snapshot!(kinds.join("\n"), @r#"
    {"level":"INFO","message":"accepted","messages":3,"request_id":"[request_id]","school":"[school]","send":"[send]","timestamp":"[timestamp]"}
    {"level":"INFO","message":"applied","registration":"[registration]","request_id":"[request_id]","school":"[school]","timestamp":"[timestamp]"}
    {"alarm":"dead_letter","fate":"the remaining messages failed in the sent log","level":"ERROR","message":"dead letter recorded","message_id":"19dd0b57","parcel":"0003","request_id":"[request_id]","school":"[school]","send":"[send]","timestamp":"[timestamp]"}
    {"decision":"confirm","level":"INFO","message":"decided","request_id":"[request_id]","school":"[school]","timestamp":"[timestamp]"}
    {"archived":0,"created":4,"level":"INFO","message":"import committed","refused":0,"request_id":"[request_id]","school":"[school]","timestamp":"[timestamp]","updated":0}
    {"level":"INFO","message":"licence refreshed","request_id":"[request_id]","school":"[school]","timestamp":"[timestamp]"}
    {"level":"WARN","message":"parcel not found","message_id":"19dd0b57","parcel":"0003","request_id":"[request_id]","school":"[school]","send":"[send]","timestamp":"[timestamp]"}
    {"level":"INFO","message":"request","method":"POST","request_id":"[request_id]","role":"admin","route":"/v1/imports","school":"[school]","status":201,"timestamp":"[timestamp]"}
    {"level":"INFO","message":"request","method":"POST","request_id":"[request_id]","role":"admin","route":"/v1/imports/{id}/apply","school":"[school]","status":200,"timestamp":"[timestamp]"}
    {"level":"INFO","message":"request","method":"POST","request_id":"[request_id]","role":"admin","route":"/v1/licence/refresh","school":"[school]","status":200,"timestamp":"[timestamp]"}
    {"level":"INFO","message":"request","method":"GET","request_id":"[request_id]","role":"admin","route":"/v1/messages","school":"[school]","status":422,"timestamp":"[timestamp]"}
    {"level":"INFO","message":"request","method":"POST","request_id":"[request_id]","role":"operator","route":"/v1/operator/schools/{id}/confirm","school":"[school]","status":200,"timestamp":"[timestamp]"}
    {"level":"INFO","message":"request","method":"POST","request_id":"[request_id]","role":"admin","route":"/v1/people","school":"[school]","status":422,"timestamp":"[timestamp]"}
    {"level":"INFO","message":"request","method":"GET","request_id":"[request_id]","role":"admin","route":"/v1/people/{id}","school":"[school]","status":404,"timestamp":"[timestamp]"}
    {"level":"INFO","message":"request","method":"POST","request_id":"[request_id]","role":"admin","route":"/v1/registrations","school":"[school]","status":201,"timestamp":"[timestamp]"}
    {"level":"INFO","message":"request","method":"POST","request_id":"[request_id]","role":"admin","route":"/v1/sends","school":"[school]","send":"[send]","status":201,"timestamp":"[timestamp]"}
    {"level":"INFO","message":"request","method":"GET","request_id":"[request_id]","role":"admin","route":"/v1/sends/{id}","school":"[school]","send":"[send]","status":200,"timestamp":"[timestamp]"}
    "#);
}
