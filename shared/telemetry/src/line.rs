//! Log lines: flat JSON objects with the fields of all enclosing spans.

use std::fmt;

use serde::Serialize;
use serde_json::{Map, Value};
use tracing::{Event, Subscriber};
use tracing_serde::fields::AsMap;
use tracing_subscriber::{
    fmt::{
        FmtContext, FormatEvent, FormatFields, FormattedFields,
        format::Writer,
        time::{FormatTime, SystemTime},
    },
    registry::LookupSpan,
};

/// Writes events with the fields of their spans at the top level, so that queries on school or send
/// need no nesting. The innermost value wins, and no name is repeated.
#[derive(Clone, Copy, Debug)]
pub struct Line;

/// The request id's name in the Lambda runtime's own span.
const RUNTIME_REQUEST_ID: &str = "requestId";

#[derive(Serialize)]
struct Fields<'a> {
    timestamp: String,
    level: &'static str,
    message: Value,
    #[serde(flatten)]
    rest: &'a Map<String, Value>,
}

impl<S, N> FormatEvent<S, N> for Line
where
    S: Subscriber + for<'a> LookupSpan<'a>,
    N: for<'a> FormatFields<'a> + 'static,
{
    fn format_event(
        &self,
        context: &FmtContext<'_, S, N>,
        mut writer: Writer<'_>,
        event: &Event<'_>,
    ) -> fmt::Result {
        let mut fields = Map::new();
        for span in context.event_scope().into_iter().flat_map(|scope| scope.from_root()) {
            let extensions = span.extensions();
            let known = extensions.get::<FormattedFields<N>>();
            fields.extend(
                known.and_then(|known| serde_json::from_str::<Map<_, _>>(known).ok()).into_iter().flatten(),
            );
            if let Some(id) = fields.remove(RUNTIME_REQUEST_ID) {
                // Only this field of the runtime's span is used: its trace id is useless without
                // traces.
                fields = Map::from_iter([("request_id".to_owned(), id)]);
            }
        }
        if let Ok(Value::Object(own)) = serde_json::to_value(event.field_map()) {
            fields.extend(own);
        }
        let mut timestamp = String::new();
        SystemTime.format_time(&mut Writer::new(&mut timestamp))?;
        let level = event.metadata().level().as_str();
        let message = fields.remove("message").unwrap_or_default();
        let line = Fields { timestamp, level, message, rest: &fields };
        writeln!(writer, "{}", serde_json::to_string(&line).map_err(|_| fmt::Error)?)
    }
}

#[cfg(test)]
mod tests {
    use tracing::info_span;

    use crate::written;

    #[test]
    fn a_line_has_the_fields_of_all_its_spans_once_and_the_innermost_value_stands() {
        let lines = written(|| {
            let _run = info_span!("run", request_id = "r-1", school = tracing::field::Empty).entered();
            tracing::info!("begins");
            tracing::Span::current().record("school", "sch_1");
            let _parcel = info_span!("parcel", send = "snd_1", parcel = 7).entered();
            tracing::warn!(school = "sch_2", is_late = true, delay_s = 1.5, "a \"quoted\" word");
        });
        insta::assert_snapshot!(lines, @r#"
        {"level":"INFO","message":"begins","request_id":"r-1"}
        {"delay_s":1.5,"is_late":true,"level":"WARN","message":"a \"quoted\" word","parcel":7,"request_id":"r-1","school":"sch_2","send":"snd_1"}
        "#);
    }
}
