//! Notices: advice in a successful response.

use serde::Serialize;
use utoipa::ToSchema;

use domain::language::{Explain, Language};

/// A stable code for programs and a sentence for people.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Notice {
    /// For programs.
    code: &'static str,
    /// For people.
    detail: String,
}

impl Notice {
    /// Creates a notice from the domain, in one language.
    pub fn of(said: &dyn Explain, language: Language) -> Self {
        Self { code: said.code(), detail: said.explain().in_language(language).to_owned() }
    }
}
