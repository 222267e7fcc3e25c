//! The lists from which a send starts.

use serde::{Deserialize, Serialize};

use super::{Context, Wording};
use crate::{
    audience::Audience,
    language::{Explain, Phrase},
};

/// *Affichage*: the list on the screen from which people are selected.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum View {
    Pupils,
    Guardians,
    Teachers,
    Staff,
    InternshipSupervisors,
    /// Today's absences, a list of pupils.
    Absences,
    /// Today's late arrivals, a list of pupils.
    Latenesses,
    /// Punishments and sanctions, a list of pupils.
    Punishments,
    /// Infirmary visits, a list of pupils.
    Infirmary,
    /// Internships, a list of pupils.
    Internships,
}

impl View {
    /// All views.
    pub const ALL: [Self; 10] = [
        Self::Pupils,
        Self::Guardians,
        Self::Teachers,
        Self::Staff,
        Self::InternshipSupervisors,
        Self::Absences,
        Self::Latenesses,
        Self::Punishments,
        Self::Infirmary,
        Self::Internships,
    ];

    /// Returns the name in the API.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Pupils => "pupils",
            Self::Guardians => "guardians",
            Self::Teachers => "teachers",
            Self::Staff => "staff",
            Self::InternshipSupervisors => "internship_supervisors",
            Self::Absences => "absences",
            Self::Latenesses => "latenesses",
            Self::Punishments => "punishments",
            Self::Infirmary => "infirmary",
            Self::Internships => "internships",
        }
    }

    /// Parses a view's name.
    pub fn parse(name: &str) -> Result<Self, UnknownView> {
        Self::ALL.into_iter().find(|view| view.as_str() == name).ok_or(UnknownView)
    }

    /// Returns the label for users.
    pub const fn label(self) -> Phrase {
        match self {
            Self::Pupils => Phrase::fixed("Élèves", "Pupils"),
            Self::Guardians => Phrase::fixed("Responsables", "Guardians"),
            Self::Teachers => Phrase::fixed("Professeurs", "Teachers"),
            Self::Staff => Phrase::fixed("Personnels", "Staff"),
            Self::InternshipSupervisors => Phrase::fixed("Maîtres de stage", "Internship supervisors"),
            Self::Absences => Phrase::fixed("Absences", "Absences"),
            Self::Latenesses => Phrase::fixed("Retards", "Late arrivals"),
            Self::Punishments => Phrase::fixed("Punitions et sanctions", "Punishments and sanctions"),
            Self::Infirmary => Phrase::fixed("Infirmerie", "Infirmary"),
            Self::Internships => Phrase::fixed("Stages", "Internships"),
        }
    }

    /// Returns the audience of the people on the list.
    pub const fn lists(self) -> Audience {
        match self {
            Self::Pupils
            | Self::Absences
            | Self::Latenesses
            | Self::Punishments
            | Self::Infirmary
            | Self::Internships => Audience::Pupils,
            Self::Guardians => Audience::Guardians,
            Self::Teachers => Audience::Teachers,
            Self::Staff => Audience::Staff,
            Self::InternshipSupervisors => Audience::InternshipSupervisors,
        }
    }

    /// Whether a wording can be sent from this list: to the people listed or the guardians of the
    /// pupils listed, in a context of the list.
    pub fn offers(self, wording: &Wording) -> bool {
        self.offers_context(wording.audience(), wording.context())
    }

    /// The same check for a text not yet written.
    pub fn offers_context(self, audience: Audience, context: Context) -> bool {
        let reaches =
            audience == self.lists() || (self.lists() == Audience::Pupils && audience == Audience::Guardians);
        reaches
            && context.audiences().contains(&audience)
            && self.contexts().is_none_or(|contexts| contexts.contains(&context))
    }

    /// Whether the directory determines the list. Lists such as today's absences are known to the
    /// school's software only: people are selected individually.
    pub const fn is_kept_in_the_directory(self) -> bool {
        self.contexts().is_none()
    }

    /// Returns the contexts of the list; `None` for all of them.
    const fn contexts(self) -> Option<&'static [Context]> {
        match self {
            Self::Absences => Some(&[Context::Absence]),
            Self::Latenesses => Some(&[Context::Lateness]),
            Self::Punishments => Some(&[Context::Punishment, Context::Sanction]),
            Self::Infirmary => Some(&[Context::Infirmary]),
            Self::Internships => Some(&[Context::Internship]),
            _ => None,
        }
    }
}

/// An unknown view name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("unknown view")]
pub struct UnknownView;

impl Explain for UnknownView {
    fn code(&self) -> &'static str {
        "unknown_view"
    }

    fn explain(&self) -> Phrase {
        let names = View::ALL.map(View::as_str).join(", ");
        Phrase::new(
            format!("Affichage inconnu. Affichages possibles : {names}."),
            format!("Unknown view. Possible views: {names}."),
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_context_of_every_audience_can_be_sent_from_some_view() {
        for context in Context::ALL {
            for audience in context.audiences() {
                let wording = Wording::new(*audience, context, "Bonjour").unwrap();
                assert!(View::ALL.iter().any(|view| view.offers(&wording)), "{context:?} {audience:?}");
            }
        }
    }

    #[test]
    fn the_list_of_absences_offers_templates_of_absence_for_pupils_and_their_guardians_only() {
        let offered =
            |audience, context| View::Absences.offers(&Wording::new(audience, context, "x").unwrap());
        assert!(offered(Audience::Guardians, Context::Absence));
        assert!(offered(Audience::Pupils, Context::Absence));
        assert!(!offered(Audience::Guardians, Context::Lateness));
        assert!(!offered(Audience::Teachers, Context::Information));
    }
}
