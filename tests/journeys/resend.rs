//! Unknown messages, and a person's decision to resend them.

use carillon_tests::Service;
use futures_util::future::join_all;
use serde_json::json;

const TEACHERS: &str = "Catégorie;Nom;Prénom;Portable\n\
    professeur;UN;A;06 39 98 00 10\nprofesseur;DEUX;B;06 39 98 00 03\nprofesseur;TROIS;C;06 39 98 00 01\n";

#[tokio::test(flavor = "multi_thread")]
async fn what_is_unknown_is_sent_again_only_once_somebody_wants_it_knowing_that_it_may_arrive_twice() {
    let service = Service::start().await;
    let (_, admin) = service.school_of(TEACHERS).await;
    let order = json!({
        "view": "teachers", "selection": { "everyone": true },
        "text": { "audience": "teachers", "context": "information", "body": "Bonjour {{recipient.last_name}}" },
    });
    let send = admin.post_once("/v1/sends", &order).await.expect(201)["id"].as_str().unwrap().to_owned();
    let settled = service.settled(&admin, &send).await;
    assert_eq!(settled["states"], json!({ "delivered": 1, "failed": 1, "unknown": 1 }));
    let resend = format!("/v1/sends/{send}/resend");
    let warned = admin.post_once(&resend, &json!({})).await;
    assert_eq!((warned.status, warned.problem()), (409, "duplicates-possible"));
    assert!(warned.body["detail"].as_str().unwrap().contains("accept_duplicates"), "{:#}", warned.body);
    let log = admin.get(&format!("/v1/messages?send={send}")).await.expect(200);
    let reference = |state: &str| {
        let messages = log["messages"].as_array().unwrap();
        messages.iter().find(|message| message["state"] == state).unwrap()["reference"].clone()
    };
    let arrived = json!({ "messages": [reference("delivered")], "accept_duplicates": true });
    let refused = admin.post_once(&resend, &arrived).await;
    assert_eq!(refused.field_errors(), [("/messages".to_owned(), "cannot_be_sent_again".to_owned())]);
    assert_eq!(service.phone("0639980003").await.len(), 1);

    let wanted = json!({ "messages": [reference("unknown")], "accept_duplicates": true });
    let again = admin.post_with_key(&resend, "again", &wanted).await.expect(201);
    assert_eq!(again["totals"]["messages"], 1);
    assert_eq!(
        admin.post_with_key(&resend, "again", &wanted).await.expect(201),
        again,
        "the same key, the same answer"
    );
    service.settled(&admin, again["id"].as_str().unwrap()).await;
    assert_eq!(service.phone("0639980003").await, ["Bonjour DEUX"; 2]);
    // Recorded on both sends, so that it cannot be repeated by mistake.
    let first = admin.get(&format!("/v1/sends/{send}")).await.expect(200);
    assert_eq!(first["resent_as"], again["id"]);
    let second = admin.get(&format!("/v1/sends/{}", again["id"].as_str().unwrap())).await.expect(200);
    assert_eq!((second["resend_of"].as_str(), &second["accepted_by"]), (Some(send.as_str()), &json!("test")));
    let twice = admin.post_once(&resend, &wanted).await;
    assert_eq!(twice.field_errors(), [("/messages".to_owned(), "cannot_be_sent_again".to_owned())]);
    let rest = admin.post_once(&resend, &json!({ "accept_duplicates": true })).await;
    assert_eq!((rest.status, rest.problem()), (409, "state-conflict"));
    let keyless = admin.post(&resend, &wanted).await;
    assert_eq!((keyless.status, keyless.problem()), (400, "malformed-request"));
}

#[tokio::test(flavor = "multi_thread")]
async fn of_ten_people_who_send_the_same_messages_again_at_once_one_succeeds() {
    let service = Service::start().await;
    let (_, admin) = service.school_of(TEACHERS).await;
    let order = json!({
        "view": "teachers", "selection": { "everyone": true },
        "text": { "audience": "teachers", "context": "information", "body": "Bonjour" },
    });
    let send = admin.post_once("/v1/sends", &order).await.expect(201)["id"].as_str().unwrap().to_owned();
    service.settled(&admin, &send).await;
    let (resend, wanted) = (format!("/v1/sends/{send}/resend"), json!({ "accept_duplicates": true }));
    let answers = join_all((0..10).map(|_| admin.post_once(&resend, &wanted))).await;
    let (accepted, refused): (Vec<_>, Vec<_>) = answers.into_iter().partition(|answer| answer.status == 201);
    assert_eq!((accepted.len(), refused.len()), (1, 9));
    assert!(refused.iter().all(|answer| answer.status == 409), "{refused:#?}");
    service.settled(&admin, accepted[0].body["id"].as_str().unwrap()).await;
    assert_eq!(service.phone("0639980003").await.len(), 2);
}
