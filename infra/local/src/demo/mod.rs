//! A demonstration school, created through the API.

mod roll;

use api::Role;
use axum::{
    Router,
    body::{Body, to_bytes},
    http::{Request, StatusCode},
};
use domain::{clock::Clock, id::SchoolId, pricing::RateCard};
use serde::Serialize;
use serde_json::{Value, json};
use tower::ServiceExt;

use crate::Running;

pub use roll::people_csv;

/// The id of the demonstration school, the same on every machine.
const SCHOOL: &str = "sch_01DEM0DEM0DEM0DEM0DEM0DEM0";

/// The demonstration school, with tokens for all roles.
#[derive(Clone, Debug, Serialize)]
pub struct DemoSchool {
    pub school_id: SchoolId,
    pub tokens: DemoTokens,
    /// A template for guardians, sent from the list of pupils.
    pub template: String,
    /// A class.
    pub class: &'static str,
}

/// One token for each role.
#[derive(Clone, Debug, Serialize)]
pub struct DemoTokens {
    /// An administrator of the school.
    pub admin: String,
    /// A sender of the school.
    pub sender: String,
    /// A reader of the sent log.
    pub reader: String,
    /// The operator.
    pub operator: String,
}

/// A template: label, audience, context, body. The printed commands use the first.
const TEMPLATES: [(&str, &str, &str, &str); 4] = [
    (
        "Réunion de parents",
        "guardians",
        "meeting",
        "Réunion {{meeting.subject}} pour {{pupils}} le {{meeting.date}} à {{meeting.time}}. {{school.name}}, {{school.callback_number}}",
    ),
    (
        "Absence à justifier",
        "guardians",
        "absence",
        "{{pupil.first_name}} ({{pupil.class}}) est noté(e) absent(e) le {{absence.date}} ({{absence.period}}). Merci de rappeler le {{school.callback_number}}. {{school.name}}",
    ),
    (
        "Professeur absent",
        "guardians",
        "teacher_absent",
        "{{teacher.name}} sera absent le {{absence.date}} ({{absence.period}}). Les cours ne seront pas remplacés. {{school.name}}",
    ),
    (
        "Conseil pédagogique",
        "teachers",
        "meeting",
        "Conseil le {{meeting.date}} à {{meeting.time}}, {{meeting.place}}.",
    ),
];

/// Creates the demonstration school, unless the folder has it, and returns its tokens.
pub async fn prepare(running: &Running) -> Option<DemoSchool> {
    let school_id: SchoolId = SCHOOL.parse().expect("a well-formed identifier");
    let tokens = running.tokens();
    let tokens = DemoTokens {
        admin: tokens.issue("demo-admin", Role::Admin, Some(school_id)),
        sender: tokens.issue("demo-sender", Role::Sender, Some(school_id)),
        reader: tokens.issue("demo-reader", Role::Reader, Some(school_id)),
        operator: tokens.issue("demo-operator", Role::Operator, None),
    };
    let api = Api(running.gateway());
    if !running.data().has_demo() {
        if let Err(Failed { step, status }) = make(&api, &tokens, school_id).await {
            eprintln!("The demonstration school could not be created: {step} returned {status}.");
            return None;
        }
        if let Err(error) = running.data().remember_demo() {
            tracing::warn!(%error, "the demonstration school will be created again");
        }
    }
    let template = first_template(&api, &tokens).await?;
    Some(DemoSchool { school_id, tokens, template, class: roll::CLASSES[0] })
}

/// The template of the printed commands, or another if it was removed.
async fn first_template(api: &Api, tokens: &DemoTokens) -> Option<String> {
    let (_, list) = api.call("GET", "/v1/templates", &tokens.admin, None).await;
    let templates = list["templates"].as_array()?;
    let wanted = templates.iter().find(|template| template["label"] == TEMPLATES[0].0);
    Some(wanted.or_else(|| templates.first())?["id"].as_str()?.to_owned())
}

/// A step with an unexpected status.
struct Failed {
    step: &'static str,
    status: StatusCode,
}

