//! Keys and tokens by reference: read from Secrets Manager when they are needed, and again when they change.

use std::{fmt, sync::Arc};

use jiff::{SignedDuration, Timestamp};
use tokio::sync::Mutex;

use super::Aws;
use crate::clock::Clock;

/// A key or token, or where it is kept. It never prints.
///
/// A value may have several lines: the first is what we sign and log in with, the others are still taken
/// from those who sign for us. So a key is changed without a moment in which one side has only the other
/// one: add the new one below, let the carrier use it, put it first, remove the old one.
#[derive(Clone)]
pub struct Secret(Arc<Kind>);

enum Kind {
    Known(Keys),
    Stored { aws: Aws, name: String, clock: Arc<dyn Clock>, read: Mutex<Option<(Timestamp, Keys)>> },
}

/// The lines of a secret.
#[derive(Clone, PartialEq, Eq)]
pub struct Keys(Arc<[String]>);

/// The secret cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum SecretError {
    /// Secrets Manager did not answer, or does not let us in.
    #[error("the secret {name} cannot be read")]
    Unavailable {
        /// Its name.
        name: String,
        /// Why.
        #[source]
        cause: Box<dyn std::error::Error + Send + Sync>,
    },
    /// There is nothing in it.
    #[error("the secret {name} is empty")]
    Empty {
        /// Its name.
        name: String,
    },
}

/// How long what was read is used: a changed secret counts after five minutes at the latest.
const USED_FOR: SignedDuration = SignedDuration::from_mins(5);
/// After a refusal a secret is read again, but not more often than that: whoever sends us forged signatures
/// must not make us pay for a call each.
const READ_AGAIN_AFTER: SignedDuration = SignedDuration::from_secs(30);

impl Secret {
    /// A value at hand: on a developer's machine and in tests.
    pub fn known(value: &str) -> Self {
        Self(Arc::new(Kind::Known(Keys::of(value))))
    }

    /// The secret of this name, or ARN, in Secrets Manager. Nothing is read yet.
    pub fn stored(aws: Aws, name: String, clock: Arc<dyn Clock>) -> Self {
        Self(Arc::new(Kind::Stored { aws, name, clock, read: Mutex::new(None) }))
    }

    /// Its value, read at most once in five minutes.
    pub async fn keys(&self) -> Result<Keys, SecretError> {
        self.younger_than(USED_FOR).await
    }

    /// Its value after the one that we had was refused: read anew, if that was not done a moment ago.
    pub async fn keys_after_refusal(&self) -> Result<Keys, SecretError> {
        self.younger_than(READ_AGAIN_AFTER).await
    }

    async fn younger_than(&self, age: SignedDuration) -> Result<Keys, SecretError> {
        let (aws, name, clock, read) = match &*self.0 {
            Kind::Known(keys) => return Ok(keys.clone()),
            Kind::Stored { aws, name, clock, read } => (aws, name, clock, read),
        };
        // Whoever comes meanwhile waits for the same answer.
        let mut read = read.lock().await;
        let now = clock.now();
        if let Some((at, keys)) = &*read
            && now.duration_since(*at) < age
        {
            return Ok(keys.clone());
        }
        match aws.secrets().get_secret_value().secret_id(name).send().await {
            Ok(value) => {
                let keys = Keys::of(value.secret_string().unwrap_or_default());
                if keys.0.is_empty() {
                    return Err(SecretError::Empty { name: name.clone() });
                }
                *read = Some((now, keys.clone()));
                Ok(keys)
            }
            Err(cause) => match &*read {
                // What was right a moment ago most likely still is.
                Some((_, keys)) => Ok(keys.clone()),
                None => Err(SecretError::Unavailable { name: name.clone(), cause: Box::new(cause) }),
            },
        }
    }
}

impl Keys {
    fn of(value: &str) -> Self {
        Self(value.lines().map(str::trim).filter(|line| !line.is_empty()).map(str::to_owned).collect())
    }

    /// What we use ourselves. Empty only for a secret that was given empty by hand.
    pub fn first(&self) -> &str {
        self.0.first().map_or("", String::as_str)
    }

    /// All that is taken from others.
    pub fn all(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(String::as_str)
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(…)")
    }
}

impl fmt::Debug for Keys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Keys(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_has_a_key_to_a_line_and_never_prints() {
        let keys = Keys::of(" new \n\nold\r\n");
        assert_eq!((keys.first(), keys.all().collect::<Vec<_>>()), ("new", vec!["new", "old"]));
        let secret = Secret::known("hush");
        assert!(!format!("{secret:?} {keys:?}").contains("hush"));
        assert!(!format!("{keys:?}").contains("new"));
    }
}
