//! What a person is to be told although nothing is refused.

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
    /// What the domain says, in one language.
    pub fn of(said: &dyn Explain, language: Language) -> Self {
        Self { code: said.code(), detail: said.explain().in_language(language).to_owned() }
    }
}
