//! AWS over HTTPS on loopback: the emulators behind our own certificate, with counters.

use std::{
    io,
    net::{Ipv4Addr, SocketAddr},
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
};

use axum::{
    Router,
    body::{Body, to_bytes},
    extract::Request,
    http::{StatusCode, header},
    middleware::from_fn,
    response::{IntoResponse, Response},
};
use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, DnType, IsCa, KeyPair, PKCS_RSA_SHA256};
use rsa::{RsaPrivateKey, pkcs8::EncodePrivateKey, rand_core::OsRng};
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::{
    TlsAcceptor,
    rustls::{
        ServerConfig,
        crypto::ring,
        pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer},
    },
    server::TlsStream,
};

/// The certificate authority of one run.
pub struct Authority {
    acceptor: TlsAcceptor,
    certificate: String,
    counts: Arc<Counts>,
}

#[derive(Default)]
struct Counts {
    calls: AtomicU64,
    connections: AtomicU64,
}

struct TlsListener {
    tcp: TcpListener,
    acceptor: TlsAcceptor,
    counts: Arc<Counts>,
}

impl axum::serve::Listener for TlsListener {
    type Io = TlsStream<TcpStream>;
    type Addr = SocketAddr;

    async fn accept(&mut self) -> (Self::Io, Self::Addr) {
        loop {
            let (stream, address) = axum::serve::Listener::accept(&mut self.tcp).await;
            // Like AWS: without Nagle's algorithm.
            let _ = stream.set_nodelay(true);
            // A client may be killed during its handshake.
            if let Ok(stream) = self.acceptor.accept(stream).await {
                self.counts.connections.fetch_add(1, Ordering::Relaxed);
                return (stream, address);
            }
        }
    }

    fn local_addr(&self) -> io::Result<Self::Addr> {
        self.tcp.local_addr()
    }
}

impl Authority {
    /// A new authority with ephemeral keys. Like at AWS, a root certifies an intermediate, and the
    /// intermediate the server; every key is RSA of 2,048 bits, because a client's work depends on it.
    pub fn new() -> Self {
        let root = CertifiedIssuer::self_signed(authority("root"), rsa_key()).expect("a certificate");
        let between =
            CertifiedIssuer::signed_by(authority("between"), rsa_key(), &root).expect("a certificate");
        let key = rsa_key();
        let server = CertificateParams::new(vec!["localhost".to_owned()])
            .and_then(|params| params.signed_by(&key, &between))
            .expect("a certificate");
        let chain = vec![server.der().clone(), between.der().clone()];
        let private = PrivateKeyDer::try_from(key.serialize_der()).expect("a key in PKCS#8");
        let config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_safe_default_protocol_versions()
            .expect("the versions of the provider")
            .with_no_client_auth()
            .with_single_cert(chain, private)
            .expect("a key of this certificate");
        Self {
            acceptor: TlsAcceptor::from(Arc::new(config)),
            certificate: root.pem(),
            counts: Arc::default(),
        }
    }

    /// The root certificate, in PEM.
    pub fn certificate(&self) -> &str {
        &self.certificate
    }

    /// The calls since the last reading, and their connections.
    pub fn calls_and_connections(&self) -> (u64, u64) {
        let Counts { calls, connections } = &*self.counts;
        (calls.swap(0, Ordering::Relaxed), connections.swap(0, Ordering::Relaxed))
    }

    /// Serves a router over HTTPS. Returns its address.
    pub async fn serve(&self, router: Router) -> String {
        let tcp = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.expect("a free port");
        let port = tcp.local_addr().expect("an address").port();
        let listener = TlsListener { tcp, acceptor: self.acceptor.clone(), counts: self.counts.clone() };
        let counts = self.counts.clone();
        let counted = router.layer(from_fn(move |request: Request, next: axum::middleware::Next| {
            counts.calls.fetch_add(1, Ordering::Relaxed);
            next.run(request)
        }));
        tokio::spawn(async move { axum::serve(listener, counted).await });
        format!("https://localhost:{port}")
    }
}

fn authority(name: &str) -> CertificateParams {
    let mut params = CertificateParams::default();
    params.distinguished_name.push(DnType::CommonName, name);
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    params
}

fn rsa_key() -> KeyPair {
    let key = RsaPrivateKey::new(&mut OsRng, 2048).expect("a key");
    let key = key.to_pkcs8_der().expect("a key in PKCS#8");
    let key = PrivatePkcs8KeyDer::from(key.as_bytes());
    KeyPair::from_pkcs8_der_and_sign_algo(&key, &PKCS_RSA_SHA256).expect("a key of this kind")
}

/// Forwards everything to a server without TLS.
pub fn to(server: String) -> Router {
    let client = reqwest::Client::new();
    Router::new().fallback(move |request: Request| hand_on(client.clone(), server.clone(), request))
}

async fn hand_on(client: reqwest::Client, server: String, request: Request) -> Response {
    let (mut parts, body) = request.into_parts();
    let body = to_bytes(body, usize::MAX).await.expect("a whole body");
    let url = format!("{server}{}", parts.uri.path_and_query().map_or("/", |path| path.as_str()));
    parts.headers.remove(header::HOST);
    match client.request(parts.method, url).headers(parts.headers).body(body).send().await {
        Ok(answer) => {
            let (status, mut headers) = (answer.status(), answer.headers().clone());
            headers.remove(header::TRANSFER_ENCODING);
            (status, headers, Body::from(answer.bytes().await.unwrap_or_default())).into_response()
        }
        Err(_) => StatusCode::BAD_GATEWAY.into_response(),
    }
}
