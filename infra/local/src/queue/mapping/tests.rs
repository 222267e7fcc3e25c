//! Batches for a function served by `cargo lambda watch`.

use axum::{
    Json, Router,
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Response},
    routing::post,
};
use serde_json::{Value, json};
use tokio::{net::TcpListener, sync::mpsc};

use super::*;
use crate::watched::Watched;

/// A batch at the server, and its response channel.
type Handed = (Vec<String>, mpsc::UnboundedSender<Response>);

async fn invoke(State(handed): State<mpsc::UnboundedSender<Handed>>, event: String) -> Response {
    let event: Value = serde_json::from_str(&event).unwrap();
    let (answer, mut answered) = mpsc::unbounded_channel();
    let id = |record: &Value| record["messageId"].as_str().unwrap().to_owned();
    let ids = event["Records"].as_array().unwrap().iter().map(id).collect();
    handed.send((ids, answer)).unwrap();
    answered.recv().await.unwrap()
}

/// The next batch; fails after half a minute.
async fn next(batches: &mut mpsc::UnboundedReceiver<Handed>) -> Handed {
    let handed = tokio::time::timeout(Duration::from_secs(30), batches.recv()).await;
    handed.expect("a batch comes").unwrap()
}

async fn waits_for(messages: &Messages, len: usize) {
    tokio::time::timeout(Duration::from_secs(30), async {
        while messages.len() != len {
            tokio::task::yield_now().await;
        }
    })
    .await
    .expect("the answer is acted upon");
}

#[tokio::test]
async fn what_a_watched_function_fails_at_comes_again_alone() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap()).parse().unwrap();
    let (handed, mut batches) = mpsc::unbounded_channel();
    let path = "/2015-03-31/functions/receipts/invocations";
    let router = Router::new().route(path, post(invoke)).with_state(handed);
    tokio::spawn(async move { axum::serve(listener, router).await });

    let messages = Arc::new(Messages::new(Some(5), None));
    for id in ["a", "b", "c"] {
        messages
            .add(Message { id: id.to_owned(), body: String::new(), group: String::new() }, Duration::ZERO);
    }
    let mapping = Mapping {
        messages: messages.clone(),
        dead: Arc::new(Messages::new(None, None)),
        journal: Journal::none(),
        consumer: Consumer::Watched(Watched::at(&url).function("receipts")),
        batching: Batching { size: 10, window: Duration::from_millis(1) },
        meter: Arc::default(),
    };
    let (stop, stopped) = watch::channel(false);
    let mut pollers = mapping.start(1, stopped);

    let (ids, answer) = next(&mut batches).await;
    assert_eq!(ids, ["a", "b", "c"]);
    let failed = json!({ "batchItemFailures": [{ "itemIdentifier": "b" }] });
    answer.send(Json(failed).into_response()).unwrap();
    waits_for(&messages, 1).await;
    messages.show_again("b", Duration::ZERO);
    // The function ends with an error: all of it comes again.
    let (ids, answer) = next(&mut batches).await;
    assert_eq!(ids, ["b"]);
    answer.send(StatusCode::INTERNAL_SERVER_ERROR.into_response()).unwrap();
    messages.add(Message { id: "d".to_owned(), body: String::new(), group: String::new() }, Duration::ZERO);
    let (ids, answer) = next(&mut batches).await;
    assert_eq!(ids, ["d"], "what failed rests for a while");
    answer.send(Json(json!({ "batchItemFailures": [] })).into_response()).unwrap();
    waits_for(&messages, 1).await;
    messages.show_again("b", Duration::ZERO);
    let (ids, answer) = next(&mut batches).await;
    assert_eq!(ids, ["b"]);
    answer.send(Json(json!({ "batchItemFailures": [] })).into_response()).unwrap();
    waits_for(&messages, 0).await;
    stop.send_replace(true);
    while pollers.join_next().await.is_some() {}
}
