//! The metrics of a world's functions, summed up like CloudWatch.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, PoisonError},
};

use serde_json::Value;
use telemetry::Metrics;

use super::violation::Violation;

/// The sums of all metrics over all functions, by name.
#[derive(Clone, Debug, Default)]
pub struct Figures(Arc<Mutex<BTreeMap<String, u64>>>);

impl Figures {
    /// A metrics sink into these sums.
    pub fn metrics(&self) -> Metrics {
        let figures = self.clone();
        Metrics::written_by(move |lines| figures.add(lines))
    }

    /// The sum of one metric.
    pub fn sum(&self, name: &str) -> u64 {
        let sums = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        sums.get(name).copied().unwrap_or(0)
    }

    /// Compares metrics with the sent log: no state may have a higher count than messages. Without faults,
    /// the counts are equal.
    pub fn check<N: Into<u64> + Copy>(
        &self,
        states: &BTreeMap<&'static str, N>,
        was_disturbed: bool,
    ) -> Result<(), Violation> {
        let count = |state: &str| states.get(state).copied().map_or(0, N::into);
        let told = |name: &str| self.sum(name);
        let all = states.values().copied().map(N::into).sum();
        let known = told("Sent") + told("Failed") + told("Expired") + told("Cancelled");
        for (name, told, in_the_log) in [
            ("accepted", told("Accepted"), all),
            ("sent", told("Sent"), count("sent")),
            ("failed", told("Failed"), count("failed")),
            ("expired", told("Expired"), count("expired")),
            ("cancelled", told("Cancelled"), count("cancelled")),
            ("settled", known + told("Unknown").saturating_sub(told("Reconciled")), all),
        ] {
            if told > in_the_log || (told < in_the_log && !was_disturbed) {
                return Err(Violation::new(format!("{told} were told as {name}, and {in_the_log} are")));
            }
        }
        Ok(())
    }

    fn add(&self, lines: &[u8]) {
        let mut sums = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        for line in lines.split(|byte| *byte == b'\n').filter(|line| !line.is_empty()) {
            let line: Value = serde_json::from_slice(line).expect("a line of JSON");
            let metrics = line["_aws"]["CloudWatchMetrics"][0]["Metrics"].as_array().expect("metrics");
            for name in metrics.iter().filter_map(|metric| metric["Name"].as_str()) {
                *sums.entry(name.to_owned()).or_default() += line[name].as_u64().expect("a whole number");
            }
        }
    }
}
