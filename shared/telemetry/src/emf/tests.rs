//! Tests of the lines against CloudWatch's specification.

use std::collections::BTreeMap;

use serde_json::{Map, Value as Json};

use super::*;
use domain::{pricing::MicroEuros, sending::Totals};

const AT: Timestamp = Timestamp::constant(1_795_510_800, 123_000_000);

/// Returns the valid lines of a function.
fn told(function: &'static str, counts: &Counts) -> String {
    let lines = String::from_utf8(lines(function, counts, AT)).unwrap();
    lines.lines().for_each(check);
    lines.trim_end().to_owned()
}

/// Checks the documented rules of the embedded metric format.
fn check(line: &str) {
    let line: Map<String, Json> = serde_json::from_str(line).unwrap();
    let metadata = &line["_aws"];
    assert_eq!(metadata["Timestamp"], AT.as_millisecond());
    for directive in metadata["CloudWatchMetrics"].as_array().unwrap() {
        assert_eq!(directive["Namespace"], "Carillon");
        for set in directive["Dimensions"].as_array().unwrap() {
            let set = set.as_array().unwrap();
            assert!((1..=30).contains(&set.len()));
            for dimension in set {
                let value = line[dimension.as_str().unwrap()].as_str().unwrap();
                assert!((1..=1024).contains(&value.len()) && value.is_ascii());
            }
        }
        let metrics = directive["Metrics"].as_array().unwrap();
        assert!((1..=100).contains(&metrics.len()));
        for metric in metrics {
            assert!(line[metric["Name"].as_str().unwrap()].is_u64());
            let unit = metric.get("Unit").map_or("None", |unit| unit.as_str().unwrap());
            assert!(["Count", "Milliseconds", "None"].contains(&unit), "{unit}");
        }
    }
}

fn one_send(counts: Counts) -> Counts {
    let school = "sch_01J0000000000000000000000A".parse().unwrap();
    counts.of(school, "snd_01J0000000000000000000000B".parse().unwrap())
}

#[test]
fn an_accepted_send_is_one_line() {
    let totals = Totals { messages: 230, segments: 460, price: MicroEuros::new(25_300_000) };
    insta::assert_snapshot!(told("send", &one_send(Counts::accepted(totals))), @r#"{"_aws":{"CloudWatchMetrics":[{"Namespace":"Carillon","Dimensions":[["Function"]],"Metrics":[{"Name":"Accepted","Unit":"Count"},{"Name":"Segments","Unit":"Count"},{"Name":"Cost"}]}],"Timestamp":1795510800123},"Accepted":230,"Segments":460,"Cost":25300000,"Function":"send","school":"sch_01J0000000000000000000000A","send":"snd_01J0000000000000000000000B"}"#);
}

#[test]
fn a_delivery_is_a_line_and_one_more_for_each_reason() {
    let failed = BTreeMap::from([("blocked", 1), ("invalid_number", 3)]);
    let counts = Counts { sent: 95, unknown: 1, failed, ..Counts::waited(Duration::from_millis(1_840)) };
    insta::assert_snapshot!(told("deliver", &one_send(counts)), @r#"
    {"_aws":{"CloudWatchMetrics":[{"Namespace":"Carillon","Dimensions":[["Function"]],"Metrics":[{"Name":"Sent","Unit":"Count"},{"Name":"Unknown","Unit":"Count"},{"Name":"QueueDelay","Unit":"Milliseconds"}]}],"Timestamp":1795510800123},"Sent":95,"Unknown":1,"QueueDelay":1840,"Function":"deliver","school":"sch_01J0000000000000000000000A","send":"snd_01J0000000000000000000000B"}
    {"_aws":{"CloudWatchMetrics":[{"Namespace":"Carillon","Dimensions":[["Function"],["Function","Reason"]],"Metrics":[{"Name":"Failed","Unit":"Count"}]}],"Timestamp":1795510800123},"Failed":1,"Function":"deliver","Reason":"blocked","school":"sch_01J0000000000000000000000A","send":"snd_01J0000000000000000000000B"}
    {"_aws":{"CloudWatchMetrics":[{"Namespace":"Carillon","Dimensions":[["Function"],["Function","Reason"]],"Metrics":[{"Name":"Failed","Unit":"Count"}]}],"Timestamp":1795510800123},"Failed":3,"Function":"deliver","Reason":"invalid_number","school":"sch_01J0000000000000000000000A","send":"snd_01J0000000000000000000000B"}
    "#);
}

#[test]
fn receipts_of_several_schools_name_none() {
    let school = "sch_01J0000000000000000000000Z".parse().unwrap();
    let mut counts = one_send(Counts { delivered: 870, ..Counts::default() });
    counts += Counts { failed: BTreeMap::from([("unreachable", 12)]), ..Counts::default() }
        .of(school, "snd_01J0000000000000000000000Y".parse().unwrap());
    insta::assert_snapshot!(told("receipts", &counts), @r#"
    {"_aws":{"CloudWatchMetrics":[{"Namespace":"Carillon","Dimensions":[["Function"]],"Metrics":[{"Name":"Delivered","Unit":"Count"}]}],"Timestamp":1795510800123},"Delivered":870,"Function":"receipts"}
    {"_aws":{"CloudWatchMetrics":[{"Namespace":"Carillon","Dimensions":[["Function"],["Function","Reason"]],"Metrics":[{"Name":"Failed","Unit":"Count"}]}],"Timestamp":1795510800123},"Failed":12,"Function":"receipts","Reason":"unreachable"}
    "#);
}

#[test]
fn a_run_in_which_nothing_happened_tells_nothing() {
    assert_eq!(told("deliver", &one_send(Counts::default())), "");
}

#[test]
fn a_parcel_that_did_not_wait_is_told_all_the_same() {
    insta::assert_snapshot!(told("deliver", &Counts::waited(Duration::ZERO)), @r#"{"_aws":{"CloudWatchMetrics":[{"Namespace":"Carillon","Dimensions":[["Function"]],"Metrics":[{"Name":"QueueDelay","Unit":"Milliseconds"}]}],"Timestamp":1795510800123},"QueueDelay":0,"Function":"deliver"}"#);
}
