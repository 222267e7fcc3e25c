//! The local infrastructure with functions of `cargo lambda watch`: the same events as on AWS.

use carillon_tests::{Client, Service, WatchServer};
use reqwest::Method;
use serde_json::{Value, json};

/// Two guardians, in a Windows-1252 file of school software.
const PEOPLE: &str = "Identifiant;Catégorie;Nom;Prénom;Classe;Portable;Identifiant élève
E1;élève;Lefèvre;Zoé;6e A;;
R1;responsable;Lefèvre;Hélène;;06 39 98 70 10;E1
R2;responsable;Lefèvre;Noël;;06 39 98 70 12;E1
";

/// A service with watched functions, on free ports.
async fn watched() -> Service {
    let server = WatchServer::bind().await;
    let service = around(server.url()).await;
    server.serve(&service);
    service
}

async fn around(url: &str) -> Service {
    Service::start_with(&["--watch", url, "--dynamodb-port", "0", "--sqs-port", "0"]).await
}

async fn import(admin: &Client) -> Value {
    let in_windows_1252: Vec<u8> =
        PEOPLE.chars().map(|c| u8::try_from(u32::from(c)).expect("a character of Latin-1")).collect();
    assert!(String::from_utf8(in_windows_1252.clone()).is_err());
    // As on AWS, a body with a text type loses its accents.
    let spoilt = admin.import(in_windows_1252.clone()).await;
    assert_eq!((spoilt.status, spoilt.problem()), (422, "invalid-fields"));
    admin.import_as("additions", "application/octet-stream", in_windows_1252).await.expect(200)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_text_goes_through_watched_functions_to_the_phone_and_its_receipt_comes_back() {
    let service = watched().await;
    let (_, admin) = service.licensed_school().await;
    let report = import(&admin).await;
    let counts = &report["counts"];
    assert_eq!((&counts["created"], &counts["doubtful"]), (&json!(3), &json!(0)), "{report:#}");
    let template = json!({
        "label": "Réunion", "audience": "guardians", "context": "meeting",
        "body": "Réunion pour {{pupils}} le {{meeting.date}}",
    });
    let template = admin.post("/v1/templates", &template).await.expect(201)["id"].clone();
    let order = json!({
        "view": "pupils", "selection": { "classes": ["6e A"] }, "template": template,
        "values": { "meeting.date": "30/11" },
    });
    let send = admin.post_once("/v1/sends", &order).await.expect(201);
    let settled = service.settled(&admin, send["id"].as_str().unwrap()).await;
    assert_eq!(settled["states"], json!({ "delivered": 2 }), "{settled:#}");
    for number in ["0639987010", "0639987012"] {
        assert_eq!(service.phone(number).await, ["Réunion pour Zoé le 30/11"]);
    }
    let log = admin.get("/v1/messages?state=delivered&limit=1").await.expect(200);
    assert_eq!(log["messages"].as_array().unwrap().len(), 1, "the query comes through");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_watched_function_answers_as_one_of_this_process() {
    let service = watched().await;
    let (_, admin) = service.licensed_school().await;
    // A binary body: a whole PDF.
    let (kind, form) = admin.download("/v1/registration/form", "application/pdf").await;
    assert_eq!(kind, "application/pdf");
    assert!(form.starts_with(b"%PDF-") && form.trim_ascii_end().ends_with(b"%%EOF"));
    let (kind, form) = admin.download("/v1/registration/form", "text/html").await;
    assert!(
        kind.starts_with("text/html") && String::from_utf8(form).unwrap().contains("Collège Jean Moulin")
    );
    for (answer, status, problem) in [
        (admin.get("/v1/nothing").await, 404, "not-found"),
        (admin.get("/v1/people/nobody/nothing").await, 404, "not-found"),
        (admin.send(admin.request(Method::DELETE, "/v1/budget")).await, 405, "method-not-allowed"),
        (service.stranger().get("/v1/people").await, 401, "unauthenticated"),
    ] {
        assert_eq!((answer.status, answer.problem()), (status, problem));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn requests_to_functions_that_are_not_there_are_told_what_to_type() {
    // The port of a stopped service, below the ephemeral ports.
    let service = around("http://127.0.0.1:9").await;
    let answer = service.stranger().get("/v1/rate-card").await;
    assert_eq!((answer.status, answer.problem()), (503, "unavailable"));
    assert!(answer.body["detail"].as_str().unwrap().contains("cargo lambda watch -A 127.0.0.1"));
}
