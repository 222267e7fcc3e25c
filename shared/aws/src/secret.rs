//! Keys and tokens by reference: read from Secrets Manager on use, and again on rotation.

use std::{fmt, sync::Arc, time::Duration};

use jiff::{SignedDuration, Timestamp};
use tokio::sync::Mutex;

use super::Aws;
use domain::{clock::Clock, keys::Keys};

/// A key or token, or a reference to it. Never printed.
///
/// A value may have several lines: the first is used for signing and login, the others are still
/// accepted for verification. Rotation has no gap: append the new key, switch the carrier to it, move
/// it to the first line, remove the old one.
#[derive(Clone)]
pub struct Secret(Arc<Kind>);

enum Kind {
    Known(Keys),
    Stored { aws: Aws, name: String, clock: Arc<dyn Clock>, read: Mutex<Option<Read>> },
}

/// The last read.
struct Read {
    at: Timestamp,
    keys: Keys,
    /// The last failed read since.
    failed_at: Option<Timestamp>,
}

/// Why a secret cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum SecretError {
    /// Secrets Manager did not respond, or denied access.
    #[error("the secret {name} cannot be read")]
    Unavailable {
        name: String,
        #[source]
        cause: Box<dyn std::error::Error + Send + Sync>,
    },
    /// The secret has no value.
    #[error("the secret {name} is empty")]
    Empty { name: String },
}

/// Cache lifetime: a rotated secret takes effect within five minutes.
const USED_FOR: SignedDuration = SignedDuration::from_mins(5);
/// Minimum time between reads after a refusal: forged signatures must not cost one call each.
const READ_AGAIN_AFTER: SignedDuration = SignedDuration::from_secs(30);

/// Cache lifetime while Secrets Manager does not respond.
const USED_WITHOUT_ANSWER_FOR: SignedDuration = SignedDuration::from_hours(2);
/// Timeout: a text or a callback is waiting for the key.
const ANSWERS_WITHIN: Duration = Duration::from_secs(2);

impl Secret {
    /// Creates a literal value, for development and tests.
    pub fn known(value: &str) -> Self {
        Self(Arc::new(Kind::Known(Keys::of(value))))
    }

    /// References a secret in Secrets Manager by name or ARN. Reads nothing yet.
    pub fn stored(aws: Aws, name: String, clock: Arc<dyn Clock>) -> Self {
        Self(Arc::new(Kind::Stored { aws, name, clock, read: Mutex::new(None) }))
    }

    /// Returns the value, cached for five minutes.
    pub async fn keys(&self) -> Result<Keys, SecretError> {
        self.younger_than(USED_FOR).await
    }

    /// Returns the value after ours was refused: re-read, unless read a moment ago.
    pub async fn keys_after_refusal(&self) -> Result<Keys, SecretError> {
        self.younger_than(READ_AGAIN_AFTER).await
    }

    /// Returns the value after a carrier refused ours: re-read, unless another caller already did.
    pub async fn keys_other_than(&self, refused: &Keys) -> Result<Keys, SecretError> {
        let keys = self.keys().await?;
        if keys == *refused { self.younger_than(SignedDuration::ZERO).await } else { Ok(keys) }
    }

    async fn younger_than(&self, age: SignedDuration) -> Result<Keys, SecretError> {
        let (aws, name, clock, read) = match &*self.0 {
            Kind::Known(keys) => return Ok(keys.clone()),
            Kind::Stored { aws, name, clock, read } => (aws, name, clock, read),
        };
        let came_at = clock.now();
        // Concurrent callers wait for the same read.
        let mut read = read.lock().await;
        let now = clock.now();
        if let Some(Read { at, keys, failed_at }) = &*read {
            let rests = failed_at.is_some_and(|failed_at| now.duration_since(failed_at) < READ_AGAIN_AFTER);
            let is_answered = *at > came_at || failed_at.is_some_and(|failed_at| failed_at > came_at);
            if is_answered || rests || now.duration_since(*at) < age {
                return Ok(keys.clone());
            }
        }
        let asked = aws.secrets().get_secret_value().secret_id(name).send();
        let answered = match tokio::time::timeout(ANSWERS_WITHIN, asked).await {
            Ok(answered) => answered.map_err(|error| Box::new(error) as Box<_>),
            Err(too_late) => Err(Box::new(too_late) as Box<_>),
        };
        match answered {
            Ok(value) => {
                let keys = Keys::of(value.secret_string().unwrap_or_default());
                if keys.is_empty() {
                    return Err(SecretError::Empty { name: name.clone() });
                }
                *read = Some(Read { at: clock.now(), keys: keys.clone(), failed_at: None });
                Ok(keys)
            }
            Err(cause) => match &mut *read {
                // A recently valid value most likely still is; but a revoked key must not be used
                // indefinitely.
                Some(read) if now.duration_since(read.at) < USED_WITHOUT_ANSWER_FOR => {
                    read.failed_at = Some(clock.now());
                    Ok(read.keys.clone())
                }
                _ => Err(SecretError::Unavailable { name: name.clone(), cause }),
            },
        }
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(…)")
    }
}

