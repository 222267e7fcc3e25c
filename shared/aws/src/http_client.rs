//! The HTTP client of all AWS clients.

use std::time::Duration;

use aws_smithy_http_client::{
    Builder, Connector,
    tls::{Provider, TlsContext, TrustStore, rustls_provider::CryptoMode},
};
use aws_smithy_runtime_api::client::http::{HttpConnectorSettings, SharedHttpClient};

/// The root certificates of AWS services, published by Amazon Trust Services: Amazon Root CA 1 to 4 and
/// the Starfield Services root.
const AMAZON_ROOTS: &str = include_str!("amazon-roots.pem");

pub(super) fn client(more_roots: Option<&str>) -> SharedHttpClient {
    Builder::new()
        .tls_provider(Provider::Rustls(CryptoMode::Ring))
        .tls_context(amazon_and(more_roots))
        .build_https()
}

/// A connector for carriers outside AWS, with its own timeouts. Trusts the system's root certificates,
/// loaded only when such a carrier is used.
pub fn connector(connect_timeout: Duration, read_timeout: Duration) -> Connector {
    let settings =
        HttpConnectorSettings::builder().connect_timeout(connect_timeout).read_timeout(read_timeout).build();
    Connector::builder().connector_settings(settings).tls_provider(Provider::Rustls(CryptoMode::Ring)).build()
}

fn amazon_and(more_roots: Option<&str>) -> TlsContext {
    let roots = TrustStore::empty().with_pem_certificate(AMAZON_ROOTS);
    let roots = more_roots.into_iter().fold(roots, TrustStore::with_pem_certificate);
    TlsContext::builder().with_trust_store(roots).build().expect("a TLS context requires only roots")
}