/// Registers the school and fills it. A conflict means that an interrupted run completed the step.
async fn make(api: &Api, tokens: &DemoTokens, school: SchoolId) -> Result<(), Failed> {
    let admin = &tokens.admin;
    let application = json!({
        "school": { "name": "Collège Jeanne Démo", "uai": "0951099D" },
        "contact": { "name": "Camille Exemple", "email": "secretariat@college-demo.example" },
        "acknowledged_rate_card": RateCard::current(runtime::SystemClock.now()).version(),
    });
    api.step("registration", "POST", "/v1/registrations", admin, Some(application)).await?;
    let confirm = format!("/v1/operator/schools/{school}/confirm");
    api.step("confirmation", "POST", &confirm, &tokens.operator, Some(json!({}))).await?;
    api.step("licence", "POST", "/v1/licence/refresh", admin, None).await?;
    api.patch_school(admin, json!({ "callback_number": "01 99 00 12 34" })).await?;
    api.import(admin, people_csv()).await?;
    for (label, audience, context, body) in TEMPLATES {
        let template = json!({ "label": label, "audience": audience, "context": context, "body": body });
        api.step("templates", "POST", "/v1/templates", admin, Some(template)).await?;
    }
    Ok(())
}

/// The gateway, called without a socket.
struct Api(Router);

impl Api {
    async fn send(&self, request: Request<Body>) -> (StatusCode, Option<String>, Value) {
        let Ok(response) = self.0.clone().oneshot(request).await;
        let status = response.status();
        let etag = response.headers().get("etag").and_then(|value| value.to_str().ok()).map(str::to_owned);
        let bytes = to_bytes(response.into_body(), usize::MAX).await.unwrap_or_default();
        (status, etag, serde_json::from_slice(&bytes).unwrap_or(Value::Null))
    }

    async fn call(&self, method: &str, path: &str, token: &str, body: Option<Value>) -> (StatusCode, Value) {
        let body = body.map_or_else(Body::empty, |body| Body::from(body.to_string()));
        let (status, _, answer) =
            self.send(request(method, path, token).body(body).expect("a request")).await;
        (status, answer)
    }

    async fn step(
        &self,
        step: &'static str,
        method: &str,
        path: &str,
        token: &str,
        body: Option<Value>,
    ) -> Result<(), Failed> {
        let (status, _) = self.call(method, path, token, body).await;
        if status.is_success() || status == StatusCode::CONFLICT {
            Ok(())
        } else {
            Err(Failed { step, status })
        }
    }

    /// The answer of a request that succeeds.
    async fn answer(&self, step: &'static str, request: Request<Body>) -> Result<Value, Failed> {
        let (status, _, answer) = self.send(request).await;
        if status.is_success() { Ok(answer) } else { Err(Failed { step, status }) }
    }

    async fn patch_school(&self, token: &str, patch: Value) -> Result<(), Failed> {
        let empty = request("GET", "/v1/school", token).body(Body::empty()).expect("a request");
        let (_, etag, _) = self.send(empty).await;
        let request = request("PATCH", "/v1/school", token).header("if-match", etag.unwrap_or_default());
        let (status, _, _) = self.send(request.body(Body::from(patch.to_string())).expect("a request")).await;
        if status.is_success() { Ok(()) } else { Err(Failed { step: "settings", status }) }
    }

    async fn import(&self, token: &str, csv: String) -> Result<(), Failed> {
        let upload = request("POST", "/v1/imports?scope=whole_school", token);
        let planned = self.answer("import", upload.body(Body::from(csv)).expect("a request")).await?;
        let (id, digest) = (planned["id"].as_str().unwrap_or_default(), &planned["digest"]);
        let apply = request("POST", &format!("/v1/imports/{id}/apply"), token);
        let order = serde_json::json!({ "digest": digest }).to_string();
        self.answer("import", apply.body(Body::from(order)).expect("a request")).await?;
        Ok(())
    }
}

fn request(method: &str, path: &str, token: &str) -> axum::http::request::Builder {
    Request::builder()
        .method(method)
        .uri(path)
        .header("authorization", format!("Bearer {token}"))
        .header("content-type", "application/json")
}
