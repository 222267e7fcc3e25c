//! Requests from the document's examples, with the ids of an existing school.

use std::sync::atomic::{AtomicU64, Ordering};

use api::Role;
use carillon_tests::{Answer, Client, Service};
use domain::id::SchoolId;
use reqwest::Method;
use serde_json::{Value, json};

/// The id in examples, after its prefix.
const OF_EXAMPLES: &str = "01J0000000000000000000000A";

/// Unused idempotency keys.
static KEYS: AtomicU64 = AtomicU64::new(0);

/// A school with one resource of each kind.
pub(super) struct Filled {
    pub school: SchoolId,
    pub admin: Client,
    guardian: String,
    ids: Vec<(&'static str, String)>,
}

impl Filled {
    /// A licensed school with a family called `surname`, a template and a send.
    pub async fn new(service: &Service, surname: &str) -> Self {
        let (school, admin) = service.licensed_school().await;
        let id = |body: Value| body["id"].as_str().expect("an identifier").to_owned();
        let pupil =
            json!({ "audience": "pupils", "first_name": "Emma", "last_name": surname, "class": "6e A" });
        let pupil = id(admin.post("/v1/people", &pupil).await.expect(201));
        let guardian = json!({
            "audience": "guardians", "first_name": "Claire", "last_name": surname, "phone": "06 39 98 12 34",
            "guardianships": [{ "pupil": pupil }],
        });
        let guardian = id(admin.post("/v1/people", &guardian).await.expect(201));
        let template = json!({
            "label": format!("Réunion {surname}"), "audience": "guardians", "context": "meeting",
            "body": format!("Réunion de la famille {surname}"),
        });
        let template = id(admin.post("/v1/templates", &template).await.expect(201));
        let order = json!({ "view": "guardians", "selection": { "everyone": true }, "template": template });
        let send = id(admin.post_once("/v1/sends", &order).await.expect(201));
        let ids = vec![("per_", pupil), ("tpl_", template), ("snd_", send), ("sch_", school.to_string())];
        Self { school, admin, guardian, ids }
    }

    pub fn send(&self) -> String {
        self.about(&format!("snd_{OF_EXAMPLES}"))
    }

    /// A text of the document, with this school's ids.
    fn about(&self, text: &str) -> String {
        // The person in a path is a guardian, as in the examples; within a body it is a child.
        let named = format!("/v1/people/per_{OF_EXAMPLES}");
        let text = text.replace(&named, &format!("/v1/people/{}", self.guardian));
        self.ids.iter().fold(text, |text, (prefix, id)| text.replace(&format!("{prefix}{OF_EXAMPLES}"), id))
    }
}

/// One operation of the document.
pub(super) struct Operation<'d> {
    pub document: &'d Value,
    pub method: String,
    pub path: &'d str,
    pub told: &'d Value,
}

impl<'d> Operation<'d> {
    /// All operations with a token.
    pub fn protected(document: &'d Value) -> impl Iterator<Item = Self> {
        super::operations(document)
            .filter(|(_, _, told)| told["security"][0]["bearer"].is_array())
            .map(move |(method, path, told)| Self { document, method, path, told })
    }

    /// Whether a role may call it.
    pub fn is_for(&self, role: Role) -> bool {
        self.told["security"][0]["bearer"].as_array().into_iter().flatten().any(|one| one == role.as_str())
    }

    pub fn parameters(&self, place: &str) -> impl Iterator<Item = &'d Value> {
        let all = self.told["parameters"].as_array().into_iter().flatten();
        all.filter(move |parameter| parameter["in"] == place)
    }

    /// Resolves a reference.
    pub fn resolved(&self, schema: &'d Value) -> &'d Value {
        match schema["$ref"].as_str().and_then(|place| self.document.pointer(place.trim_start_matches('#'))) {
            Some(schema) => self.resolved(schema),
            None => schema,
        }
    }

    /// The schema of its JSON body.
    pub fn body_schema(&self) -> Option<&'d Value> {
        self.told.pointer("/requestBody/content/application~1json/schema").map(|schema| self.resolved(schema))
    }

    /// The examples of its JSON body.
    pub fn examples(&self) -> Vec<Value> {
        self.body_schema().and_then(|schema| schema["examples"].as_array().cloned()).unwrap_or_default()
    }

    /// Calls it, with the ids of a school.
    pub async fn call(
        &self,
        caller: &Client,
        about: &Filled,
        query: Option<(&str, &str)>,
        body: Option<&Value>,
    ) -> Answer {
        let path = self.parameters("path").fold(self.path.to_owned(), |path, parameter| {
            let name = parameter["name"].as_str().unwrap_or_default();
            let example = self.resolved(&parameter["schema"])["examples"][0].as_str().unwrap_or("x");
            path.replace(&format!("{{{name}}}"), example)
        });
        let method: Method = self.method.parse().expect("a method");
        let query =
            query.map(|(name, value)| format!("?{name}={}", value.replace(' ', "%20"))).unwrap_or_default();
        let mut request = caller
            .request(method, &about.about(&format!("{path}{query}")))
            .header("if-match", "\"1\"")
            .header("idempotency-key", format!("asked-{}", KEYS.fetch_add(1, Ordering::Relaxed)));
        if let Some(body) = body {
            request = request.header("content-type", "application/json").body(about.about(&body.to_string()));
        } else if self.told["requestBody"].is_object() {
            request = request.header("content-type", "text/csv").body("Nom;Prénom\n");
        }
        caller.send(request).await
    }
}
