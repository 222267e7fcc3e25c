//! The alarms and the dashboard of the template ask for metrics that the code writes, of functions that write them.

use std::{cell::Cell, collections::BTreeSet, sync::Arc};

use aws::Secret;
use carriers::{Carriers, Ovh};
use domain::clock::Clock;
use queues::{Queue, ReportQueue};
use runtime::{Environment, Services, SettingError};
use serde_json::Value;
use store::Table;
use telemetry::Metrics;

use super::environment::{make, with_carriers};
use crate::template::{Template, folders};

/// A metric of ours, and the function that it is asked of.
type Asked = (String, String);

/// Every metric of ours in a part of the template. A dashboard is JSON within a text.
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

/// Notes whether a function asks for a way to tell figures.
struct AskedForMetrics {
    environment: Environment,
    asked: Cell<bool>,
}

impl Services for AskedForMetrics {
    type Error = SettingError;

    fn table(&self) -> Result<Table, SettingError> {
        self.environment.table()
    }

    fn erasure_key(&self) -> Result<Secret, SettingError> {
        self.environment.erasure_key()
    }

    fn queue(&self) -> Result<Queue, SettingError> {
        self.environment.queue()
    }

    fn reports(&self) -> Result<ReportQueue, SettingError> {
        self.environment.reports()
    }

    fn carriers(&self) -> Result<Carriers, SettingError> {
        self.environment.carriers()
    }

    fn ovh(&self) -> Result<Option<Arc<Ovh>>, SettingError> {
        self.environment.ovh()
    }

    fn ovh_callback_secret(&self) -> Result<Option<Secret>, SettingError> {
        self.environment.ovh_callback_secret()
    }

    fn twilio_proof(&self) -> Result<Option<(Secret, String)>, SettingError> {
        self.environment.twilio_proof()
    }

    fn bridge_key(&self) -> Result<Option<Secret>, SettingError> {
        self.environment.bridge_key()
    }

    fn exports_url(&self) -> Result<String, SettingError> {
        self.environment.exports_url()
    }

    fn metrics(&self) -> Metrics {
        self.asked.set(true);
        self.environment.metrics()
    }

    fn clock(&self) -> Arc<dyn Clock> {
        self.environment.clock()
    }
}

fn tells_figures(function: &str) -> bool {
    let services = AskedForMetrics { environment: with_carriers("sns", |_| {}), asked: Cell::new(false) };
    make(function, &services).expect("all that it needs is set");
    services.asked.get()
}

#[test]
fn every_metric_that_is_asked_for_is_written_by_the_function_that_it_is_asked_of() {
    let template = Template::read();
    let mut asked = BTreeSet::new();
    template.resources().for_each(|(_, resource)| asked_in(resource, &mut asked));
    let written: BTreeSet<&str> = telemetry::metric_names().collect();
    let told_by: BTreeSet<String> =
        folders().into_iter().filter(|function| tells_figures(function)).collect();
    for (metric, function) in &asked {
        assert!(written.contains(metric.as_str()), "nothing writes {metric}");
        assert!(told_by.contains(function), "{function} tells nothing, and is asked for {metric}");
    }
    let names: BTreeSet<&str> = asked.iter().map(|(metric, _)| metric.as_str()).collect();
    for metric in ["Accepted", "Sent", "Delivered", "Unknown", "QueueDelay", "Cost"] {
        assert!(names.contains(metric), "nobody looks at {metric}");
    }
}
