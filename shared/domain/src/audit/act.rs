//! The audited acts.

use serde::{Deserialize, Serialize};

use crate::{
    language::{Explain, Phrase},
    registration::Decision,
};

macro_rules! acts {
    ($($(#[$doc:meta])* $act:ident, $code:literal, $fr:literal, $en:literal;)*) => {
        /// An audited act. Its code is stored and never changes.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        pub enum Act {
            $($(#[$doc])* #[serde(rename = $code)] $act,)*
        }

        impl Act {
            /// All acts.
            pub const ALL: &'static [Self] = &[$(Self::$act,)*];

            /// Returns the code in the API.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$act => $code,)* }
            }

            /// Returns the label for users.
            pub const fn label(self) -> Phrase {
                match self { $(Self::$act => Phrase::fixed($fr, $en),)* }
            }
        }
    };
}

acts! {
    /// A school applied for registration.
    RegistrationApplied, "registration_applied", "Demande d’inscription", "Application to use the service";
    /// A school acknowledged the prices of a rate card.
    PricesAcknowledged, "prices_acknowledged", "Acceptation de la grille tarifaire", "Rate card acknowledged";
    /// The operator accepted the application.
    RegistrationConfirmed, "registration_confirmed", "Inscription confirmée", "Registration confirmed";
    /// The operator refused the registration.
    RegistrationRefused, "registration_refused", "Inscription refusée", "Registration refused";
    /// The operator suspended the registration.
    RegistrationSuspended, "registration_suspended", "Inscription suspendue", "Registration suspended";
    /// The operator resumed the registration.
    RegistrationResumed, "registration_resumed", "Inscription rétablie", "Registration resumed";
    /// The operator closed the registration.
    RegistrationClosed, "registration_closed", "Inscription close", "Registration closed";
    /// The licence was refreshed.
    LicenceRefreshed, "licence_refreshed", "Licence mise à jour", "Licence refreshed";
    /// Settings were changed; `GET /v1/school/history` has the details.
    SettingsChanged, "settings_changed", "Réglages modifiés", "Settings changed";
    /// A template was created, or copied from another one.
    TemplateCreated, "template_created", "Modèle créé", "Template created";
    /// A template was changed.
    TemplateChanged, "template_changed", "Modèle modifié", "Template changed";
    /// A template was archived.
    TemplateArchived, "template_archived", "Modèle archivé", "Template archived";
    /// A template was restored.
    TemplateRestored, "template_restored", "Modèle désarchivé", "Template restored";
    /// A template was deleted.
    TemplateDeleted, "template_deleted", "Modèle supprimé", "Template deleted";
    /// Templates were imported from a file.
    TemplatesImported, "templates_imported", "Modèles importés", "Templates imported";
    /// Templates were exported to a file.
    TemplatesExported, "templates_exported", "Modèles exportés", "Templates exported";
    /// A send was accepted.
    SendAccepted, "send_accepted", "Envoi accepté", "Send accepted";
    /// A test SMS was accepted.
    TestSmsAccepted, "test_sms_accepted", "SMS de test accepté", "Test SMS accepted";
    /// Undelivered messages of a send were resent.
    ResendAccepted, "resend_accepted", "Renvoi accepté", "Resend accepted";
    /// A send was cancelled.
    SendCancelled, "send_cancelled", "Envoi annulé", "Send cancelled";
    /// Messages of a send were withdrawn, as their content was a mistake.
    MessagesWithdrawn, "messages_withdrawn", "SMS retirés d’un envoi", "Messages of a send withdrawn";
    /// People were imported from a file.
    PeopleImported, "people_imported", "Annuaire importé", "People imported";
    /// The last import of people was undone.
    ImportUndone, "import_undone", "Import annulé", "Import undone";
    /// The school reopened a closed number.
    OptOutReopened, "opt_out_reopened", "Numéro rouvert après un STOP", "Number reopened after a STOP";
    /// A person was erased from all stored data.
    PersonErased, "person_erased", "Données d’une personne effacées", "Data of a person erased";
    /// An export of the sent log was requested.
    ExportAsked, "export_asked", "Export demandé", "Export asked for";
    /// A person's data were disclosed at that person's request.
    AccessGiven, "access_given", "Données d’une personne communiquées", "Data of a person given out";
}

impl From<Decision> for Act {
    fn from(decision: Decision) -> Self {
        match decision {
            Decision::Confirm => Self::RegistrationConfirmed,
            Decision::Refuse => Self::RegistrationRefused,
            Decision::Suspend => Self::RegistrationSuspended,
            Decision::Resume => Self::RegistrationResumed,
            Decision::Close => Self::RegistrationClosed,
        }
    }
}

/// An unknown act code.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("unknown act code")]
pub struct UnknownAct;

impl Explain for UnknownAct {
    fn code(&self) -> &'static str {
        "unknown_act"
    }

    fn explain(&self) -> Phrase {
        let codes = Act::ALL.iter().map(|act| act.as_str()).collect::<Vec<_>>().join(", ");
        Phrase::new(format!("Actes possibles : {codes}."), format!("Possible acts: {codes}."))
    }
}

impl Act {
    /// Parses an act's code.
    pub fn parse(code: &str) -> Result<Self, UnknownAct> {
        Self::ALL.iter().copied().find(|act| act.as_str() == code).ok_or(UnknownAct)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::language::Language;

    #[test]
    fn the_stored_code_of_every_act_stays_what_it_is_and_has_a_label_in_both_languages() {
        let codes: BTreeSet<_> = Act::ALL.iter().map(|act| act.as_str()).collect();
        assert_eq!(codes.len(), Act::ALL.len());
        for act in Act::ALL {
            assert_eq!(Act::parse(act.as_str()), Ok(*act));
            assert_eq!(serde_json::to_value(act).unwrap(), act.as_str());
            let labels = [Language::French, Language::English]
                .map(|language| act.label().in_language(language).to_owned());
            assert!(labels.iter().all(|label| !label.is_empty()) && labels[0] != labels[1], "{act:?}");
        }
        assert_eq!(Act::parse("SEND_ACCEPTED"), Err(UnknownAct));
    }
}
