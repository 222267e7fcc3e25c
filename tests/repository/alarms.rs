//! Every alarm of the template notifies the operator and has a row in the runbook.

use std::{collections::BTreeSet, fs};

use serde_json::json;

use super::{files, root};
use crate::template::{FunctionResource, Template, target};

/// The alarms in the first cells of a table's rows.
fn explained() -> BTreeSet<String> {
    let readme = fs::read_to_string(root().join("infra/README.md")).expect("infra/README.md");
    let cells = readme.lines().filter_map(|line| line.strip_prefix("| ")?.split(" | ").next());
    let names =
        cells.flat_map(|cell| cell.split(", ")).filter_map(|name| name.strip_prefix('`')?.strip_suffix('`'));
    names.filter(|name| name.ends_with("Alarm")).map(str::to_owned).collect()
}

#[test]
fn every_alarm_reaches_a_person_who_finds_a_line_on_what_to_do() {
    let template = Template::read();
    let kinds = ["AWS::CloudWatch::Alarm", "AWS::CloudWatch::CompositeAlarm"];
    let alarms: Vec<_> = kinds.iter().flat_map(|kind| template.of_kind(kind)).collect();
    for (id, alarm) in &alarms {
        assert_eq!(alarm["AlarmActions"], json!([{ "Ref": "AlarmTopic" }]), "{id}");
    }
    let ids: BTreeSet<String> = alarms.iter().map(|(id, _)| (*id).to_owned()).collect();
    assert_eq!(ids, explained(), "the alarms of infra/template.yaml and those of infra/README.md");
}

/// Events of one school, which learns of them itself; they need no operator.
const OF_ONE_SCHOOL: [&str; 2] = ["licence_ended", "licence_ending"];

/// The alarms in log lines, with the files that write them.
fn lines_for_a_person() -> BTreeSet<(String, String)> {
    let code = files(".rs")
        .into_iter()
        .filter(|(path, _)| path.starts_with("functions/") || path.starts_with("shared/"));
    let named = code.flat_map(|(path, text)| {
        let names =
            text.split("alarm = \"").skip(1).filter_map(|rest| rest.split('"').next()).map(str::to_owned);
        names.map(|name| (name, path.clone())).collect::<Vec<_>>()
    });
    named.filter(|(name, _)| !OF_ONE_SCHOOL.contains(&name.as_str())).collect()
}

#[test]
fn every_line_that_a_person_must_see_raises_an_alarm() {
    let template = Template::read();
    let lines = lines_for_a_person();
    let raised: BTreeSet<String> = template
        .of_kind("AWS::CloudWatch::Alarm")
        .filter(|(_, alarm)| {
            (&alarm["Namespace"], &alarm["MetricName"]) == (&json!("Carillon"), &json!("Alarms"))
        })
        .map(|(id, alarm)| alarm["Dimensions"][0]["Value"].as_str().unwrap_or(id).to_owned())
        .collect();
    let told: BTreeSet<String> = lines.iter().map(|(name, _)| name.clone()).collect();
    assert_eq!(raised, told);
    // A metric filter reads the log of each function that writes such a line.
    for function in FunctionResource::all(&template) {
        let folder = format!("functions/{}/", function.name);
        if lines.iter().any(|(_, path)| path.starts_with(&folder)) {
            let filter = function.belonging("AlarmLines");
            assert_eq!(target(&filter["LogGroupName"]), Some(format!("{}LogGroup", function.id).as_str()));
            assert_eq!(filter["FilterPattern"], "{ $.alarm = \"*\" }", "{}", function.name);
        }
    }
}
