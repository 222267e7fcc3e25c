//! Price changes, and the form with the acknowledged prices.

use std::sync::Arc;

use api::{Role, request_context};
use axum::{
    Router,
    body::{Body, to_bytes},
    http::Request,
};
use carillon_tests::{Functions, Service, application};
use domain::{clock::HeldClock, id::SchoolId};
use jiff::Timestamp;
use lambda_http::request::RequestContext;
use serde_json::{Value, json};
use tower::ServiceExt;

/// A school at another time.
struct Then {
    school: SchoolId,
    functions: Functions,
}

impl Then {
    fn at(&self, instant: &str) -> Functions {
        let instant: Timestamp = instant.parse().unwrap();
        self.functions.at(Arc::new(HeldClock::at(instant)))
    }

    /// Calls a function like API Gateway, for a member of the school or the operator.
    async fn call(&self, router: Router, role: Role, method: &str, path: &str, body: Value) -> (u16, Value) {
        let claims = [("sub", "test"), ("role", role.as_str())];
        let mut claims: std::collections::HashMap<_, _> =
            claims.into_iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
        claims.insert("school_id".to_owned(), self.school.to_string());
        let mut request = Request::builder()
            .method(method)
            .uri(path)
            .header("content-type", "application/json")
            .body(Body::from(if body.is_null() { String::new() } else { body.to_string() }))
            .unwrap();
        let context: RequestContext = request_context("test".to_owned(), Some(claims));
        request.extensions_mut().insert(context);
        let response = router.oneshot(request).await.unwrap();
        let status = response.status().as_u16();
        let bytes = to_bytes(response.into_body(), usize::MAX).await.unwrap();
        (status, serde_json::from_slice(&bytes).unwrap_or(Value::Null))
    }

    async fn registration(&self, instant: &str, method: &str, path: &str, body: Value) -> (u16, Value) {
        let (function, role) = if path.starts_with("/v1/operator") {
            ("operator", Role::Operator)
        } else {
            ("registration", Role::Admin)
        };
        let router = self.at(instant).router(function);
        self.call(router, role, method, path, body).await
    }

