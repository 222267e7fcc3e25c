//! The subjects of audit entries: resources of a school, never people.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

use crate::id::{ErasureId, ExportId, IdError, ImportId, RegistrationId, SendId, TemplateId};

/// The subject of an act, by its id.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum About {
    Registration(RegistrationId),
    Template(TemplateId),
    Send(SendId),
    /// An export of the sent log.
    Export(ExportId),
    /// An import of people.
    Import(ImportId),
    /// An erasure, which identifies no person.
    Erasure(ErasureId),
}

impl fmt::Display for About {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Registration(id) => id.fmt(f),
            Self::Template(id) => id.fmt(f),
            Self::Send(id) => id.fmt(f),
            Self::Export(id) => id.fmt(f),
            Self::Import(id) => id.fmt(f),
            Self::Erasure(id) => id.fmt(f),
        }
    }
}

impl FromStr for About {
    type Err = IdError;

    fn from_str(text: &str) -> Result<Self, IdError> {
        let registration = || text.parse().map(Self::Registration);
        let template = || text.parse().map(Self::Template);
        let send = || text.parse().map(Self::Send);
        let export = || text.parse().map(Self::Export);
        let import = || text.parse().map(Self::Import);
        let erasure = || text.parse().map(Self::Erasure);
        registration()
            .or_else(|_| template())
            .or_else(|_| send())
            .or_else(|_| export())
            .or_else(|_| import())
            .or_else(|_| erasure())
    }
}

impl TryFrom<String> for About {
    type Error = IdError;

    fn try_from(text: String) -> Result<Self, IdError> {
        text.parse()
    }
}

impl From<About> for String {
    fn from(about: About) -> Self {
        about.to_string()
    }
}

impl From<RegistrationId> for About {
    fn from(id: RegistrationId) -> Self {
        Self::Registration(id)
    }
}

impl From<TemplateId> for About {
    fn from(id: TemplateId) -> Self {
        Self::Template(id)
    }
}

impl From<SendId> for About {
    fn from(id: SendId) -> Self {
        Self::Send(id)
    }
}

impl From<ExportId> for About {
    fn from(id: ExportId) -> Self {
        Self::Export(id)
    }
}

impl From<ErasureId> for About {
    fn from(id: ErasureId) -> Self {
        Self::Erasure(id)
    }
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;

    use super::*;
    use crate::id::PersonId;

    #[test]
    fn what_an_act_was_done_to_reads_back_and_is_never_a_person() {
        let now = Timestamp::UNIX_EPOCH;
        for about in [
            About::from(RegistrationId::generate(now)),
            TemplateId::generate(now).into(),
            SendId::generate(now).into(),
            ExportId::generate(now).into(),
            ErasureId::generate(now).into(),
        ] {
            assert_eq!(about.to_string().parse(), Ok(about));
        }
        assert!(PersonId::generate(now).to_string().parse::<About>().is_err());
    }
}
