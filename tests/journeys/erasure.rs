//! Access to a person's data, and its erasure.

use api::Role;
use carillon_tests::{Answer, Client, Service};
use reqwest::Method;
use serde_json::{Value, json};

const FILE: &str = "Identifiant;Catégorie;Nom;Prénom;Classe;Portable;Identifiant élève;Rang\n\
    E1;élève;MARTIN;Emma;6e A;;;\n\
    R1;responsable;MARTIN;Claire;;0639980010;E1;1\n\
    R2;responsable;MARTIN;Jean;;0639980011;E1;2\n";

async fn person(admin: &Client, external_id: &str) -> String {
    let people = admin.get("/v1/people").await.expect(200);
    let found = people["people"].as_array().unwrap().iter().find(|p| p["external_id"] == external_id);
    format!("/v1/people/{}", found.unwrap()["id"].as_str().unwrap())
}

async fn erase(admin: &Client, path: &str, version: Option<u64>) -> Answer {
    let request = admin.request(Method::DELETE, &format!("{path}?erase=true"));
    let request = match version {
        Some(version) => request.header("if-match", format!("\"{version}\"")),
        None => request,
    };
    admin.send(request).await
}

/// An absence sent at once, and a meeting scheduled for tomorrow.
async fn sends(admin: &Client) {
    let order = |context: &str, body: &str| {
        json!({
            "view": "pupils", "selection": { "everyone": true }, "urgent": true,
            "text": { "audience": "guardians", "context": context, "body": body },
        })
    };
    admin
        .post_once("/v1/sends", &order("information", "Un message au sujet de {{pupils}}."))
        .await
        .expect(201);
    let mut planned = order("meeting", "Réunion pour {{pupils}}");
    planned["send_at"] = json!(format!("{}T10:00", tomorrow()));
    admin.post_once("/v1/sends", &planned).await.expect(201);
}

fn tomorrow() -> String {
    use domain::clock::Clock;
    use runtime::SystemClock;
    let day = SystemClock.now().to_zoned(jiff::tz::TimeZone::UTC).date();
    day.tomorrow().and_then(|day| day.tomorrow()).unwrap().to_string()
}

