//! Identifiers: a type prefix, then a ULID, so that they sort by age.

mod message;
mod random_token;

pub use message::{MessageId, NotAMessageId, ParcelId, ParcelNumber};
pub use random_token::RandomToken;

use std::{fmt, str::FromStr};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use ulid::Ulid;

use crate::language::{Explain, Phrase};

/// Not an identifier of the expected type.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not an identifier with the prefix {expected_prefix}")]
pub struct IdError {
    pub expected_prefix: &'static str,
}

impl Explain for IdError {
    fn code(&self) -> &'static str {
        "not_an_id"
    }

    fn explain(&self) -> Phrase {
        let prefix = self.expected_prefix;
        Phrase::new(
            format!("Un identifiant de la forme {prefix}… est attendu, tel que l’API l’a donné."),
            format!("An identifier of the form {prefix}… is expected, as the API gave it."),
        )
    }
}

/// 80 bits from the system's random source: the unguessable part of an id.
fn randomness() -> u128 {
    let mut bytes = [0; 16];
    getrandom::fill(&mut bytes).expect("the system random source is available");
    u128::from_be_bytes(bytes)
}

fn ulid_at(now: Timestamp) -> Ulid {
    Ulid::from_parts(milliseconds(now), randomness())
}

/// None is older than 1970, and a span may be.
fn milliseconds(instant: Timestamp) -> u64 {
    u64::try_from(instant.as_millisecond()).unwrap_or(0)
}

fn parse(text: &str, prefix: &'static str) -> Result<Ulid, IdError> {
    let error = IdError { expected_prefix: prefix };
    let digits = text.strip_prefix(prefix).ok_or(error)?;
    let ulid = Ulid::from_string(digits).map_err(|_| error)?;
    // One canonical spelling per id: the table's keys are texts.
    if ulid.to_string() == digits { Ok(ulid) } else { Err(error) }
}

macro_rules! id {
    ($(#[$doc:meta])* $name:ident, $prefix:literal) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(try_from = "String", into = "String")]
        pub struct $name(Ulid);

        impl $name {
            /// The prefix of this type.
            pub const PREFIX: &'static str = $prefix;

            /// Creates an id that sorts after all earlier ones.
            pub fn generate(now: Timestamp) -> Self {
                Self(ulid_at(now))
            }

            /// Returns the next id: resources created together sort in order of creation.
            pub fn following(self) -> Self {
                Self(Ulid(self.0.0.wrapping_add(1)))
            }

            /// Returns the previous id.
            pub fn preceding(self) -> Self {
                Self(Ulid(self.0.0.wrapping_sub(1)))
            }

            /// Returns the upper bound of the ids created at or before an instant.
            pub fn last_of(instant: Timestamp) -> Self {
                Self(Ulid::from_parts(milliseconds(instant), u128::MAX))
            }

            /// Returns the creation time, to the millisecond.
            pub fn made_at(self) -> Timestamp {
                let milliseconds = i64::try_from(self.0.timestamp_ms()).expect("a ULID has 48 bits of time");
                Timestamp::from_millisecond(milliseconds).unwrap_or(Timestamp::MAX)
            }

            /// Returns the 16 bytes, for digests and compact storage.
            pub const fn to_bytes(self) -> [u8; 16] {
                self.0.0.to_be_bytes()
            }

            /// Restores an id from its bytes.
            pub const fn from_bytes(bytes: [u8; 16]) -> Self {
                Self(Ulid(u128::from_be_bytes(bytes)))
            }

            /// Returns the lower bound of the ids created from an instant on.
            pub fn first_of(instant: Timestamp) -> Self {
                Self(Ulid::from_parts(milliseconds(instant), 0))
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "{}{}", Self::PREFIX, self.0)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                fmt::Display::fmt(self, f)
            }
        }

        impl FromStr for $name {
            type Err = IdError;

            fn from_str(text: &str) -> Result<Self, IdError> {
                parse(text, Self::PREFIX).map(Self)
            }
        }

        impl TryFrom<String> for $name {
            type Error = IdError;

            fn try_from(text: String) -> Result<Self, IdError> {
                text.parse()
            }
        }

        impl From<$name> for String {
            fn from(id: $name) -> Self {
                id.to_string()
            }
        }
    };
}

id!(
    /// A school, the tenant. Accepted only from a verified token.
    SchoolId, "sch_"
);
id!(
    /// A school's application for registration.
    RegistrationId, "reg_"
);
id!(
    /// A person of a school's directory.
    PersonId, "per_"
);
id!(
    /// A template of a school.
    TemplateId, "tpl_"
);
id!(
    /// A send.
    SendId, "snd_"
);
id!(
    /// An opt-out of a number at a school.
    OptOutId, "opt_"
);
id!(
    /// An entry of a school's audit log.
    AuditEntryId, "aud_"
);
id!(
    /// An export of the sent log.
    ExportId, "exp_"
);
id!(
    /// An import of people.
    ImportId, "imp_"
);
id!(
    /// An erasure of a person.
    ErasureId, "era_"
);
id!(
    /// One run of a delivery function, the holder of a claim.
    WorkerId, "wrk_"
);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_reads_back_from_its_text_and_sorts_by_age() {
        let earlier = SendId::generate(Timestamp::from_second(1_700_000_000).unwrap());
        let later = SendId::generate(Timestamp::from_second(1_700_000_001).unwrap());
        assert!(earlier < later);
        assert!(earlier.to_string() < later.to_string());
        assert_eq!(earlier.to_string().parse(), Ok(earlier));
        assert_eq!(earlier.made_at().as_second(), 1_700_000_000);
        assert!(earlier < earlier.following() && earlier.following() < later);
        assert_eq!(earlier.following().preceding(), earlier);
        let first = SendId::first_of(later.made_at());
        assert!(earlier < first && first <= later);
    }

    #[test]
    fn an_id_of_another_kind_or_in_another_spelling_is_refused() {
        let id = SendId::generate(Timestamp::UNIX_EPOCH).to_string();
        let error = Err(IdError { expected_prefix: "snd_" });
        assert_eq!(id.replace("snd_", "sch_").parse::<SendId>(), error);
        assert_eq!(id.to_lowercase().parse::<SendId>(), error);
        assert_eq!("snd_".parse::<SendId>(), error);
        assert_eq!(format!("{id}0").parse::<SendId>(), error);
    }
}
