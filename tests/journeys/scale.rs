//! The largest send: ten thousand texts on ten thousand phones. `ten-thousand` prints its figures.

use carillon_tests::{Service, pupils_csv};
use serde_json::json;

use crate::extent::up_to;

/// The most that a send may have.
const MESSAGES: u32 = up_to(10_000, 1_500);

fn number(index: u32) -> String {
    format!("075000{:02}{:02}", index / 100, index % 100)
}

#[tokio::test(flavor = "multi_thread")]
async fn ten_thousand_people_get_one_text_each_from_one_request() {
    let service = Service::start().await;
    let (_, admin) = service.licensed_school().await;
    admin.import(pupils_csv(0..MESSAGES, number)).await.expect(200);
    let order = json!({
        "view": "pupils", "selection": { "everyone": true },
        "text": { "audience": "guardians", "context": "meeting", "body": "Réunion pour {{pupils}}" },
    });
    let send = admin.post_once("/v1/sends", &order).await.expect(201);
    assert_eq!(
        send["totals"],
        json!({ "messages": MESSAGES, "segments": MESSAGES, "price_micro_eur": MESSAGES * 49_000 })
    );
    let settled = service.settled(&admin, send["id"].as_str().unwrap()).await;
    assert_eq!(settled["states"], json!({ "delivered": MESSAGES }));
    for index in 0..MESSAGES {
        assert_eq!(service.phone(&number(index)).await.len(), 1, "{index}");
    }

    // The pages of the log hold each of them once.
    let (mut seen, mut cursor) = (std::collections::BTreeSet::new(), None);
    loop {
        let next = cursor.as_deref().map_or_else(String::new, |cursor| format!("&cursor={cursor}"));
        let page = admin.get(&format!("/v1/messages?limit=500{next}")).await.expect(200);
        for message in page["messages"].as_array().unwrap() {
            assert!(seen.insert(message["phone"].as_str().unwrap().to_owned()));
        }
        match page["next_cursor"].as_str() {
            Some(place) => cursor = Some(place.to_owned()),
            None => break,
        }
    }
    assert_eq!(seen.len(), MESSAGES as usize);
}
