//! Requests of front ends, the operator and carriers to a world.

use std::{
    collections::{BTreeSet, HashMap},
    sync::PoisonError,
    time::Duration,
};

use api::request_context;
use axum::{
    Router,
    body::{Body, to_bytes},
    http::Request,
    response::Response,
};
use carriers::sign;
use domain::{clock::Clock, id::SchoolId};
use jiff::Timestamp;
use schedule::Round;
use serde_json::{Value, json};
use tower::ServiceExt;

use super::{addresses::API, fake_carrier::BRIDGE_KEY, system::World};

impl World {
    /// A front end's request, with faults. A killed process gives 502, as from the gateway.
    pub async fn call(
        &self,
        school: SchoolId,
        role: &str,
        method: &str,
        path: &str,
        key: Option<&str>,
        body: Value,
    ) -> (u16, Value) {
        let key = key.map(|key| ("idempotency-key", key));
        self.note(method, path);
        call(self.faulty.router(path), school, role, method, path, key, body).await
    }

    /// A request for a version of a resource, with faults.
    pub async fn change(
        &self,
        school: SchoolId,
        version: u64,
        method: &str,
        path: &str,
        body: Value,
    ) -> (u16, Value) {
        let etag = format!("\"{version}\"");
        self.note(method, path);
        call(self.faulty.router(path), school, "admin", method, path, Some(("if-match", &etag)), body).await
    }

    /// A request for a version of a resource, without faults.
    pub async fn sound_change(
        &self,
        school: SchoolId,
        version: u64,
        method: &str,
        path: &str,
        body: Value,
    ) -> Value {
        let etag = format!("\"{version}\"");
        let header = Some(("if-match", etag.as_str()));
        let router = self.sound.router(path);
        self.note(method, path);
        let (status, body) = call(router, school, "admin", method, path, header, body).await;
        assert!(status < 300, "{path}: {status} {body:#}");
        body
    }

    /// A request without faults.
    pub async fn sound_call(
        &self,
        school: SchoolId,
        role: &str,
        method: &str,
        path: &str,
        body: Value,
    ) -> Value {
        let (status, body) = self.sound_request(school, role, method, path, body).await;
        assert!(status < 300, "{path}: {status} {body:#}");
        body
    }

    /// A request without faults, whatever comes of it.
    pub async fn sound_request(
        &self,
        school: SchoolId,
        role: &str,
        method: &str,
        path: &str,
        body: Value,
    ) -> (u16, Value) {
        self.note(method, path);
        call(self.sound.router(path), school, role, method, path, None, body).await
    }

    /// An import of the whole school without faults, planned and applied.
    pub async fn import(&self, school: SchoolId, csv: String) -> Value {
        let (status, planned) = self.plan(school, csv).await;
        assert_eq!(status, 201, "{planned:#}");
        let (apply, order) = application_of(&planned).expect("a plan");
        loop {
            let applied = self.sound_call(school, "admin", "POST", &apply, order.clone()).await;
            if applied["stage"] == "applied" {
                return applied;
            }
            // The schedule completes what a request is too short for.
            tokio::time::sleep(Duration::from_secs(60)).await;
            self.round(Round::Minute).await;
        }
    }

    /// The plan of an import without faults.
    pub async fn plan(&self, school: SchoolId, csv: String) -> (u16, Value) {
        self.note("POST", IMPORTS);
        plan(self.sound.router(IMPORTS), school, csv).await
    }

    /// An import with faults. Returns the path of the import, if it was planned.
    pub async fn try_import(&self, school: SchoolId, csv: String) -> Option<String> {
        let (_, planned) = plan(self.faulty.router(IMPORTS), school, csv).await;
        let (apply, order) = application_of(&planned)?;
        self.call(school, "admin", "POST", &apply, None, order).await;
        apply.strip_suffix("/apply").map(str::to_owned)
    }

    /// Opens a link like a browser: without a token, reading piece by piece. Returns status, headers and
    /// body.
    pub async fn open(&self, link: &str) -> Response {
        let path = link.strip_prefix(API).expect("a link of this world");
        self.note("GET", path);
        let request = Request::get(path).body(Body::empty()).expect("a request");
        let Ok(answer) = self.sound.router(path).oneshot(request).await;
        answer
    }

    /// The whole file of a link.
    pub async fn download(&self, link: &str) -> Vec<u8> {
        let answer = self.open(link).await;
        assert_eq!(answer.status(), 200);
        to_bytes(answer.into_body(), usize::MAX).await.expect("a whole file").to_vec()
    }

