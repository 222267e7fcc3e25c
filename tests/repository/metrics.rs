//! The alarms and the dashboard of the template use metrics that the code writes, of functions that write
//! them.

use std::{collections::BTreeSet, fs};

use serde_json::Value;

use super::{files, root};
use crate::template::Template;

/// One of our metrics, and its function.
type Asked = (String, String);

/// All of our metrics in a part of the template. A dashboard is JSON within a text.
fn asked_in(value: &Value, found: &mut BTreeSet<Asked>) {
    match value {
        Value::Object(fields) => {
            let of = &value["Dimensions"][0];
            if value["Namespace"] == "Carillon" && of["Name"] == "Function" {
                let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
                found.insert((text(&value["MetricName"]), text(&of["Value"])));
            }
            fields.values().for_each(|field| asked_in(field, found));
        }
        Value::Array(items) => items.iter().for_each(|item| asked_in(item, found)),
        Value::String(text) => found.extend(text.split("[\"Carillon\", \"").skip(1).filter_map(|rest| {
            let (metric, rest) = rest.split_once("\", \"Function\", \"")?;
            Some((metric.to_owned(), rest.split('"').next()?.to_owned()))
        })),
        _ => {}
    }
}

#[test]
fn every_metric_that_is_asked_for_is_written_by_the_function_that_it_is_asked_of() {
    let template = Template::read();
    let mut asked = BTreeSet::new();
    template.resources().for_each(|(_, resource)| asked_in(resource, &mut asked));
    let written = fs::read_to_string(root().join("shared/telemetry/src/emf.rs")).expect("the metrics");
    let told_by: BTreeSet<String> = files(".rs")
        .into_iter()
        .filter(|(_, text)| text.contains("metrics.tell("))
        .filter_map(|(path, _)| Some(path.strip_prefix("functions/")?.split('/').next()?.to_owned()))
        .collect();
    for (metric, function) in &asked {
        assert!(written.contains(&format!("(\"{metric}\", Unit::")), "nothing writes {metric}");
        assert!(told_by.contains(function), "{function} writes no metrics, and {metric} is expected of it");
    }
    let names: BTreeSet<&str> = asked.iter().map(|(metric, _)| metric.as_str()).collect();
    for metric in ["Accepted", "Sent", "Delivered", "Unknown", "QueueDelay", "Cost"] {
        assert!(names.contains(metric), "{metric} is unused");
    }
}
