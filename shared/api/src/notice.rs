//! Notices: advice in a successful response.

use serde::Serialize;
use utoipa::{
    PartialSchema, ToSchema,
    openapi::{RefOr, Schema},
};

use domain::{
    budget::OverBudget,
    language::{Explain, Language},
    registration::{AcknowledgedPrices, Barred, EndsSoon},
    schema::one_of,
    sending::Wait,
    template::TextWarning,
};

/// A warning or another notice: a stable code for programs and a sentence for people.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Notice {
    /// A stable code for programs.
    #[schema(value_type = NoticeCode)]
    code: &'static str,
    /// A sentence for people.
    detail: String,
}

impl Notice {
    /// Creates a notice from the domain, in one language.
    pub fn of(said: &dyn Explain, language: Language) -> Self {
        let code = said.code();
        debug_assert!(codes().any(|known| known == code), "{code} is missing among the codes of notices");
        Self { code, detail: said.explain().in_language(language).to_owned() }
    }
}

/// The codes of notices that are of no list of the domain's: of the budget, and of the hour of a send.
const OTHERS: [&str; 2] = ["budget_nearly_spent", "hour_skipped"];

/// The codes of all notices.
fn codes() -> impl Iterator<Item = &'static str> {
    let lists = [
        AcknowledgedPrices::CODES,
        Barred::CODES,
        OverBudget::CODES,
        TextWarning::CODES,
        Wait::CODES,
        &OTHERS,
    ];
    lists.into_iter().flatten().copied().chain([EndsSoon.code()])
}

/// The code of a notice, for the document.
enum NoticeCode {}

impl PartialSchema for NoticeCode {
    fn schema() -> RefOr<Schema> {
        let all: std::collections::BTreeSet<_> = codes().collect();
        one_of(all).description(Some("The code of a notice.")).into()
    }
}

impl ToSchema for NoticeCode {}
