//! Which messages a request asks for: the same fields in the query of the list and in the body of an export.

use deserr::Deserr;
use shared::{
    delivery::MessageState,
    http::{FieldError, FieldErrors, LocalDay, PageLimit, Problem, at},
    id::{PersonId, SchoolId, SendId, TemplateId},
    language::Phrase,
    line::Line,
    log::{Filter, NumberPart, Span},
    school::School,
    store::Table,
    template::Context,
};

/// A struct of its own fields and of those of the filter: `deserr` has no way to put one into the other.
macro_rules! asked_with {
    ($(#[$doc:meta])* $name:ident { $($(#[$own:meta])* $field:ident: $kind:ty,)* }) => {
        $(#[$doc])*
        #[derive(Debug, Deserr)]
        #[deserr(error = FieldErrors, deny_unknown_fields)]
        pub(crate) struct $name {
            $($(#[$own])* pub $field: $kind,)*
            /// The first day on which they were due to leave, in the school's time.
            #[deserr(default)]
            from: Option<LocalDay>,
            /// The last one.
            #[deserr(default)]
            to: Option<LocalDay>,
            #[deserr(default)]
            state: Option<String>,
            /// Who got them or whom they are about.
            #[deserr(default)]
            person: Option<PersonId>,
            /// Digits of the number.
            #[deserr(default)]
            number: Option<String>,
            #[deserr(default)]
            template: Option<TemplateId>,
            #[deserr(default)]
            context: Option<Context>,
            #[deserr(default)]
            send: Option<SendId>,
            /// The subject of the token of whoever sent them.
            #[deserr(default)]
            sent_by: Option<Line<128>>,
        }

        impl $name {
            /// What is looked for. Only days need the school, whose clock tells when they begin.
            pub async fn filter(&self, table: &Table, school: SchoolId) -> Result<Filter, Problem> {
                let span = match (self.from, self.to) {
                    (None, None) => None,
                    days => Some(span(days, &table.school(school).await?.ok_or_else(Problem::not_found)?)?),
                };
                Ok(Filter {
                    span,
                    state: self.state.as_deref().map(known_state).transpose()?,
                    person: self.person,
                    number: at("/number", self.number.as_deref().map(NumberPart::parse).transpose())?,
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
    ListQuery {
        #[deserr(default)]
        limit: Option<PageLimit>,
        #[deserr(default)]
        cursor: Option<String>,
    }
}

asked_with! {
    /// The body that asks for a file.
    ExportBody {
        format: String,
    }
}

/// The days from one to another, both part of it, as the school's clock has them.
fn span((from, to): (Option<LocalDay>, Option<LocalDay>), school: &School) -> Result<Span, FieldErrors> {
    let (from, to) = (from.map(|LocalDay(day)| day), to.map(|LocalDay(day)| day));
    at("/to", Span::of_days(from, to, school.time_zone()))
}

fn known_state(name: &str) -> Result<&'static str, FieldErrors> {
    MessageState::NAMES.into_iter().find(|known| *known == name).ok_or_else(|| {
        let names = MessageState::NAMES.join(", ");
        FieldErrors::one(FieldError::described(
            "/state",
            "unknown_state",
            Phrase::new(format!("États possibles : {names}."), format!("Possible states: {names}.")),
        ))
    })
}
