//! Templates: a label, an audience, a context, and a text with variables.

mod body;
mod context;
mod context_set;
mod stop_code;
mod variable;
mod view;
mod warning;

pub(crate) use stop_code::has_stop_code;

pub use body::{Body, BodyError, MissingVariables};
pub use context::{Context, UnknownContext};
pub use context_set::ContextSet;
pub use variable::{NamePart, PupilFact, SchoolFact, Source, Variable};
pub use view::{UnknownView, View};
pub use warning::TextWarning;

use crate::{
    audience::Audience,
    id::TemplateId,
    language::{Explain, Phrase},
    line::Line,
};

/// The name of a template.
pub type TemplateLabel = Line<80>;

/// A school's text for one audience and one context.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Template {
    pub id: TemplateId,
    /// Unique within the school, ignoring case and accents.
    pub label: TemplateLabel,
    pub wording: Wording,
    /// Archived templates are stored but cannot be sent.
    pub archived: bool,
    /// Number of writes. A send records the version used.
    pub version: u64,
}

/// Audience, context and text: a template without its label, or a text written for one send.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wording {
    audience: Audience,
    context: Context,
    body: Body,
}

/// The context does not apply to the audience.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the context {} does not concern {}", context.as_str(), audience.as_str())]
pub struct ContextMismatch {
    audience: Audience,
    context: Context,
}

impl Explain for ContextMismatch {
    fn code(&self) -> &'static str {
        "context_not_for_audience"
    }

    fn explain(&self) -> Phrase {
        use crate::language::Language;
        let names = |language| {
            let label = |audience: &Audience| {
                format!("{} ({})", audience.label().in_language(language), audience.as_str())
            };
            self.context.audiences().iter().map(label).collect::<Vec<_>>().join(", ")
        };
        let context = self.context.label();
        Phrase::new(
            format!(
                "Le contexte {} s’adresse à : {}.",
                context.in_language(Language::French),
                names(Language::French)
            ),
            format!(
                "The context {} is for: {}.",
                context.in_language(Language::English),
                names(Language::English)
            ),
        )
    }
}

/// Why a wording is invalid.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum WordingError {
    #[error(transparent)]
    Context(#[from] ContextMismatch),
    #[error(transparent)]
    Body(#[from] BodyError),
}

impl Wording {
    /// Validates that the context applies to the audience and that every variable is available there.
    pub fn new(audience: Audience, context: Context, body: &str) -> Result<Self, WordingError> {
        if !context.audiences().contains(&audience) {
            return Err(ContextMismatch { audience, context }.into());
        }
        Ok(Self { audience, context, body: Body::parse(body, audience, context)? })
    }

    /// Returns the audience.
    pub const fn audience(&self) -> Audience {
        self.audience
    }

    /// Returns the context.
    pub const fn context(&self) -> Context {
        self.context
    }

    /// Returns the text.
    pub const fn body(&self) -> &Body {
        &self.body
    }

    /// Whether a guardian gets one text per child, rather than one for all.
    pub fn is_about_one_child(&self) -> bool {
        self.audience == Audience::Guardians && self.context.is_about_one_child()
    }
}
