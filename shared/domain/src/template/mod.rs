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

/// What a school calls a template.
pub type TemplateLabel = Line<80>;

/// A text that a school keeps for one audience and one context.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Template {
    /// Which.
    pub id: TemplateId,
    /// Its name, unique in the school whatever the case and accents.
    pub label: TemplateLabel,
    /// Whom it is for, on what occasion, and what it says.
    pub wording: Wording,
    /// Whether it was put away: it is kept, and nobody can send it.
    pub archived: bool,
    /// How many times it was written. A send keeps the version that it used.
    pub version: u64,
}

/// Whom a text is for, on what occasion, and what it says: a template without its name, or a text
/// written for one send.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wording {
    audience: Audience,
    context: Context,
    body: Body,
}

/// The context does not concern the audience.
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

/// Why a wording cannot be kept.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum WordingError {
    /// Audience and context do not go together.
    #[error(transparent)]
    Context(#[from] ContextMismatch),
    /// The text has mistakes.
    #[error(transparent)]
    Body(#[from] BodyError),
}

impl Wording {
    /// Puts the three together, when the context concerns the audience and every variable of the
    /// text is known there.
    pub fn new(audience: Audience, context: Context, body: &str) -> Result<Self, WordingError> {
        if !context.audiences().contains(&audience) {
            return Err(ContextMismatch { audience, context }.into());
        }
        Ok(Self { audience, context, body: Body::parse(body, audience, context)? })
    }

    /// Whom it is for.
    pub const fn audience(&self) -> Audience {
        self.audience
    }

    /// On what occasion it is sent.
    pub const fn context(&self) -> Context {
        self.context
    }

    /// What it says.
    pub const fn body(&self) -> &Body {
        &self.body
    }

    /// Whether a guardian gets one text for each child, or one for all.
    pub fn is_about_one_child(&self) -> bool {
        self.audience == Audience::Guardians && self.context.is_about_one_child()
    }
}
