//! The operator's contact at a school.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::{explain, line::Line, school::CallbackNumber};

/// The contact named in a registration.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Contact {
    /// First and last name.
    pub name: Line<120>,
    pub email: EmailAddress,
    pub phone: Option<CallbackNumber>,
}

/// A syntactically valid e-mail address; only a message proves that it works.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct EmailAddress(Box<str>);

/// A syntactically invalid e-mail address.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a valid e-mail address")]
pub struct EmailError;

explain! {
    EmailError:
    _ => "email_form",
        "Une adresse électronique s’écrit nom@domaine.fr.",
        "An e-mail address is written name@domain.example.";
}

impl EmailAddress {
    /// Maximum length (RFC 5321), with surrounding white space.
    pub const MAX_CHARACTERS: usize = 254;

    /// Parses an address of at most 254 characters with one `@` and a dotted domain.
    pub fn parse(input: &str) -> Result<Self, EmailError> {
        let text = input.trim();
        let (local, domain) = text.rsplit_once('@').ok_or(EmailError)?;
        let printable =
            text.chars().all(|c| !c.is_control() && !c.is_whitespace() && !"<>()[],;:\\\"".contains(c));
        let dotted = domain.contains('.') && domain.split('.').all(|label| !label.is_empty());
        let is_short = input.chars().count() <= Self::MAX_CHARACTERS && text.len() <= Self::MAX_CHARACTERS;
        if is_short && !local.is_empty() && !local.contains('@') && printable && dotted {
            Ok(Self(text.into()))
        } else {
            Err(EmailError)
        }
    }
}

impl fmt::Display for EmailAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl TryFrom<String> for EmailAddress {
    type Error = EmailError;

    fn try_from(text: String) -> Result<Self, EmailError> {
        Self::parse(&text)
    }
}

impl From<EmailAddress> for String {
    fn from(address: EmailAddress) -> Self {
        address.0.into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_has_a_name_an_at_and_a_dotted_domain() {
        assert!(EmailAddress::parse(" principal@college-exemple.fr ").is_ok());
        for text in ["", "@", "a@b", "a b@c.fr", "a@@c.fr", "a@.fr", "a@c.fr\nBcc: x"] {
            assert_eq!(EmailAddress::parse(text), Err(EmailError), "{text}");
        }
    }
}
