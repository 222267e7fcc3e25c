//! Figures on the wire: lines in CloudWatch's embedded metric format.
//!
//! CloudWatch makes metrics of such lines of a log by itself: no call, no rights, nothing to wait for. A line has
//! one value for each dimension, so that failures need a line for each reason, beside the one for all the rest.

use std::time::{Duration, SystemTime};

use jiff::Timestamp;
use metrique_writer_core::{
    Entry, EntryWriter, MetricFlags, Observation, Unit, Value, ValueWriter, format::Format,
    unit::NegativeScale,
};
use metrique_writer_format_emf::Emf;

use super::Counts;

/// The namespace of all our metrics.
const NAMESPACE: &str = "Carillon";
/// The dimension that every metric has: the function's short name.
const FUNCTION: &str = "Function";
/// The second dimension of failures. Its values are the codes of reasons, of which there are few.
const REASON: &str = "Reason";

/// The lines that tell what a function counted; none if there is nothing to tell.
pub(super) fn lines(function: &'static str, counts: &Counts, at: Timestamp) -> Vec<u8> {
    let mut lines = Vec::new();
    let told = Occurrence { function, reason: None, at, counts, values: values(counts) };
    if !told.values.is_empty() {
        write(&told, &[&[FUNCTION]], &mut lines);
    }
    for (reason, failed) in &counts.failed {
        let values = vec![(FAILED, Unit::Count, *failed)];
        let told = Occurrence { function, reason: Some(reason), at, counts, values };
        write(&told, &[&[FUNCTION], &[FUNCTION, REASON]], &mut lines);
    }
    lines
}

/// A metric: its name, its unit, and where its value is.
type Metric = (&'static str, Unit, fn(&Counts) -> u64);

/// What is told when it is not zero.
const METRICS: [Metric; 9] = [
    ("Accepted", Unit::Count, |counts| counts.accepted),
    ("Segments", Unit::Count, |counts| counts.segments),
    ("Cost", Unit::None, |counts| counts.cost_micro_eur),
    ("Sent", Unit::Count, |counts| counts.sent),
    ("Unknown", Unit::Count, |counts| counts.unknown),
    ("Reconciled", Unit::Count, |counts| counts.reconciled),
    ("Expired", Unit::Count, |counts| counts.expired),
    ("Cancelled", Unit::Count, |counts| counts.cancelled),
    ("Delivered", Unit::Count, |counts| counts.delivered),
];
/// Occurrence for each reason.
const FAILED: &str = "Failed";
/// Occurrence when a parcel was waited for.
const QUEUE_DELAY: &str = "QueueDelay";

/// The names of all metrics of ours.
pub fn metric_names() -> impl Iterator<Item = &'static str> {
    METRICS.into_iter().map(|(name, _, _)| name).chain([FAILED, QUEUE_DELAY])
}

/// What is not zero, but for failures.
fn values(counts: &Counts) -> Vec<(&'static str, Unit, u64)> {
    let waited = counts
        .queue_delay
        .map(|delay| u64::try_from(delay.as_millis()).expect("a delay is shorter than the calendar"));
    METRICS
        .into_iter()
        .map(|(name, unit, value)| (name, unit, value(counts)))
        .filter(|(_, _, value)| *value > 0)
        // A parcel that did not wait is news too: the average is made of it.
        .chain(waited.map(|waited_ms| (QUEUE_DELAY, Unit::Second(NegativeScale::Milli), waited_ms)))
        .collect()
}

/// One line.
struct Occurrence<'c> {
    function: &'static str,
    reason: Option<&'static str>,
    at: Timestamp,
    counts: &'c Counts,
    values: Vec<(&'static str, Unit, u64)>,
}

impl Entry for Occurrence<'_> {
    fn write<'a>(&'a self, writer: &mut impl EntryWriter<'a>) {
        let since_epoch = u64::try_from(self.at.as_millisecond()).expect("a clock is after 1970");
        writer.timestamp(SystemTime::UNIX_EPOCH + Duration::from_millis(since_epoch));
        writer.value(FUNCTION, self.function);
        if let Some(reason) = self.reason {
            writer.value(REASON, reason);
        }
        // Properties: a query finds them, no metric is made of them.
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

/// A value of a metric.
struct Figure(u64, Unit);

impl Value for Figure {
    fn write(&self, writer: impl ValueWriter) {
        writer.metric([Observation::Unsigned(self.0)], self.1, [], MetricFlags::empty());
    }
}

fn write(told: &Occurrence<'_>, dimensions: &[&[&str]], lines: &mut Vec<u8>) {
    let dimensions =
        dimensions.iter().map(|set| set.iter().map(|name| (*name).to_owned()).collect()).collect();
    let mut format = Emf::builder(NAMESPACE.to_owned(), dimensions).build();
    let complete = lines.len();
    if let Err(error) = format.format(told, lines) {
        // Half a line would spoil the next one.
        lines.truncate(complete);
        tracing::warn!(%error, "figures were not told");
    }
}

#[cfg(test)]
mod tests;
