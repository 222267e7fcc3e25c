//! The AWS clients, built on first use over one HTTP client.
//!
//! The SDK's defaults cost 420 million instructions at the first handshake (jitter entropy) and three
//! quarters of the start-up (the system's root certificates): here TLS is `ring`, only Amazon's own
//! roots are trusted, and there is no `aws-config`.

mod environment;
mod http_client;
mod secret;

pub use environment::AwsEnvironment;
pub use http_client::connector;
pub use secret::{Secret, SecretError};

use std::{
    sync::{Arc, OnceLock},
    time::Duration,
};

use aws_credential_types::provider::SharedCredentialsProvider;
use aws_smithy_runtime_api::client::{http::SharedHttpClient, interceptors::SharedInterceptor};
use aws_smithy_types::{retry::RetryConfig, timeout::TimeoutConfig};

/// The AWS clients of one process.
#[derive(Clone)]
pub struct Aws(Arc<Inner>);

struct Inner {
    environment: AwsEnvironment,
    interceptors: Vec<SharedInterceptor>,
    http: OnceLock<SharedHttpClient>,
    dynamodb: OnceLock<aws_sdk_dynamodb::Client>,
    sqs: OnceLock<aws_sdk_sqs::Client>,
    sns: OnceLock<aws_sdk_sns::Client>,
    sms: OnceLock<aws_sdk_pinpointsmsvoicev2::Client>,
    secrets: OnceLock<aws_sdk_secretsmanager::Client>,
}

/// Configures a client from the environment. The services' builders share method names but no trait.
macro_rules! configure {
    ($service:ident, $inner:expr, $endpoint:expr, $retry:expr) => {{
        let inner = $inner;
        let mut config = $service::Config::builder()
            .behavior_version($service::config::BehaviorVersion::latest())
            .region($service::config::Region::new(inner.environment.region.clone()))
            .credentials_provider(SharedCredentialsProvider::new(inner.environment.credentials.clone()))
            .http_client(inner.http().clone())
            .timeout_config(call_timeouts())
            .retry_config($retry);
        config.set_endpoint_url($endpoint);
        for interceptor in &inner.interceptors {
            config = config.interceptor(interceptor.clone());
        }
        $service::Client::from_conf(config.build())
    }};
}

impl Aws {
    /// Creates clients for an environment, without connecting.
    pub fn new(environment: AwsEnvironment) -> Self {
        Self::with_interceptors(environment, Vec::new())
    }

    /// Adds interceptors of every call.
    pub fn with_interceptors(environment: AwsEnvironment, interceptors: Vec<SharedInterceptor>) -> Self {
        Self::made(environment, interceptors, OnceLock::new())
    }

    /// Uses the caller's HTTP client for every call.
    pub fn through(environment: AwsEnvironment, http: SharedHttpClient) -> Self {
        Self::made(environment, Vec::new(), OnceLock::from(http))
    }

    fn made(
        environment: AwsEnvironment,
        interceptors: Vec<SharedInterceptor>,
        http: OnceLock<SharedHttpClient>,
    ) -> Self {
        Self(Arc::new(Inner {
            environment,
            interceptors,
            http,
            dynamodb: OnceLock::new(),
            sqs: OnceLock::new(),
            sns: OnceLock::new(),
            sms: OnceLock::new(),
            secrets: OnceLock::new(),
        }))
    }

    /// DynamoDB. All our writes are conditional or idempotent, so the SDK may retry.
    pub fn dynamodb(&self) -> &aws_sdk_dynamodb::Client {
        let inner = &*self.0;
        inner.dynamodb.get_or_init(|| {
            let endpoint = inner.environment.dynamodb_endpoint.clone();
            configure!(aws_sdk_dynamodb, inner, endpoint, RetryConfig::standard().with_max_attempts(4))
        })
    }

    /// SQS. A message enqueued twice is delivered once, so the SDK may retry.
    pub fn sqs(&self) -> &aws_sdk_sqs::Client {
        let inner = &*self.0;
        inner.sqs.get_or_init(|| {
            let endpoint = inner.environment.sqs_endpoint.clone();
            configure!(aws_sdk_sqs, inner, endpoint, RetryConfig::standard().with_max_attempts(4))
        })
    }

    /// SNS, without retries: a second `Publish` is a second SMS.
    pub fn sns(&self) -> &aws_sdk_sns::Client {
        let inner = &*self.0;
        inner.sns.get_or_init(|| {
            let endpoint = inner.environment.sns_endpoint.clone();
            configure!(aws_sdk_sns, inner, endpoint, RetryConfig::disabled())
        })
    }

    /// End User Messaging SMS, without retries: a second call is a second SMS.
    pub fn sms(&self) -> &aws_sdk_pinpointsmsvoicev2::Client {
        let inner = &*self.0;
        inner.sms.get_or_init(|| {
            let endpoint = inner.environment.sms_endpoint.clone();
            configure!(aws_sdk_pinpointsmsvoicev2, inner, endpoint, RetryConfig::disabled())
        })
    }

    /// Secrets Manager.
    fn secrets(&self) -> &aws_sdk_secretsmanager::Client {
        let inner = &*self.0;
        inner.secrets.get_or_init(|| {
            let endpoint = inner.environment.secrets_endpoint.clone();
            let retry = RetryConfig::standard().with_max_attempts(3);
            configure!(aws_sdk_secretsmanager, inner, endpoint, retry)
        })
    }
}

impl Inner {
    fn http(&self) -> &SharedHttpClient {
        self.http.get_or_init(|| http_client::client(self.environment.more_roots.as_deref()))
    }
}

/// Calls never last until the function's timeout: 2 s to connect, 5 s per attempt, 12 s for all
/// attempts.
fn call_timeouts() -> TimeoutConfig {
    TimeoutConfig::builder()
        .connect_timeout(Duration::from_secs(2))
        .operation_attempt_timeout(Duration::from_secs(5))
        .operation_timeout(Duration::from_secs(12))
        .build()
}
