//! Invalid input: a clear problem, and no change.

use api::Role;
use carillon_tests::{Client, Service, application};
use reqwest::Method;
use serde_json::{Value, json};

/// The number of people, templates and messages, which a refusal must not change.
async fn counts(admin: &Client) -> [usize; 3] {
    let count = |body: &Value, list: &str| body[list].as_array().map_or(0, Vec::len);
    [
        count(&admin.get("/v1/people").await.expect(200), "people"),
        count(&admin.get("/v1/templates").await.expect(200), "templates"),
        count(&admin.get("/v1/messages").await.expect(200), "messages"),
    ]
}

fn teachers(body: &str) -> Value {
    json!({
        "view": "teachers", "selection": { "everyone": true },
        "text": { "audience": "teachers", "context": "meeting", "body": body },
    })
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_without_a_token_or_with_a_wrong_role_gets_in() {
    let service = Service::start().await;
    let (school, admin) = service.licensed_school().await;
    let before = counts(&admin).await;
    for (method, path) in [
        (Method::GET, "/v1/rate-card"),
        (Method::POST, "/v1/registrations"),
        (Method::GET, "/v1/people"),
        (Method::POST, "/v1/imports?scope=additions"),
        (Method::POST, "/v1/templates"),
        (Method::POST, "/v1/sends"),
        (Method::GET, "/v1/messages"),
        (Method::GET, "/v1/operator/registrations"),
    ] {
        let stranger = service.stranger();
        let answer = stranger.send(stranger.request(method.clone(), path)).await;
        assert_eq!((answer.status, answer.problem()), (401, "unauthenticated"), "{method} {path}");
        let forger = Client::new(service.gateway(), Some("eyJhbGciOiJub25lIn0.e30.".to_owned()));
        let answer = forger.send(forger.request(method.clone(), path)).await;
        assert_eq!((answer.status, answer.problem()), (401, "unauthenticated"), "{method} {path}");
    }
    let (reader, sender) = (service.member(Role::Reader, school), service.member(Role::Sender, school));
    let person = json!({ "audience": "staff", "first_name": "A", "last_name": "B" });
    for answer in [
        reader.get("/v1/people").await,
        reader.post_once("/v1/sends", &teachers("x")).await,
        sender.post("/v1/people", &person).await,
        sender.post("/v1/templates", &json!({})).await,
        sender.post_once("/v1/sends", &teachers("own words")).await,
        admin.get("/v1/operator/registrations").await,
        admin.post(&format!("/v1/operator/schools/{school}/close"), &json!({})).await,
        service.operator().get("/v1/messages").await,
    ] {
        assert_eq!((answer.status, answer.problem()), (403, "role-forbidden"));
    }
    assert_eq!(counts(&admin).await, before);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_school_that_may_not_send_is_told_why_and_what_to_do() {
    let service = Service::start().await;
    let school = service.new_school();
    let (admin, operator) = (service.member(Role::Admin, school), service.operator());
    let decide = |decision: &str| format!("/v1/operator/schools/{school}/{decision}");
    let barred = async |expected: &str| {
        for answer in [
            admin.post_once("/v1/test-sms", &json!({ "phone": "0639981234" })).await,
            admin.post_once("/v1/sends", &teachers("x")).await,
            admin.post("/v1/sends/preview", &teachers("x")).await,
        ] {
            assert_eq!((answer.status, answer.problem()), (403, "sending-barred"));
            assert_eq!(answer.body["code"], expected);
        }
    };
    barred("not_registered").await;
    let mut application = application();
    application["school"] = json!({ "name": "Collège sans numéro", "territory": "RE" });
    admin.post("/v1/registrations", &application).await.expect(201);
    barred("registration_not_confirmed").await;
    assert_eq!(admin.post("/v1/licence/refresh", &json!({})).await.problem(), "sending-barred");
    operator.post(&decide("confirm"), &json!({})).await.expect(200);
    barred("no_licence").await;
    admin.post("/v1/licence/refresh", &json!({})).await.expect(200);
    barred("no_uai").await;
    admin.change(Method::PATCH, "/v1/school", &json!({ "uai": "9740001P" })).await.expect(422);
    let uai = (b'A'..=b'Z').map(|letter| format!("9740001{}", char::from(letter)));
    let uai = uai.into_iter().find(|text| domain::school::Uai::parse(text).is_ok()).unwrap();
    admin.change(Method::PATCH, "/v1/school", &json!({ "uai": uai })).await.expect(200);
    admin.post_once("/v1/test-sms", &json!({ "phone": "0639981234" })).await.expect(201);
    operator.post(&decide("suspend"), &json!({ "reason": "impayé" })).await.expect(200);
    barred("registration_not_confirmed").await;
    operator.post(&decide("resume"), &json!({})).await.expect(200);
    admin.post_once("/v1/test-sms", &json!({ "phone": "0639981234" })).await.expect(201);
    operator.post(&decide("close"), &json!({})).await.expect(200);
    let again = operator.post(&decide("confirm"), &json!({})).await;
    assert_eq!((again.status, again.problem()), (409, "state-conflict"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_registration_acknowledges_the_current_rate_card_once() {
    let service = Service::start().await;
    let admin = service.member(Role::Admin, service.new_school());
    let mut unknown = application();
    unknown["acknowledged_rate_card"] = json!("2019-01");
    let answer = admin.post("/v1/registrations", &unknown).await;
    assert_eq!(
        answer.field_errors(),
        [("/acknowledged_rate_card".to_owned(), "unknown_rate_card".to_owned())]
    );
    let mut missing = application();
    missing.as_object_mut().unwrap().remove("acknowledged_rate_card");
    let answer = admin.post("/v1/registrations", &missing).await;
    assert_eq!(answer.field_errors(), [("/acknowledged_rate_card".to_owned(), "required".to_owned())]);
    assert_eq!(admin.get("/v1/registration").await.status, 404);
    admin.post("/v1/registrations", &application()).await.expect(201);
    let again = admin.post("/v1/registrations", &application()).await;
    assert_eq!((again.status, again.problem()), (409, "state-conflict"));
}

#[tokio::test(flavor = "multi_thread")]
async fn every_refused_field_is_named_at_once() {
    let service = Service::start().await;
    let (_, admin) = service.licensed_school().await;
    let before = counts(&admin).await;
    let person = json!({
        "audience": "parent", "first_name": " ", "phone": "01 42 34 56 78", "accepts_sms": "oui",
        "guardianships": [{ "pupil": "per_1" }], "sender": "ECOLE",
    });
    let mut errors = admin.post("/v1/people", &person).await.field_errors();
    errors.sort();
    let expected = [
        ("/accepts_sms", "wrong_type"),
        ("/audience", "unknown_audience"),
        ("/first_name", "empty"),
        ("/guardianships/0/pupil", "not_an_id"),
        ("/last_name", "required"),
        ("/phone", "phone_landline"),
        ("/sender", "sender_fixed"),
    ];
    assert_eq!(errors, expected.map(|(pointer, code)| (pointer.to_owned(), code.to_owned())));
    assert_eq!(counts(&admin).await, before);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_send_that_is_not_right_is_refused_and_sends_nothing() {
    let service = Service::start().await;
    let (_, admin) = service.licensed_school().await;
    let teacher =
        json!({ "audience": "teachers", "first_name": "A", "last_name": "B", "phone": "0639981234" });
    let teacher = admin.post("/v1/people", &teacher).await.expect(201)["id"].clone();
    let before = counts(&admin).await;
    let with = |field: &str, value: Value| {
        let mut order = teachers("Conseil");
        order[field] = value;
        order
    };
    for (order, status, problem, code) in [
        (teachers("Bonjour {{pupil.name}} {{inconnu}}"), 422, "invalid-fields", "unknown_variables"),
        (teachers("Conseil le {{meeting.date}}"), 422, "texts-unwritten", "missing_values"),
        (teachers("Promo STOP au 36180"), 422, "invalid-fields", "stop_code"),
        (teachers(&"a".repeat(1225)), 422, "texts-unwritten", "text_too_long"),
        (teachers(""), 422, "invalid-fields", "empty"),
        (with("sender", json!("ECOLE")), 422, "invalid-fields", "sender_fixed"),
        (with("view", json!("pupils")), 422, "invalid-fields", "not_offered"),
        (with("selection", json!({})), 422, "invalid-fields", "one_selection"),
        (
            with("selection", json!({ "people": ["per_01J00000000000000000000000"] })),
            422,
            "invalid-fields",
            "not_on_the_list",
        ),
        (with("template", json!("tpl_01J00000000000000000000000")), 422, "invalid-fields", "one_wording"),
        (with("selection", json!({ "classes": ["6e Z"] })), 422, "invalid-fields", "unknown_class"),
        (
            with("values_by_person", json!({ "per_01J00000000000000000000000": {} })),
            422,
            "invalid-fields",
            "unused_value",
        ),
        (with("values", json!({ "meeting.color": "bleu" })), 422, "invalid-fields", "unknown_variable"),
        (with("values", json!({ "school.name": "Autre" })), 422, "invalid-fields", "unknown_variable"),
        (with("selection", json!({ "people": [] })), 422, "nobody-reached", ""),
        (with("preview_digest", json!("00")), 409, "preview-outdated", ""),
    ] {
        let answer = admin.post_once("/v1/sends", &order).await;
        assert_eq!((answer.status, answer.problem()), (status, problem), "{order} {:#}", answer.body);
        let codes: Vec<_> = answer.field_errors().into_iter().map(|(_, code)| code).collect();
        assert_eq!(codes.first().map_or("", String::as_str), code, "{:#}", answer.body);
    }
    let stop = json!({ "meeting.place": "STOP au 36180" });
    let mut with_stop = teachers("Conseil : {{meeting.place}}");
    with_stop["values"] = stop;
    assert_eq!(admin.post_once("/v1/sends", &with_stop).await.field_errors()[0].1, "stop_code");
    let everyone_absent = json!({
        "view": "absences", "selection": { "everyone": true },
        "text": { "audience": "guardians", "context": "absence", "body": "Votre enfant est absent." },
    });
    assert_eq!(admin.post_once("/v1/sends", &everyone_absent).await.field_errors()[0].1, "only_one_by_one");
    let keyless = admin.post("/v1/sends", &teachers("Conseil")).await;
    assert_eq!((keyless.status, keyless.problem()), (400, "malformed-request"));
    assert_eq!(counts(&admin).await, before);
    let picked = with("selection", json!({ "people": [teacher] }));
    admin.post_once("/v1/sends", &picked).await.expect(201);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_body_that_is_not_what_it_should_be_is_refused() {
    let service = Service::start().await;
    let (_, admin) = service.licensed_school().await;
    let raw = |body: &'static str, kind: &'static str| {
        admin.request(Method::POST, "/v1/people").header("content-type", kind).body(body)
    };
    for (request, status, problem) in [
        (raw("{\"audience\": ", "application/json"), 400, "malformed-json"),
        (raw("", "application/json"), 400, "malformed-json"),
        (raw("[]", "application/json"), 422, "invalid-fields"),
        (raw("audience=staff", "application/x-www-form-urlencoded"), 415, "unsupported-media-type"),
        (admin.request(Method::DELETE, "/v1/people"), 405, "method-not-allowed"),
        (admin.request(Method::GET, "/v1/people?limit=0"), 422, "invalid-fields"),
        (admin.request(Method::GET, "/v1/people?limit=501"), 422, "invalid-fields"),
        (admin.request(Method::GET, "/v1/people?page=2"), 422, "invalid-fields"),
        (admin.request(Method::GET, "/v1/people?limit=1&limit=2"), 400, "malformed-request"),
        (admin.request(Method::GET, "/v1/people?cursor=abc"), 400, "invalid-cursor"),
        (admin.request(Method::GET, "/v1/people/per_1"), 404, "not-found"),
        (admin.request(Method::GET, "/v1/nothing"), 404, "not-found"),
        (admin.request(Method::PATCH, "/v1/school").json(&json!({})), 428, "precondition-required"),
        (
            admin.request(Method::PATCH, "/v1/school").header("if-match", "\"7\"").json(&json!({})),
            412,
            "precondition-failed",
        ),
    ] {
        let answer = admin.send(request).await;
        assert_eq!((answer.status, answer.problem()), (status, problem), "{:#}", answer.body);
    }
    for limit in ["1", "500"] {
        admin.get(&format!("/v1/people?limit={limit}")).await.expect(200);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_body_of_seven_megabytes_is_refused_and_one_at_the_limit_is_read() {
    let service = Service::start().await;
    let (_, admin) = service.licensed_school().await;
    let people = |bytes: usize| {
        let mut file = "Catégorie;Nom;Prénom\n".to_owned();
        file += &"x".repeat(bytes - file.len());
        file
    };
    let answer = admin.import(people(7_000_000)).await;
    assert_eq!((answer.status, answer.problem()), (413, "too-large"));
    let answer = admin.import(people(api::MAX_BODY_BYTES + 1)).await;
    assert_eq!((answer.status, answer.problem()), (413, "too-large"));
    assert_eq!(admin.import(people(api::MAX_BODY_BYTES)).await.expect(200)["counts"]["refused"], 1);
    assert_eq!(counts(&admin).await, [0, 0, 0]);
}
