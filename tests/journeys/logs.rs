//! Nothing personal in any log line of a whole run.

use std::{
    io,
    sync::{Arc, Mutex, PoisonError},
};

use carillon_tests::Service;
use serde_json::json;
use tracing::level_filters::LevelFilter;
use tracing_subscriber::fmt::MakeWriter;

#[derive(Clone, Default)]
struct Captured(Arc<Mutex<Vec<u8>>>);

impl io::Write for Captured {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).extend(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl<'a> MakeWriter<'a> for Captured {
    type Writer = Self;

    fn make_writer(&'a self) -> Self {
        self.clone()
    }
}

/// The subscriber is the whole process's: this test reads the lines of all tests that run beside it.
#[tokio::test(flavor = "multi_thread")]
async fn no_log_line_has_a_number_a_name_or_a_text() {
    let captured = Captured::default();
    tracing_subscriber::fmt().json().with_max_level(LevelFilter::DEBUG).with_writer(captured.clone()).init();
    let service = Service::start().await;
    let (_, admin) = service.licensed_school().await;
    let file = "Catégorie;Nom;Prénom;Portable\n\
        professeur;Wyszynski;Ottoline;06 39 98 77 10\n\
        professeur;Wyszynski;Barnabé;06 39 98 77 01\n\
        professeur;Wyszynski;Faustine;06 39 98 77 02\n\
        professeur;Wyszynski;Landline;01 42 34 77 89\n";
    admin.import(file).await.expect(200);
    let order = json!({
        "view": "teachers", "selection": { "everyone": true },
        "text": { "audience": "teachers", "context": "information", "body": "Message très secret pour {{recipient.name}}" },
    });
    let send = admin.post_once("/v1/sends", &order).await.expect(201);
    service.settled(&admin, send["id"].as_str().unwrap()).await;
    // Refusals, with the personal data where a careless message would repeat them.
    let person = json!({ "audience": "x", "first_name": "Ottoline\u{7}", "last_name": "Wyszynski", "phone": "06 39 98 77" });
    admin.post("/v1/people", &person).await.expect(422);
    admin.get("/v1/people/Wyszynski").await.expect(404);
    admin.get("/v1/messages?person=Ottoline").await.expect(422);

    let lines = captured.0.lock().unwrap_or_else(PoisonError::into_inner).clone();
    let lines = String::from_utf8(lines).unwrap();
    assert!(lines.contains("\"imported\"") && lines.contains("/v1/sends"), "the log was captured");
    for secret in [
        "Wyszynski",
        "Ottoline",
        "Barnabé",
        "Faustine",
        "très secret",
        "3998771",
        "3998770",
        "39 98 77",
        "42347789",
        "42 34 77",
    ] {
        assert!(!lines.contains(secret), "the log has {secret}");
    }
}
