//! The destination of metrics.

use std::{
    io::{self, Write as _},
    sync::Arc,
};

use jiff::Timestamp;

use super::{Counts, emf};

/// A sink of metric lines.
#[derive(Clone)]
pub struct Metrics(Arc<Write>);

/// Accepts complete lines.
type Write = dyn Fn(&[u8]) + Send + Sync;

impl Metrics {
    /// Standard output: on Lambda the log, where CloudWatch extracts metrics.
    pub fn on_standard_output() -> Self {
        Self::written_by(|lines| {
            // Best effort: sending must not fail because of metrics.
            let _ = io::stdout().write_all(lines);
        })
    }

    /// Discards metrics: on a local machine, standard output belongs to other programs.
    pub fn nowhere() -> Self {
        Self::written_by(|_| {})
    }

    /// Uses a writer of complete lines.
    pub fn written_by(write: impl Fn(&[u8]) + Send + Sync + 'static) -> Self {
        Self(Arc::new(write))
    }

    /// Emits a function's counts once per invocation, if there are any. The function's name is the
    /// short one of its folder.
    pub fn tell(&self, function: &'static str, counts: &Counts, at: Timestamp) {
        let lines = emf::lines(function, counts, at);
        if !lines.is_empty() {
            (self.0)(&lines);
        }
    }
}
