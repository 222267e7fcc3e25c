//! Contexts: the occasions for sending.

use serde::{Deserialize, Serialize};

use crate::{
    audience::Audience::{self, Guardians, InternshipSupervisors, Pupils, Staff, Teachers},
    language::{Explain, Phrase},
};

/// *Contexte d'envoi*: the occasion, which determines audiences and variables.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Context {
    /// General information.
    Information,
    Absence,
    Lateness,
    /// Such as detention.
    Punishment,
    /// A disciplinary sanction.
    Sanction,
    Meeting,
    /// An event of the school's calendar.
    Event,
    Outing,
    Internship,
    Canteen,
    TeacherAbsent,
    /// The infirmary requests a call. Never the reason.
    Infirmary,
    /// Access to the school's software.
    Credentials,
}

impl Context {
    /// All contexts, in catalogue order.
    pub const ALL: [Self; 13] = [
        Self::Information,
        Self::Absence,
        Self::Lateness,
        Self::Punishment,
        Self::Sanction,
        Self::Meeting,
        Self::Event,
        Self::Outing,
        Self::Internship,
        Self::Canteen,
        Self::TeacherAbsent,
        Self::Infirmary,
        Self::Credentials,
    ];

    /// Returns the name in the API.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Information => "information",
            Self::Absence => "absence",
            Self::Lateness => "lateness",
            Self::Punishment => "punishment",
            Self::Sanction => "sanction",
            Self::Meeting => "meeting",
            Self::Event => "event",
            Self::Outing => "outing",
            Self::Internship => "internship",
            Self::Canteen => "canteen",
            Self::TeacherAbsent => "teacher_absent",
            Self::Infirmary => "infirmary",
            Self::Credentials => "credentials",
        }
    }

    /// Parses a context's name.
    pub fn parse(name: &str) -> Result<Self, UnknownContext> {
        Self::ALL.into_iter().find(|context| context.as_str() == name).ok_or(UnknownContext)
    }

    /// Returns the label for users.
    pub const fn label(self) -> Phrase {
        match self {
            Self::Information => Phrase::fixed("Information", "Information"),
            Self::Absence => Phrase::fixed("Absence", "Absence"),
            Self::Lateness => Phrase::fixed("Retard", "Lateness"),
            Self::Punishment => Phrase::fixed("Punition", "Punishment"),
            Self::Sanction => Phrase::fixed("Sanction", "Sanction"),
            Self::Meeting => Phrase::fixed("Réunion", "Meeting"),
            Self::Event => Phrase::fixed("Événement", "Event"),
            Self::Outing => Phrase::fixed("Sortie", "Outing"),
            Self::Internship => Phrase::fixed("Stage", "Internship"),
            Self::Canteen => Phrase::fixed("Cantine", "Canteen"),
            Self::TeacherAbsent => Phrase::fixed("Professeur absent", "Teacher absent"),
            Self::Infirmary => Phrase::fixed("Infirmerie", "Infirmary"),
            Self::Credentials => Phrase::fixed("Identifiants", "Credentials"),
        }
    }

    /// Returns the audiences (assumed: the reference manual does not list them).
    pub const fn audiences(self) -> &'static [Audience] {
        match self {
            Self::Information | Self::Meeting | Self::Event | Self::Credentials => &Audience::ALL,
            Self::Absence | Self::Lateness | Self::Punishment | Self::Sanction => &[Guardians, Pupils],
            Self::Outing | Self::Canteen | Self::TeacherAbsent => &[Guardians, Pupils, Teachers, Staff],
            Self::Internship => &[Guardians, Pupils, Teachers, InternshipSupervisors],
            Self::Infirmary => &[Guardians],
        }
    }

    /// Whether it announces what may be an error of the roll call.
    pub const fn can_be_withdrawn(self) -> bool {
        matches!(self, Self::Absence | Self::Lateness)
    }

    /// Whether it is about one child, so that a guardian of two gets two texts.
    pub const fn is_about_one_child(self) -> bool {
        matches!(
            self,
            Self::Absence
                | Self::Lateness
                | Self::Punishment
                | Self::Sanction
                | Self::Internship
                | Self::Canteen
                | Self::Infirmary
        )
    }
}

/// An unknown context name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("unknown context")]
pub struct UnknownContext;

impl Explain for UnknownContext {
    fn code(&self) -> &'static str {
        "unknown_context"
    }

    fn explain(&self) -> Phrase {
        let names = Context::ALL.map(Context::as_str).join(", ");
        Phrase::new(
            format!("Contexte d’envoi inconnu. Contextes possibles : {names}."),
            format!("Unknown context. Possible contexts: {names}."),
        )
    }
}
