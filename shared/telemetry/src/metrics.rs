//! Where figures go.

use std::{
    io::{self, Write as _},
    sync::Arc,
};

use jiff::Timestamp;

use super::{Counts, emf};

/// The way to whoever makes metrics of our figures.
#[derive(Clone)]
pub struct Metrics(Arc<Write>);

/// Takes whole lines.
type Write = dyn Fn(&[u8]) + Send + Sync;

impl Metrics {
    /// Standard output: on Lambda it is the log, where CloudWatch finds them.
    pub fn on_standard_output() -> Self {
        Self::written_by(|lines| {
            // Nothing can be done about it, and no text must fail for it.
            let _ = io::stdout().write_all(lines);
        })
    }

    /// Nobody, where nobody makes metrics: on one machine standard output belongs to the programs that read it.
    pub fn nowhere() -> Self {
        Self::written_by(|_| {})
    }

    /// Whatever takes whole lines.
    pub fn written_by(write: impl Fn(&[u8]) + Send + Sync + 'static) -> Self {
        Self(Arc::new(write))
    }

    /// Tells what a function counted: once for each run, and nothing if nothing happened. The function's name is
    /// the short one of its folder.
    pub fn tell(&self, function: &'static str, counts: &Counts, at: Timestamp) {
        let lines = emf::lines(function, counts, at);
        if !lines.is_empty() {
            (self.0)(&lines);
        }
    }
}
