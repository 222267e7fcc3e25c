//! The template gives each function its resources, with the numbers that the code relies on.

use carillon_local::queue::{Batching, MAX_RECEIVES};
use domain::sent_log::export::Export;
use runtime::deadline::USUAL_RUN;
use schedule::{Round, ScheduleEvent};
use serde_json::{Value, json};

use crate::template::{FunctionResource, Template, folders, target};

/// Without a timeout in the template, Lambda's default is three seconds.
fn timeout_s(function: &FunctionResource<'_>) -> u64 {
    function.property("Timeout").as_u64().unwrap_or(3)
}

#[test]
fn each_folder_is_a_function_and_each_function_a_folder() {
    let template = Template::read();
    let mut expected: Vec<String> =
        FunctionResource::all(&template).map(|function| format!("{}Function", function.id)).collect();
    let mut found: Vec<&str> = template.of_kind("AWS::Serverless::Function").map(|(id, _)| id).collect();
    expected.sort_unstable();
    found.sort_unstable();
    assert_eq!(found, expected);
    assert_eq!(found.len(), folders().len());
}

#[test]
fn each_function_runs_its_own_bootstrap_and_writes_into_its_own_log_for_a_while() {
    let template = Template::read();
    for function in FunctionResource::all(&template) {
        let (name, id) = (&function.name, &function.id);
        assert_eq!(function.property("CodeUri"), &json!(format!("../target/lambda/{name}/")));
        assert_eq!(function.property("Runtime"), "provided.al2023", "{name}");
        assert_eq!(function.property("Architectures"), &json!([{ "Ref": "Architecture" }]), "{name}");
        let full = |before: &str| json!({ "Fn::Sub": format!("{before}${{AWS::StackName}}-{name}") });
        assert_eq!(function.property("FunctionName"), &full(""));
        let log = format!("{id}LogGroup");
        assert_eq!(target(&function.property("LoggingConfig")["LogGroup"]), Some(log.as_str()), "{name}");
        let group = function.belonging("LogGroup");
        assert_eq!(group["LogGroupName"], full("/aws/lambda/"));
        assert!(target(&group["RetentionInDays"]).is_some(), "{log} never expires");
    }
}

#[test]
fn each_function_tells_when_it_fails_and_when_it_is_not_let_run() {
    let template = Template::read();
    for function in FunctionResource::all(&template) {
        for metric in ["Errors", "Throttles"] {
            let alarm = function.belonging(&format!("{metric}Alarm"));
            let of =
                json!([{ "Name": "FunctionName", "Value": { "Ref": format!("{}Function", function.id) } }]);
            let about = (&alarm["Namespace"], &alarm["MetricName"], &alarm["Dimensions"]);
            assert_eq!(about, (&json!("AWS/Lambda"), &json!(metric), &of), "{}", function.name);
        }
    }
}

#[test]
fn who_is_fed_by_a_queue_fails_message_by_message_and_has_the_time_to() {
    let template = Template::read();
    let mut fed = Vec::new();
    for function in FunctionResource::all(&template) {
        for mapping in function.queues() {
            let id = target(&mapping["Queue"]).expect("a queue of the template");
            let queue = template.properties(id);
            assert_eq!(mapping["FunctionResponseTypes"], json!(["ReportBatchItemFailures"]), "{id}");
            assert!(!mapping["ScalingConfig"]["MaximumConcurrency"].is_null(), "{id}");
            // AWS's recommendation: time for Lambda's own retries and the batching window.
            let window = mapping["MaximumBatchingWindowInSeconds"].as_u64().unwrap_or(0);
            let visible_after = queue["VisibilityTimeout"].as_u64().unwrap_or(30);
            assert!(visible_after >= 6 * timeout_s(&function) + window, "{id}: {visible_after} s");
            fed.push((function.name.clone(), id, mapping["BatchSize"].as_u64().unwrap_or(10)));
        }
    }
    let batch = |size: usize| u64::try_from(size).expect("a small number");
    assert_eq!(
        fed,
        [
            ("deadletters".to_owned(), "DeadLetterQueue", 10),
            ("deliver".to_owned(), "ParcelsQueue", batch(Batching::NONE.size)),
            ("receipts".to_owned(), "ReportsQueue", batch(Batching::OF_REPORTS)),
        ]
    );
}

/// The default timeout of functions that do not read their deadline.
#[test]
fn the_functions_that_look_at_their_end_have_the_usual_time() {
    let template = Template::read();
    let usual_s = u64::try_from(USUAL_RUN.as_secs()).expect("a time to come");
    let mut looking = 0;
    for function in FunctionResource::all(&template) {
        if ["deliver", "receipts"].contains(&function.name.as_str()) {
            assert_eq!(timeout_s(&function), usual_s, "{}", function.name);
            looking += 1;
        }
    }
    assert_eq!(looking, 2);
}

/// After this time, a job reports a download as failed.
#[test]
fn a_download_has_as_long_as_its_job_gives_it() {
    let template = Template::read();
    let streaming: Vec<_> =
        FunctionResource::all(&template).filter(FunctionResource::has_an_address).collect();
    let [exports] = &streaming[..] else { panic!("one function streams") };
    assert_eq!(i64::try_from(timeout_s(exports)), Ok(Export::LONGEST_DOWNLOAD.as_secs()));
}

#[test]
fn a_message_is_received_as_often_as_on_this_machine_before_it_is_dead() {
    let template = Template::read();
    for (id, dead) in [("ParcelsQueue", "DeadLetterQueue"), ("ReportsQueue", "ReportsDeadLetterQueue")] {
        let redrive = &template.properties(id)["RedrivePolicy"];
        assert_eq!(target(&redrive["deadLetterTargetArn"]), Some(dead));
        assert_eq!(redrive["maxReceiveCount"], MAX_RECEIVES, "{id}");
        // A dead letter retains the age of its message: it must not expire before the operator reads it.
        let kept = |id| template.properties(id)["MessageRetentionPeriod"].as_u64().expect("seconds");
        assert!(kept(dead) > kept(id), "{dead}");
    }
}

#[test]
fn every_round_of_the_schedule_comes_as_its_event_says() {
    let template = Template::read();
    let mut rounds = Vec::new();
    for function in FunctionResource::all(&template) {
        for schedule in function.schedules() {
            assert_eq!(function.name, "schedule");
            let input = schedule["Input"].as_str().expect("an event");
            let event: ScheduleEvent = serde_json::from_str(input).expect("a round");
            rounds.push(event.round);
        }
    }
    assert_eq!(rounds, [Round::Minute, Round::Night]);
}

#[test]
fn the_table_has_the_keys_and_the_end_of_life_that_the_code_writes() {
    let template = Template::read();
    let table = template.properties("Table");
    let key = |name: &str, kind: &str| json!({ "AttributeName": name, "KeyType": kind });
    assert_eq!(table["KeySchema"], json!([key("pk", "HASH"), key("sk", "RANGE")]));
    assert_eq!(table["TimeToLiveSpecification"], json!({ "AttributeName": "ttl", "Enabled": true }));
    assert_eq!(table["BillingMode"], "PAY_PER_REQUEST");
    assert_eq!(table["PointInTimeRecoverySpecification"]["PointInTimeRecoveryEnabled"], Value::from(true));
    assert!(table["GlobalSecondaryIndexes"].is_null(), "nothing reads an index");
}
