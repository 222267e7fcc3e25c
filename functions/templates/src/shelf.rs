//! The templates of a school during an import.

use std::collections::HashMap;

use domain::{
    explain,
    id::TemplateId,
    language::{Explain, Language},
    school::SchoolYear,
    template::{Template, TemplateLabel, Wording},
};
use serde::Serialize;
use store::Table;
use utoipa::ToSchema;

use crate::keeping::marked;

/// The result for one template of an archive.
#[derive(Serialize, ToSchema)]
#[schema(as = TemplateImportResult)]
pub(crate) struct OutcomeBody {
    /// The label in the archive.
    label: String,
    pub outcome: Outcome,
    #[serde(skip_serializing_if = "Option::is_none")]
    template: Option<TemplateId>,
    #[serde(skip_serializing_if = "Option::is_none")]
    new_label: Option<TemplateLabel>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(min_items = 1)]
    reasons: Vec<ReasonBody>,
}

#[derive(Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = TemplateImportOutcome)]
pub(crate) enum Outcome {
    Imported,
    Renamed,
    Unchanged,
    Refused,
}

#[derive(Serialize, ToSchema)]
#[schema(as = TemplateImportIssue)]
pub(crate) struct ReasonBody {
    field: &'static str,
    /// A stable code for programs.
    code: &'static str,
    /// A sentence for people.
    detail: String,
}

impl ReasonBody {
    /// What the domain says of a field, in one language.
    pub fn of(field: &'static str, said: &dyn Explain, language: Language) -> Self {
        Self { field, code: said.code(), detail: said.explain().in_language(language).to_owned() }
    }
}

impl OutcomeBody {
    /// A template with errors.
    pub fn refused(label: &str, reasons: Vec<ReasonBody>) -> Self {
        Self { label: label.to_owned(), outcome: Outcome::Refused, template: None, new_label: None, reasons }
    }

    /// A dry run reports no ids of new templates.
    pub fn forget_new_template(&mut self) {
        if matches!(self.outcome, Outcome::Imported | Outcome::Renamed) {
            self.template = None;
        }
    }
}

/// The school has the template, archived.
struct Archived;

explain! {
    Archived:
    _ => "archived",
        "L’établissement a déjà ce modèle, archivé : remettez-le en service.",
        "The school has this template already, archived: restore it.";
}

/// Another template has the label, with a different wording.
struct LabelTaken;

explain! {
    LabelTaken:
    _ => "label_taken",
        "Un autre modèle, archivé peut-être, porte ce libellé : celui-ci en reçoit un nouveau.",
        "Another template, perhaps an archived one, has this label: this one gets a new one.";
}

/// A school's templates by comparable label, with the imported ones.
pub(crate) struct Shelf {
    by_label: HashMap<String, Template>,
    /// The school year of the file, for new labels.
    mark: Option<SchoolYear>,
    /// The imported templates.
    pub taken: Vec<Template>,
}

impl Shelf {
    /// A school's templates, and the school year of the file.
    pub fn new(templates: Vec<Template>, mark: Option<SchoolYear>) -> Self {
        Self { by_label: templates.into_iter().map(Self::entry).collect(), mark, taken: Vec::new() }
    }

    fn entry(template: Template) -> (String, Template) {
        (Table::comparable_label(&template.label), template)
    }

    /// Adds a template under a free label, unless the school has it already.
    pub fn take(
        &mut self,
        id: TemplateId,
        label: TemplateLabel,
        wording: Wording,
        language: Language,
    ) -> OutcomeBody {
        let answer = |outcome, template| OutcomeBody {
            label: label.to_string(),
            outcome,
            template: Some(template),
            new_label: None,
            reasons: Vec::new(),
        };
        let same = |label: &TemplateLabel| {
            self.by_label.get(&Table::comparable_label(label)).map(|there| (there, there.wording == wording))
        };
        let mut candidates = std::iter::once(label.clone()).chain(self.new_labels(&label));
        // The first free label, unless one of the taken labels before it has the same wording.
        let found = candidates.find_map(|candidate| match same(&candidate) {
            None => Some((candidate, None)),
            Some((there, true)) => Some((candidate, Some(there))),
            Some((_, false)) => None,
        });
        let (new_label, there) = found.expect("the range is infinite");
        if let Some(there) = there {
            let archived = there.archived.then(|| ReasonBody::of("label", &Archived, language));
            let reasons = archived.into_iter().collect();
            return OutcomeBody { reasons, ..answer(Outcome::Unchanged, there.id) };
        }
        let answer = if new_label == label {
            answer(Outcome::Imported, id)
        } else {
            OutcomeBody {
                new_label: Some(new_label.clone()),
                reasons: vec![ReasonBody::of("label", &LabelTaken, language)],
                ..answer(Outcome::Renamed, id)
            }
        };
        let template = Template { id, label: new_label, wording, archived: false, version: 1 };
        let (label, entry) = Self::entry(template.clone());
        self.by_label.insert(label, entry);
        self.taken.push(template);
        answer
    }

    /// "Réunion (2025-2026)", "Réunion (2)", "Réunion (3)"…
    fn new_labels(&self, label: &TemplateLabel) -> impl Iterator<Item = TemplateLabel> + use<> {
        let year = self.mark.map(|year| marked(label, &format!(" ({year})")));
        let label = label.clone();
        year.into_iter().chain((2..).map(move |number: u32| marked(&label, &format!(" ({number})"))))
    }
}
