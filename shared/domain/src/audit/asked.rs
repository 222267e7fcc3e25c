//! The request for an export of the sent log: format and filter, without recipients.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::{
    delivery::MessageState,
    id::{SendId, TemplateId},
    line::Line,
    sent_log::{Filter, export::Format},
    span::Span,
    template::Context,
};

/// The filter and the format of an export.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[schema(as = ExportFilter)]
pub struct Asked {
    /// The format of the file.
    pub format: Format,
    /// The first due time of the messages.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = DateTime)]
    pub from: Option<Timestamp>,
    /// The end of the due times, exclusive.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = DateTime)]
    pub until: Option<Timestamp>,
    /// The state of the messages.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<MessageState>)]
    pub state: Option<String>,
    /// The template of the messages.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub template: Option<TemplateId>,
    /// The context of the messages.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub context: Option<Context>,
    /// The send of the messages.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub send: Option<SendId>,
    /// The `sub` of the sending user.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sent_by: Option<Line<128>>,
    /// Whether the filter names a person or a phone number. The audit does not record which.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub of_somebody: bool,
}

impl Asked {
    /// Describes an export of a filter in a format.
    pub fn new(format: Format, filter: &Filter) -> Self {
        let Filter { span, state, person, number, template, context, send, sender } = filter;
        let span = span.unwrap_or(Span::ALWAYS);
        Self {
            format,
            from: Some(span.from).filter(|from| *from != Span::ALWAYS.from),
            until: Some(span.until).filter(|until| *until != Span::ALWAYS.until),
            state: state.map(str::to_owned),
            template: *template,
            context: *context,
            send: *send,
            sent_by: sender.clone(),
            of_somebody: person.is_some() || number.is_some(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{id::PersonId, sent_log::NumberPart};

    #[test]
    fn nobody_is_named_by_what_was_asked_for() {
        let filter = Filter {
            person: Some(PersonId::from_bytes([7; 16])),
            number: NumberPart::parse("06 12 34 56 78").ok(),
            state: Some("failed"),
            ..Filter::default()
        };
        let asked = serde_json::to_string(&Asked::new(Format::Csv, &filter)).unwrap();
        assert_eq!(asked, r#"{"format":"csv","state":"failed","of_somebody":true}"#);
        assert_eq!(
            serde_json::to_string(&Asked::new(Format::JsonLines, &Filter::default())).unwrap(),
            r#"{"format":"json_lines"}"#
        );
    }
}
