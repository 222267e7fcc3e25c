//! Telemetry of an invocation: logs and metrics.

mod counts;
mod emf;
mod line;
mod metrics;
#[cfg(any(test, feature = "capture"))]
mod written;

pub use counts::Counts;
pub use line::Line;
pub use metrics::Metrics;
#[cfg(any(test, feature = "capture"))]
pub use written::written;

use std::error::Error;

use tracing::{Instrument, Span, field, level_filters::LevelFilter};
use tracing_subscriber::fmt::{SubscriberBuilder, format::JsonFields};

use domain::id::{ParcelId, SchoolId, SendId};

/// Formats an error with all its causes by `Display`. Never by `Debug`, which may contain a service's
/// whole response.
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

/// Starts logging to standard output, collected by Lambda: 44 thousand instructions, with a fixed
/// level, because a configurable filter would be read at every start.
pub fn start() {
    let logs = logs().with_max_level(LevelFilter::INFO).finish();
    tracing::subscriber::set_global_default(logs).expect("logging starts once");
}

/// Builds the AWS log format for another writer.
pub fn logs() -> SubscriberBuilder<JsonFields, Line> {
    tracing_subscriber::fmt().fmt_fields(JsonFields::new()).event_format(Line)
}

/// Runs a future in a span with the request id, as the runtime does on Lambda.
pub fn invocation<R: Future>(request_id: &str, run: R) -> impl Future<Output = R::Output> + use<R> {
    run.instrument(tracing::info_span!("invocation", request_id))
}

/// Creates the span of a message of the parcel queue, with its id, and its parcel once known.
pub fn parcel_message(message_id: Option<&str>) -> Span {
    tracing::info_span!(
        "message",
        message_id,
        school = field::Empty,
        send = field::Empty,
        parcel = field::Empty
    )
}

/// Notes which parcel the present message is about, for the lines that follow.
pub fn concerns_parcel(parcel: ParcelId) {
    concerns_school(parcel.school);
    concerns_send(parcel.send);
    Span::current().record("parcel", field::display(parcel.number));
}

/// Records the school of the current request if its token has none, like the operator's.
pub fn concerns_school(school: SchoolId) {
    Span::current().record("school", field::display(school));
}

/// Records the send of the current request, for subsequent log lines.
pub fn concerns_send(send: SendId) {
    Span::current().record("send", field::display(send));
}
