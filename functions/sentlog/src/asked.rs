//! The filter of the sent log: the same fields in the list's query and in an export's body.

use std::borrow::Cow;

use api::{FieldErrors, LocalDay, PageLimit, Problem, at};
use deserr::Deserr;
use domain::{
    delivery::MessageState,
    id::{PersonId, SchoolId, SendId, TemplateId},
    language::{Explain, Phrase},
    line::Line,
    school::School,
    sent_log::{Filter, NumberPart, export::Format},
    span::Span,
    template::Context,
};
use store::Table;
use utoipa::{
    IntoParams, PartialSchema, ToSchema,
    openapi::{RefOr, Schema},
};

/// Defines a struct with the filter's fields and its own: `deserr` does not support `flatten`.
macro_rules! asked_with {
    ($(#[$doc:meta])* $name:ident { $($(#[$own:meta])* $field:ident: $kind:ty,)* }) => {
        $(#[$doc])*
        #[derive(Debug, Deserr)]
        #[deserr(error = FieldErrors, deny_unknown_fields)]
        pub(crate) struct $name {
            $($(#[$own])* pub $field: $kind,)*
            /// The first due date, in the school's time zone.
            #[deserr(default)]
            from: Option<LocalDay>,
            /// The last due date.
            #[deserr(default)]
            to: Option<LocalDay>,
            #[deserr(default)]
            state: Option<StateName>,
            /// The recipient, or a pupil concerned.
            #[deserr(default)]
            person: Option<PersonId>,
            /// A part of the phone number.
            #[deserr(default)]
            number: Option<NumberPart>,
            #[deserr(default)]
            template: Option<TemplateId>,
            #[deserr(default)]
            context: Option<Context>,
            #[deserr(default)]
            send: Option<SendId>,
            /// The `sub` of the sending user.
            #[deserr(default)]
            sent_by: Option<Line<128>>,
        }

        impl $name {
            /// The filter for the log. Only days need the school, for its time zone.
            pub async fn filter(&self, table: &Table, school: SchoolId) -> Result<Filter, Problem> {
                let span = match (self.from, self.to) {
                    (None, None) => None,
                    days => Some(span(days, &table.school(school).await?.ok_or_else(Problem::not_found)?)?),
                };
                Ok(Filter {
                    span,
                    state: self.state.map(|StateName(name)| name),
                    person: self.person,
                    number: self.number.clone(),
                    template: self.template,
                    context: self.context,
                    send: self.send,
                    sender: self.sent_by.clone(),
                })
            }
        }
    };
}

asked_with! {
    /// The query of the list.
    #[derive(IntoParams)]
    #[into_params(parameter_in = Query)]
    ListQuery {
        #[deserr(default)]
        limit: Option<PageLimit>,
        /// The `next_cursor` of the previous page.
        #[deserr(default)]
        cursor: Option<String>,
    }
}

asked_with! {
    /// The filter and the format of an export.
    #[derive(ToSchema)]
    #[schema(as = ExportRequest, examples(json!({ "format": "csv", "from": "2026-11-01", "to": "2026-11-30" })))]
    ExportBody {
        format: Format,
    }
}

/// The days from one to another, both part of it, as the school's clock has them.
fn span((from, to): (Option<LocalDay>, Option<LocalDay>), school: &School) -> Result<Span, FieldErrors> {
    let (from, to) = (from.map(|LocalDay(day)| day), to.map(|LocalDay(day)| day));
    at("/to", Span::of_days(from, to, school.time_zone()))
}

/// The name of a state that messages may be in.
#[derive(Clone, Copy, Debug, Deserr)]
#[deserr(error = FieldErrors, try_from(String) = StateName::parse -> UnknownState)]
pub(crate) struct StateName(&'static str);

/// An unknown name of a state.
struct UnknownState;

impl Explain for UnknownState {
    fn code(&self) -> &'static str {
        "unknown_state"
    }

    fn explain(&self) -> Phrase {
        let names = MessageState::NAMES.join(", ");
        Phrase::new(format!("États possibles : {names}."), format!("Possible states: {names}."))
    }
}

impl StateName {
    #[expect(clippy::needless_pass_by_value, reason = "the signature that deserr requires")]
    fn parse(name: String) -> Result<Self, UnknownState> {
        MessageState::NAMES.into_iter().find(|known| *known == name).map(Self).ok_or(UnknownState)
    }
}

impl PartialSchema for StateName {
    fn schema() -> RefOr<Schema> {
        MessageState::schema()
    }
}

impl ToSchema for StateName {
    fn name() -> Cow<'static, str> {
        MessageState::name()
    }
}
