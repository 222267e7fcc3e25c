//! CloudWatch's embedded metric format.
//!
//! CloudWatch extracts metrics from such log lines: no call, no permission, no latency. A line has one
//! value per dimension, so failures need one line per reason, in addition to the line of all other
//! metrics.

use std::time::{Duration, SystemTime};

use jiff::Timestamp;
use metrique_writer_core::{
    Entry, EntryWriter, MetricFlags, Observation, Unit, Value, ValueWriter, format::Format,
    unit::NegativeScale,
};
use metrique_writer_format_emf::Emf;

use super::Counts;

/// The namespace of all metrics.
const NAMESPACE: &str = "Carillon";
/// The dimension of every metric: the function's short name.
const FUNCTION: &str = "Function";
/// The second dimension of failures: reason codes, which are few.
const REASON: &str = "Reason";

/// Renders the counts of a function; empty without any.
pub(super) fn lines(function: &'static str, counts: &Counts, at: Timestamp) -> Vec<u8> {
    let mut lines = Vec::new();
    let told = Told { function, reason: None, at, counts, values: values(counts) };
    if !told.values.is_empty() {
        write(&told, &[&[FUNCTION]], &mut lines);
    }
    for (reason, failed) in &counts.failed {
        let values = vec![("Failed", Unit::Count, *failed)];
        let told = Told { function, reason: Some(reason), at, counts, values };
        write(&told, &[&[FUNCTION], &[FUNCTION, REASON]], &mut lines);
    }
    lines
}

/// Returns the nonzero counts except failures.
fn values(counts: &Counts) -> Vec<(&'static str, Unit, u64)> {
    let waited =
        counts.queue_delay.map(|delay| u64::try_from(delay.as_millis()).expect("a delay ends with its send"));
    [
        ("Accepted", Unit::Count, counts.accepted),
        ("Segments", Unit::Count, counts.segments),
        ("Cost", Unit::None, counts.cost_micro_eur),
        ("Sent", Unit::Count, counts.sent),
        ("Unknown", Unit::Count, counts.unknown),
        ("Reconciled", Unit::Count, counts.reconciled),
        ("Expired", Unit::Count, counts.expired),
        ("Cancelled", Unit::Count, counts.cancelled),
        ("Delivered", Unit::Count, counts.delivered),
    ]
    .into_iter()
    .filter(|(_, _, value)| *value > 0)
    // A zero delay counts: it is part of the average.
    .chain(waited.map(|waited_ms| ("QueueDelay", Unit::Second(NegativeScale::Milli), waited_ms)))
    .collect()
}

/// One line.
struct Told<'c> {
    function: &'static str,
    reason: Option<&'static str>,
    at: Timestamp,
    counts: &'c Counts,
    values: Vec<(&'static str, Unit, u64)>,
}

impl Entry for Told<'_> {
    fn write<'a>(&'a self, writer: &mut impl EntryWriter<'a>) {
        let since_epoch = u64::try_from(self.at.as_millisecond()).expect("a clock is past 1970");
        writer.timestamp(SystemTime::UNIX_EPOCH + Duration::from_millis(since_epoch));
        writer.value(FUNCTION, self.function);
        if let Some(reason) = self.reason {
            writer.value(REASON, reason);
        }
        // Properties: searchable, but no metrics.
        if let Some(school) = self.counts.school() {
            writer.value("school", &school.to_string());
        }
        if let Some(send) = self.counts.send() {
            writer.value("send", &send.to_string());
        }
        for (name, unit, value) in &self.values {
            writer.value(*name, &Figure(*value, *unit));
        }
    }
}

/// A metric's value.
struct Figure(u64, Unit);

impl Value for Figure {
    fn write(&self, writer: impl ValueWriter) {
        writer.metric([Observation::Unsigned(self.0)], self.1, [], MetricFlags::empty());
    }
}

fn write(told: &Told<'_>, dimensions: &[&[&str]], lines: &mut Vec<u8>) {
    let dimensions =
        dimensions.iter().map(|set| set.iter().map(|name| (*name).to_owned()).collect()).collect();
    let mut format = Emf::builder(NAMESPACE.to_owned(), dimensions).build();
    let complete = lines.len();
    if let Err(error) = format.format(told, lines) {
        // A partial line would corrupt the next one.
        lines.truncate(complete);
        tracing::warn!(%error, "metrics not written");
    }
}

#[cfg(test)]
mod tests;
