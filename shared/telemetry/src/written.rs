//! The captured log of a code section, for tests.

#![expect(clippy::unwrap_used, reason = "only tests of other crates link it")]

use std::{
    collections::BTreeMap,
    io,
    sync::{Arc, Mutex},
};

use serde_json::{Map, Value};

use super::logs;

#[derive(Clone, Default)]
struct Written(Arc<Mutex<Vec<u8>>>);

impl io::Write for Written {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Returns the lines that a closure logs, without timestamps.
pub fn written(program: impl FnOnce()) -> String {
    let written = Written::default();
    let writer = written.clone();
    let subscriber = logs().with_writer(move || writer.clone()).finish();
    tracing::subscriber::with_default(subscriber, program);
    let lines = String::from_utf8(written.0.lock().unwrap().clone()).unwrap();
    let without_instant = |line: &str| {
        let mut line: Map<String, Value> = serde_json::from_str(line).unwrap();
        let timestamp = line.remove("timestamp").unwrap();
        assert!(timestamp.as_str().unwrap().parse::<jiff::Timestamp>().is_ok(), "{timestamp}");
        serde_json::to_value(line.into_iter().collect::<BTreeMap<_, _>>()).unwrap().to_string()
    };
    lines.lines().map(without_instant).collect::<Vec<_>>().join("\n")
}
