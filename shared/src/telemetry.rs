//! Logs: one JSON object a line, without personal data.

use std::error::Error;

use tracing::level_filters::LevelFilter;

/// An error with all its causes, as they describe themselves to people. Never their `Debug`, which
/// may hold a whole answer of a service.
pub fn chain(error: &(dyn Error + 'static)) -> String {
    let mut chain = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        chain.push_str(": ");
        chain.push_str(&error.to_string());
        cause = error.source();
    }
    chain
}

/// Starts writing logs to standard output, where Lambda collects them.
pub fn start() {
    tracing_subscriber::fmt()
        .json()
        .flatten_event(true)
        .with_current_span(false)
        .with_span_list(false)
        .with_target(false)
        .with_max_level(LevelFilter::INFO)
        .init();
}
