//! An API client with a token.

use std::{
    sync::atomic::{AtomicU64, Ordering},
    time::Duration,
};

use reqwest::{Method, RequestBuilder};
use serde_json::{Value, json};

/// An API client.
#[derive(Clone, Debug)]
pub struct Client {
    http: reqwest::Client,
    gateway: String,
    token: Option<String>,
}

/// A response.
#[derive(Clone, Debug)]
pub struct Answer {
    pub status: u16,
    pub etag: Option<String>,
    pub content_type: String,
    /// The body as JSON; null if it is not.
    pub body: Value,
}

impl Answer {
    /// The body, if the status is the expected one.
    #[track_caller]
    pub fn expect(self, status: u16) -> Value {
        assert_eq!(self.status, status, "{:#}", self.body);
        self.body
    }

    /// The slug of a problem.
    #[track_caller]
    pub fn problem(&self) -> &str {
        assert_eq!(self.content_type, "application/problem+json", "{:#}", self.body);
        assert_eq!(self.body["status"], self.status);
        self.body["type"].as_str().and_then(|kind| kind.rsplit('/').next()).unwrap_or_default()
    }

    /// The codes of the refused fields, with their pointers.
    pub fn field_errors(&self) -> Vec<(String, String)> {
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        let errors = self.body["errors"].as_array().cloned().unwrap_or_default();
        errors.iter().map(|error| (text(&error["pointer"]), text(&error["code"]))).collect()
    }
}

/// Unused idempotency keys of this process.
static KEYS: AtomicU64 = AtomicU64::new(0);

impl Client {
    /// A client of a gateway, with a token or without.
    pub fn new(gateway: &str, token: Option<String>) -> Self {
        Self { http: reqwest::Client::new(), gateway: gateway.to_owned(), token }
    }

    /// A request to complete.
    pub fn request(&self, method: Method, path: &str) -> RequestBuilder {
        let request = self.http.request(method, format!("{}{path}", self.gateway));
        match &self.token {
            Some(token) => request.bearer_auth(token),
            None => request,
        }
    }

    pub async fn send(&self, request: RequestBuilder) -> Answer {
        let response = request.send().await.expect("the gateway answers");
        let header = |name: &str| {
            response.headers().get(name).and_then(|value| value.to_str().ok()).map(str::to_owned)
        };
        let (status, etag) = (response.status().as_u16(), header("etag"));
        let content_type = header("content-type").unwrap_or_default();
        let bytes = response.bytes().await.expect("a whole body");
        Answer { status, etag, content_type, body: serde_json::from_slice(&bytes).unwrap_or(Value::Null) }
    }

    /// `GET`.
    pub async fn get(&self, path: &str) -> Answer {
        self.send(self.request(Method::GET, path)).await
    }

    /// `POST` of JSON.
    pub async fn post(&self, path: &str, body: &Value) -> Answer {
        self.send(self.request(Method::POST, path).json(body)).await
    }

    /// `POST` of JSON with an idempotency key.
    pub async fn post_with_key(&self, path: &str, key: &str, body: &Value) -> Answer {
        self.send(self.request(Method::POST, path).header("idempotency-key", key).json(body)).await
    }

    /// `POST` of JSON with a new idempotency key.
    pub async fn post_once(&self, path: &str, body: &Value) -> Answer {
        let key = format!("key-{}", KEYS.fetch_add(1, Ordering::Relaxed));
        self.post_with_key(path, &key, body).await
    }

    /// `POST` of JSON for a given version of a resource.
    pub async fn post_if(&self, path: &str, version: u64, body: &Value) -> Answer {
        let etag = format!("\"{version}\"");
        self.send(self.request(Method::POST, path).header("if-match", etag).json(body)).await
    }

    /// `PATCH` or `PUT` of a resource in its current version.
    pub async fn change(&self, method: Method, path: &str, body: &Value) -> Answer {
        let etag = self.get(path).await.etag.expect("an ETag");
        self.send(self.request(method, path).header("if-match", etag).json(body)).await
    }

    /// `POST` without a body for a resource in its current version.
    pub async fn act(&self, resource: &str, action: &str) -> Answer {
        let etag = self.get(resource).await.etag.expect("an ETag");
        let request = self.request(Method::POST, &format!("{resource}/{action}"));
        self.send(request.header("if-match", etag)).await
    }

    /// The body of a resource in a preferred media type.
    pub async fn download(&self, path: &str, accept: &str) -> (String, Vec<u8>) {
        let response = self.request(Method::GET, path).header("accept", accept).send().await;
        let response = response.expect("the gateway answers");
        assert_eq!(response.status().as_u16(), 200);
        let kind = response.headers().get("content-type").and_then(|value| value.to_str().ok());
        let kind = kind.unwrap_or_default().to_owned();
        (kind, response.bytes().await.expect("a whole body").to_vec())
    }

    /// Plans the import of a CSV file of the whole school, and applies the plan as it is.
    pub async fn import(&self, csv: impl Into<reqwest::Body>) -> Answer {
        self.import_as("whole_school", "text/csv", csv).await
    }

    /// Plans the import of a file, and applies the plan as it is: every guard is confirmed, and nothing decided.
    pub async fn import_as(&self, scope: &str, kind: &str, file: impl Into<reqwest::Body>) -> Answer {
        let planned = self.plan_import(scope, kind, file).await;
        if planned.status != 201 {
            return planned;
        }
        let order = json!({ "digest": planned.body["digest"], "confirmed": planned.body["guards"] });
        let path = format!("/v1/imports/{}/apply", planned.body["id"].as_str().expect("an id"));
        loop {
            // A repeated request tells how far it is; the schedule goes on where the first one stopped.
            let applied = self.post(&path, &order).await;
            if applied.status != 202 {
                return applied;
            }
            tokio::time::sleep(Duration::from_millis(500)).await;
        }
    }

    /// Plans the import of a file.
    pub async fn plan_import(&self, scope: &str, kind: &str, file: impl Into<reqwest::Body>) -> Answer {
        let request = self.request(Method::POST, &format!("/v1/imports?scope={scope}"));
        self.send(request.header("content-type", kind).body(file)).await
    }
}