#[tokio::test(flavor = "multi_thread")]
async fn somebody_reads_all_that_is_held_about_them_and_is_erased_from_all_of_it() {
    let service = Service::start().await;
    let (_, admin) = service.school_of(FILE).await;
    sends(&admin).await;
    let (emma, claire) = (person(&admin, "E1").await, person(&admin, "R1").await);
    let held = admin.get(&format!("{claire}/data")).await.expect(200);
    insta::assert_json_snapshot!("data", held, {
        ".**.id" => "[id]", ".**.pupil" => "[id]", ".**.recipient" => "[id]", ".**.about" => "[ids]",
        ".**.reference" => "[reference]", ".**.send" => "[id]", ".**.accepted_at" => "[instant]",
        ".**.due_at" => "[instant]", ".messages[].state" => "[state]",
    });
    // Single-message pages give the same result.
    let first = admin.get(&format!("{claire}/data?limit=1")).await.expect(200);
    let cursor = first["next_cursor"].as_str().unwrap();
    let second = admin.get(&format!("{claire}/data?limit=1&cursor={cursor}")).await.expect(200);
    assert!(second["record"].is_null() && second["messages"][0]["text"] == held["messages"][1]["text"]);
    let other = admin.get(&format!("{emma}/data?cursor={cursor}")).await;
    assert_eq!((other.status, other.problem()), (400, "invalid-cursor"));
    // A pupil's data has the messages to the guardians, without their numbers.
    let about = admin.get(&format!("{emma}/data")).await.expect(200);
    assert_eq!(about["record"]["guardians"].as_array().unwrap().len(), 2);
    let messages = about["messages"].as_array().unwrap();
    assert!(messages.len() == 4 && messages.iter().all(|m| m["role"] == "subject" && m["phone"].is_null()));

    let budget = |before: &Value| before["messages"].as_u64().unwrap();
    let erased = erase(&admin, &claire, Some(1)).await.expect(200);
    insta::assert_json_snapshot!("erased", erased, { ".id" => "[id]", ".began_at" => "[instant]" });
    assert_eq!(admin.get(&claire).await.status, 404);
    let found = admin.get(&format!("{claire}/data")).await;
    assert_eq!((found.status, found.problem()), (404, "not-found"));
    let log = admin.get("/v1/messages").await.expect(200);
    let log = log["messages"].as_array().unwrap();
    assert_eq!(log.iter().filter(|message| message["erased"] == true).count(), 2);
    assert!(!serde_json::to_string(log).unwrap().contains("Claire"));
    let spent = admin.get("/v1/budget").await.expect(200);
    // Emma's guardians received two messages each; the scheduled ones for Claire are cancelled.
    assert_eq!(budget(&spent), 4, "refunded once the parcel is settled: {spent:#}");
    let told = admin.get(&format!("/v1/erasures/{}", erased["id"].as_str().unwrap())).await.expect(200);
    assert_eq!(told, erased);
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_left_the_directory_before_is_erased_without_a_version() {
    let service = Service::start().await;
    let (_, admin) = service.school_of(FILE).await;
    sends(&admin).await;
    let claire = person(&admin, "R1").await;
    let gone = admin.send(admin.request(Method::DELETE, &claire).header("if-match", "\"1\"")).await;
    assert_eq!(gone.status, 204);
    let held = admin.get(&format!("{claire}/data")).await.expect(200);
    assert!(held["record"].is_null() && held["messages"].as_array().unwrap().len() == 2);
    assert_eq!(erase(&admin, &claire, None).await.expect(200)["messages_erased"], 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_erasure_is_refused_where_it_may_not_be_meant() {
    let service = Service::start().await;
    let (school, admin) = service.school_of(FILE).await;
    let (_, stranger) = service.school_of(FILE).await;
    let (emma, claire, jean) =
        (person(&admin, "E1").await, person(&admin, "R1").await, person(&admin, "R2").await);
    // Only administrators of the same school, with the person's current version.
    for role in [Role::Sender, Role::Reader] {
        let other = service.member(role, school);
        assert_eq!(erase(&other, &claire, Some(1)).await.problem(), "role-forbidden");
        assert_eq!(other.get(&format!("{claire}/data")).await.problem(), "role-forbidden");
        assert_eq!(
            other.get("/v1/erasures/era_01J0000000000000000000000A").await.problem(),
            "role-forbidden"
        );
    }
    assert_eq!(erase(&stranger, &claire, Some(1)).await.status, 404);
    assert_eq!(stranger.get(&format!("{claire}/data")).await.status, 404);
    assert_eq!(erase(&admin, &claire, None).await.problem(), "precondition-required");
    assert_eq!(erase(&admin, &claire, Some(7)).await.problem(), "precondition-failed");
    for query in ["erase=maybe", "erase=true&also=this", "erase=true&erase=false"] {
        let request = admin.request(Method::DELETE, &format!("{claire}?{query}"));
        let status = admin.send(request.header("if-match", "\"1\"")).await.status;
        assert!(matches!(status, 400 | 422), "{query}: {status}");
    }
    for path in ["/v1/people/per_01J0000000000000000000000A", "/v1/people/nobody"] {
        assert_eq!(erase(&admin, path, None).await.status, 404);
    }
    assert_eq!(admin.get("/v1/erasures/era_01J0000000000000000000000A").await.status, 404);
    // The court decision would not return with the child.
    let mut record = admin.get(&jean).await.expect(200);
    record["guardianships"][0]["no_contact"] = json!(true);
    let fields = record.as_object_mut().unwrap();
    fields.remove("id");
    fields.remove("version");
    admin.change(Method::PUT, &jean, &record).await.expect(200);
    let refused = erase(&admin, &emma, Some(1)).await;
    assert_eq!((refused.status, refused.problem()), (409, "state-conflict"));
    assert_eq!(admin.get(&emma).await.status, 200, "nothing was done");
}
