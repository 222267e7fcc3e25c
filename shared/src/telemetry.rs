//! Logs: one JSON object a line, without personal data.

use tracing::level_filters::LevelFilter;

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
