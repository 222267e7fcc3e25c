//! Exports of the sent log: for spreadsheets and programs, direct or by link.

use carillon_tests::{Client, Service, WatchServer};
use reqwest::Method;
use serde_json::{Value, json};

/// A text that looks like a formula, with a line break.
const TEXT: &str = "=1+1 fois \"merci\" ;\nà demain";

/// A school with one text sent.
async fn sent(service: &Service) -> Client {
    let (_, admin) = service.licensed_school().await;
    let person =
        json!({ "audience": "staff", "first_name": "@Anne", "last_name": "Roy", "phone": "06 39 98 70 10" });
    admin.post("/v1/people", &person).await.expect(201);
    let order = json!({
        "view": "staff", "selection": { "everyone": true },
        "text": { "audience": "staff", "context": "meeting", "body": TEXT },
    });
    let send = admin.post_once("/v1/sends", &order).await.expect(201);
    service.settled(&admin, send["id"].as_str().unwrap()).await;
    admin
}

fn cells(file: &[u8]) -> Vec<String> {
    let file = file.strip_prefix(b"\xef\xbb\xbf").expect("the mark of UTF-8");
    let mut reader = csv::ReaderBuilder::new().delimiter(b';').from_reader(file);
    let row = reader.records().next().unwrap().unwrap();
    row.iter().map(str::to_owned).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_spreadsheet_shows_what_was_sent_and_carries_nothing_out() {
    let service = Service::start().await;
    let admin = sent(&service).await;
    let request = admin.request(Method::GET, "/v1/messages").header("accept", "text/csv, */*;q=0.1");
    let answer = request.send().await.unwrap();
    let header = |name: &str| answer.headers()[name].to_str().unwrap().to_owned();
    assert_eq!(header("content-type"), "text/csv; charset=utf-8; header=present");
    assert_eq!(
        (header("content-language"), header("cache-control"), header("vary")),
        ("fr".into(), "no-store".into(), "accept".into())
    );
    let disposition = header("content-disposition");
    assert!(
        disposition.starts_with("attachment; filename=\"carillon-sms-20") && disposition.ends_with(".csv\"")
    );
    let file = answer.bytes().await.unwrap();
    assert!(file.ends_with(b"\r\n"));
    let cells = cells(&file);
    assert_eq!((cells[10].as_str(), cells[12].as_str()), ("'@Anne Roy", "06 39 98 70 10"));
    assert_eq!(cells[13], format!("'{TEXT}"));
    assert_eq!((cells[7].as_str(), cells[17].as_str(), cells[18].as_str()), ("Réunion", "0,000000", "remis"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_link_gives_the_file_to_whoever_has_it() {
    let service = Service::start().await;
    let admin = sent(&service).await;
    let job =
        admin.post("/v1/exports", &json!({ "format": "json_lines", "state": "delivered" })).await.expect(202);
    let link = job["link"].as_str().unwrap().strip_prefix(service.gateway()).expect("this machine's address");
    let (kind, file) = service.stranger().download(link, "*/*").await;
    assert_eq!(kind, "application/x-ndjson");
    let listed = admin.get("/v1/messages").await.expect(200);
    assert_eq!(serde_json::from_slice::<Value>(&file).unwrap(), listed["messages"][0]);
    let path = format!("/v1/exports/{}", job["id"].as_str().unwrap());
    let job = admin.get(&path).await.expect(200);
    assert_eq!((&job["state"], &job["progress"]["messages"]), (&json!("done"), &json!(1)));
    // The audit log has the export, without the person.
    let somebody = json!({ "format": "csv", "number": "06 39 98 70 10", "from": "2026-09-01" });
    admin.post("/v1/exports", &somebody).await.expect(202);
    let (_, small) = admin.download("/v1/messages?number=7010", "text/csv").await;
    assert_eq!(cells(&small)[12], "06 39 98 70 10");
    let audit = admin.get("/v1/audit?act=export_asked").await.expect(200);
    let [at_once, of_somebody, first] = &audit["entries"].as_array().unwrap()[..] else {
        panic!("{audit:#}")
    };
    assert_eq!((&first["about"], &first["by"]), (&job["id"], &json!("test")));
    assert_eq!(first["asked"], json!({ "format": "json_lines", "state": "delivered" }));
    let asked = json!({ "format": "csv", "from": "2026-08-31T22:00:00Z", "of_somebody": true });
    assert_eq!(of_somebody["asked"], asked);
    assert_eq!(at_once["figures"], json!({ "messages": 1 }));
    assert!(!audit.to_string().contains("7010"));
    // The job needs a token; the link has its own.
    assert_eq!(service.stranger().get(&path).await.status, 401);
    assert_eq!(service.stranger().post("/v1/exports", &json!({ "format": "csv" })).await.status, 401);
    assert_eq!(admin.get(&format!("{path}/file")).await.problem(), "invalid-fields");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_link_works_through_a_watched_function() {
    let server = WatchServer::bind().await;
    let service =
        Service::start_with(&["--watch", server.url(), "--dynamodb-port", "0", "--sqs-port", "0"]).await;
    server.serve(&service);
    let admin = sent(&service).await;
    let job = admin.post("/v1/exports", &json!({ "format": "csv" })).await.expect(202);
    // Watched functions have a base address of their own.
    let (_, path) = job["link"].as_str().unwrap().split_once("/v1/").unwrap();
    let (kind, file) = service.stranger().download(&format!("/v1/{path}"), "*/*").await;
    assert!(kind.starts_with("text/csv"));
    assert_eq!(cells(&file)[13], format!("'{TEXT}"));
}