    /// All messages of a query in one response, in the preferred media type.
    pub async fn file(&self, school: SchoolId, role: &str, path: &str, accept: &str) -> Response {
        self.note("GET", path);
        let mut request = Request::get(path).header("accept", accept).body(Body::empty()).expect("a request");
        request.extensions_mut().insert(request_context("req".to_owned(), Some(claims(school, role))));
        let Ok(answer) = self.sound.router(path).oneshot(request).await;
        answer
    }

    /// A carrier's event, signed. Returns the status.
    pub async fn tell(&self, id: &str, event: &Value) -> u16 {
        self.tell_as(BRIDGE_KEY, self.clock.now(), id, event).await
    }

    /// The same, signed with any key at any time.
    pub async fn tell_as(&self, key: &[u8], at: Timestamp, id: &str, event: &Value) -> u16 {
        let (body, timestamp) = (event.to_string(), at.as_second().to_string());
        let request = Request::post("/v1/receipts/bridge")
            .header("webhook-id", id)
            .header("webhook-timestamp", &timestamp)
            .header("webhook-signature", sign(key, id, &timestamp, body.as_bytes()))
            .body(Body::from(body))
            .expect("a request");
        let router = self.faulty.router("/v1/receipts/bridge");
        let told = tokio::spawn(async move {
            let Ok(answer) = router.oneshot(request).await;
            answer.status().as_u16()
        });
        told.await.unwrap_or(502)
    }

    /// Sends like a front end: the same key until there is a response. Returns the response.
    pub async fn send_until_answered(&self, school: SchoolId, path: &str, key: &str, body: &Value) -> Value {
        for _ in 0..40 {
            let (status, answer) = self.call(school, "admin", "POST", path, Some(key), body.clone()).await;
            match status {
                201 => return answer,
                // 503: the table; 409: the earlier attempt may be running; 502: the process died.
                409 | 500.. => tokio::time::sleep(Duration::from_secs(5)).await,
                _ => panic!("{status} {answer:#}"),
            }
        }
        panic!("no answer in 200 seconds");
    }

    fn note(&self, method: &str, path: &str) {
        let path = path.split('?').next().unwrap_or_default();
        let mut requests = self.requests.lock().unwrap_or_else(PoisonError::into_inner);
        requests.insert((method.to_owned(), path.to_owned()));
    }

    /// The requests of front ends and the operator so far: method and path.
    pub fn requests(&self) -> BTreeSet<(String, String)> {
        self.requests.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

const IMPORTS: &str = "/v1/imports";

/// The request that applies a plan as it is.
fn application_of(planned: &Value) -> Option<(String, Value)> {
    let path = format!("{IMPORTS}/{}/apply", planned["id"].as_str()?);
    Some((path, json!({ "digest": planned["digest"], "confirmed": planned["guards"] })))
}

async fn plan(router: Router, school: SchoolId, csv: String) -> (u16, Value) {
    let upload = Request::post(format!("{IMPORTS}?scope=whole_school")).header("content-type", "text/csv");
    answered(router, school, "admin", upload.body(Body::from(csv)).expect("a request")).await
}

async fn call(
    router: Router,
    school: SchoolId,
    role: &str,
    method: &str,
    path: &str,
    header: Option<(&str, &str)>,
    body: Value,
) -> (u16, Value) {
    let mut request = Request::builder().method(method).uri(path).header("content-type", "application/json");
    if let Some((name, value)) = header {
        request = request.header(name, value);
    }
    let body = if method == "GET" { Body::empty() } else { Body::from(body.to_string()) };
    answered(router, school, role, request.body(body).expect("a request")).await
}

fn claims(school: SchoolId, role: &str) -> HashMap<String, String> {
    let mut claims = [("sub", "test"), ("role", role)].map(|(k, v)| (k.to_owned(), v.to_owned())).to_vec();
    if role != "operator" {
        claims.push(("school_id".to_owned(), school.to_string()));
    }
    claims.into_iter().collect()
}

async fn answered(router: Router, school: SchoolId, role: &str, mut request: Request<Body>) -> (u16, Value) {
    request.extensions_mut().insert(request_context("req".to_owned(), Some(claims(school, role))));
    let answered = tokio::spawn(async move {
        let Ok(answer) = router.oneshot(request).await;
        let status = answer.status().as_u16();
        let bytes = to_bytes(answer.into_body(), usize::MAX).await.unwrap_or_default();
        (status, serde_json::from_slice(&bytes).unwrap_or(Value::Null))
    });
    answered.await.unwrap_or((502, Value::Null))
}
