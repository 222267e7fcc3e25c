//! Every alarm of the template reaches a person, who finds a line on what to do.

use std::{collections::BTreeSet, fs};

use serde_json::json;

use super::root;
use crate::template::Template;

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