    /// The price of one text to a metropolitan phone, and the codes of the warnings.
    async fn preview(&self, instant: &str, person: &Value) -> Result<(u64, Vec<String>), String> {
        let order = json!({
            "view": "teachers", "selection": { "people": [person] },
            "text": { "audience": "teachers", "context": "information", "body": "Bonjour" },
        });
        let router = self.at(instant).router("send");
        let (status, body) = self.call(router, Role::Admin, "POST", "/v1/sends/preview", order).await;
        if status != 200 {
            return Err(body["code"].as_str().unwrap().to_owned());
        }
        let code = |warning: &Value| warning["code"].as_str().unwrap().to_owned();
        let warnings = body["warnings"].as_array().unwrap().iter().map(code).collect();
        Ok((body["totals"]["price_micro_eur"].as_u64().unwrap(), warnings))
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_school_keeps_the_prices_it_acknowledged_until_a_day_and_is_told() {
    let service = Service::start().await;
    let then = Then { school: service.new_school(), functions: Functions::of(&service) };
    let (summer, autumn, winter) = ("2026-06-15T08:00:00Z", "2026-10-31T22:59:59Z", "2026-10-31T23:00:00Z");

    // A registration needs the card of that day.
    let mut application = application();
    let (status, refused) = then.registration(summer, "POST", "/v1/registrations", application.clone()).await;
    assert_eq!(status, 409, "{refused:#}");
    application["acknowledged_rate_card"] = json!("2025-09");
    let (status, registration) = then.registration(summer, "POST", "/v1/registrations", application).await;
    assert_eq!((status, &registration["prices"]["state"]), (201, &json!("prices_current")));
    let confirm = format!("/v1/operator/schools/{}/confirm", then.school);
    assert_eq!(then.registration(summer, "POST", &confirm, json!({})).await.0, 200);
    // A licence for the next school year: from July.
    let refresh = "/v1/licence/refresh";
    assert_eq!(then.registration("2026-07-15T08:00:00Z", "POST", refresh, Value::Null).await.0, 200);
    let person =
        json!({ "audience": "teachers", "first_name": "Anne", "last_name": "Roy", "phone": "0612345678" });
    let people = then.at(summer).router("people");
    let (_, person) = then.call(people, Role::Admin, "POST", "/v1/people", person).await;
    let person = &person["id"];

    assert_eq!(then.preview(summer, person).await, Ok((47_000, vec![])));
    assert_eq!(then.preview(autumn, person).await, Ok((47_000, vec!["prices_kept".to_owned()])));
    let (_, registration) = then.registration(autumn, "GET", "/v1/registration", Value::Null).await;
    assert_eq!(
        registration["prices"],
        json!({ "state": "prices_kept", "kept_until": "2026-10-31", "current_rate_card": "2026-09" })
    );
    let (_, licence) = then.registration(autumn, "GET", "/v1/licence", Value::Null).await;
    assert_eq!((&licence["may_send"], &licence["notices"][0]["code"]), (&json!(true), &json!("prices_kept")));

    assert_eq!(then.preview(winter, person).await, Err("prices_lapsed".to_owned()));
    let (_, licence) = then.registration(winter, "GET", "/v1/licence", Value::Null).await;
    assert_eq!((&licence["may_send"], &licence["barred"]["code"]), (&json!(false), &json!("prices_lapsed")));

    let acknowledge = "/v1/registration/acknowledgement";
    let (status, _) = then.registration(winter, "POST", acknowledge, json!({ "rate_card": "2025-09" })).await;
    assert_eq!(status, 409);
    let (status, registration) =
        then.registration(winter, "POST", acknowledge, json!({ "rate_card": "2026-09" })).await;
    assert_eq!((status, &registration["acknowledged_at"]), (200, &json!(winter)));
    assert_eq!(then.preview(winter, person).await, Ok((49_000, vec![])));
    // A repeated acknowledgement changes nothing, not even the date.
    let later = "2026-12-01T08:00:00Z";
    let (_, again) = then.registration(later, "POST", acknowledge, json!({ "rate_card": "2026-09" })).await;
    assert_eq!(again["acknowledged_at"], winter);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_form_is_one_page_with_accents_right_and_fonts_embedded() {
    let service = Service::start().await;
    let admin = service.member(Role::Admin, service.new_school());
    assert_eq!(admin.get("/v1/registration/form").await.status, 404);
    let mut application = application();
    application["school"]["name"] = json!(
        "Collège « L’Œuvre » de Saint-Étienne-lès-Orgues, cité scolaire Jean-Giono et lycée <b>professionnel</b> & technologique"
    );
    admin.post("/v1/registrations", &application).await.expect(201);

    let (kind, pdf) = admin.download("/v1/registration/form", "*/*").await;
    assert_eq!(kind, "application/pdf");
    let document = lopdf::Document::load_mem(&pdf).unwrap();
    assert_eq!(document.get_pages().len(), 1);
    let text = document.extract_text(&[1]).unwrap();
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    for part in [
        "Inscription au service SMS",
        "Collège « L’Œuvre » de Saint-Étienne-lès-Orgues",
        "0951099D",
        "Dominique Chef",
        "grille tarifaire 2026-09, en vigueur depuis le 01/09/2026",
        "Polynésie française 0,12 €",
        "Belgique 0,085 €",
        "signature et cachet",
    ] {
        assert!(text.contains(part), "{part} is not in: {text}");
    }
    let embedded = document
        .objects
        .values()
        .filter(|object| object.as_dict().is_ok_and(|dict| dict.has(b"FontFile2") || dict.has(b"FontFile3")));
    assert_eq!(embedded.count(), 2);

    let (kind, html) = admin.download("/v1/registration/form", "text/html,*/*;q=0.8").await;
    assert_eq!(kind, "text/html; charset=utf-8");
    let html = String::from_utf8(html).unwrap();
    assert!(
        html.contains("&lt;b&gt;professionnel&lt;/b&gt; &amp; technologique") && html.contains("2026-09")
    );
}