#[cfg(test)]
mod tests {
    use std::sync::{
        Mutex as Held,
        atomic::{AtomicUsize, Ordering},
    };

    use aws_smithy_runtime_api::{
        client::{
            http::{HttpConnector, HttpConnectorFuture, SharedHttpConnector, http_client_fn},
            orchestrator::{HttpRequest, HttpResponse},
        },
        http::StatusCode,
    };
    use aws_smithy_types::body::SdkBody;

    use super::*;
    use crate::AwsEnvironment;
    use domain::clock::HeldClock;

    /// Secrets Manager with one secret; no value means that it does not respond.
    #[derive(Clone, Debug)]
    struct Vault {
        value: Arc<Held<Option<&'static str>>>,
        reads: Arc<AtomicUsize>,
    }

    impl HttpConnector for Vault {
        fn call(&self, _: HttpRequest) -> HttpConnectorFuture {
            self.reads.fetch_add(1, Ordering::SeqCst);
            let (status, body) = match *self.value.lock().unwrap() {
                Some(value) => (200, format!(r#"{{"Name":"key","SecretString":"{value}"}}"#)),
                None => (400, r#"{"__type":"ResourceNotFoundException"}"#.to_owned()),
            };
            let status = StatusCode::try_from(status).unwrap();
            HttpConnectorFuture::ready(Ok(HttpResponse::new(status, SdkBody::from(body))))
        }
    }

    #[tokio::test]
    async fn a_secret_is_read_once_and_again_when_it_may_have_changed() {
        let vault = Vault { value: Arc::new(Held::new(None)), reads: Arc::default() };
        let connector = SharedHttpConnector::new(vault.clone());
        let environment = AwsEnvironment::local(String::new(), String::new());
        let aws = Aws::through(environment, http_client_fn(move |_, _| connector.clone()));
        let clock = Arc::new(HeldClock::at("2026-11-24T09:00:00Z".parse().unwrap()));
        let secret = Secret::stored(aws, "key".to_owned(), clock.clone());
        let first = |keys: Result<Keys, SecretError>| keys.map(|keys| keys.first().to_owned()).ok();
        let set = |value| *vault.value.lock().unwrap() = value;
        let minutes = |minutes: u64| clock.advance(std::time::Duration::from_secs(60 * minutes));
        let reads = || vault.reads.swap(0, Ordering::SeqCst);

        let refused = secret.keys().await.unwrap_err();
        assert_eq!(refused.to_string(), "the secret key cannot be read");
        set(Some("old"));
        reads();
        for _ in 0..3 {
            assert_eq!(first(secret.keys().await).as_deref(), Some("old"));
        }
        assert_eq!(reads(), 1);
        // Rotation: visible after a refusal, at a limited rate, or after five minutes.
        set(Some("new\\nold"));
        assert_eq!(first(secret.keys_after_refusal().await).as_deref(), Some("old"));
        minutes(1);
        assert_eq!(first(secret.keys().await).as_deref(), Some("old"));
        for _ in 0..3 {
            assert_eq!(first(secret.keys_after_refusal().await).as_deref(), Some("new"));
        }
        assert_eq!(reads(), 1);
        set(Some("newer"));
        minutes(5);
        assert_eq!(first(secret.keys().await).as_deref(), Some("newer"));
        // Refused by a carrier: re-read at once.
        set(Some("newest"));
        let refused = secret.keys().await.unwrap();
        assert_eq!(first(secret.keys_other_than(&refused).await).as_deref(), Some("newest"));
        set(Some("newer"));
        minutes(5);
        assert_eq!(first(secret.keys().await).as_deref(), Some("newer"));
        // While Secrets Manager does not respond, the cached value is used.
        set(None);
        minutes(60);
        reads();
        for _ in 0..3 {
            assert_eq!(first(secret.keys().await).as_deref(), Some("newer"));
        }
        assert_eq!(reads(), 1, "it is not asked again and again");
        minutes(120);
        assert_eq!(first(secret.keys().await), None, "but not for ever");
    }

    #[test]
    fn a_secret_has_a_key_to_a_line_and_never_prints() {
        let keys = Keys::of(" new \n\nold\r\n");
        assert_eq!((keys.first(), keys.all().collect::<Vec<_>>()), ("new", vec!["new", "old"]));
        let secret = Secret::known("hush");
        assert!(!format!("{secret:?} {keys:?}").contains("hush"));
        assert!(!format!("{keys:?}").contains("new"));
    }
}
