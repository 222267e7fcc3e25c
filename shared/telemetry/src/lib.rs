//! What the operator learns of a run: its log, and its figures.

mod counts;
mod emf;
mod line;
mod metrics;
#[cfg(any(test, feature = "capture"))]
mod written;

pub use counts::Counts;
pub use emf::metric_names;
pub use line::Line;
pub use metrics::Metrics;
#[cfg(any(test, feature = "capture"))]
pub use written::written;

use std::error::Error;

use tracing::{Instrument, Span, field, level_filters::LevelFilter};
use tracing_subscriber::fmt::{SubscriberBuilder, format::JsonFields};

use domain::id::{ParcelId, SchoolId, SendId};

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

/// Starts writing logs to standard output, where Lambda collects them: 44 thousand instructions, with a fixed
/// level, because a filter that is read from somewhere would be read at every start.
pub fn start() {
    let logs = logs().with_max_level(LevelFilter::INFO).finish();
    tracing::subscriber::set_global_default(logs).expect("a function starts its log once");
}

/// Logs as they are on AWS, for whoever writes them elsewhere.
pub fn logs() -> SubscriberBuilder<JsonFields, Line> {
    tracing_subscriber::fmt().fmt_fields(JsonFields::new()).event_format(Line)
}

/// A run under its identifier, which every line of it then has. On Lambda the runtime does the same.
pub fn invocation<R: Future>(request_id: &str, run: R) -> impl Future<Output = R::Output> + use<R> {
    run.instrument(tracing::info_span!("invocation", request_id))
}

/// What a message of the queue of parcels writes into the log has its identifier, and its parcel once that is known.
pub fn parcel_message(message_id: &str) -> Span {
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

/// Notes which school the present request concerns, where its token does not tell: the operator's has none.
pub fn concerns_school(school: SchoolId) {
    Span::current().record("school", field::display(school));
}

/// Notes which send the present request is about, for the lines that follow.
pub fn concerns_send(send: SendId) {
    Span::current().record("send", field::display(send));
}
