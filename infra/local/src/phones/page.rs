//! The phones page, and the same as JSON.

use std::sync::Arc;

use axum::{
    Json,
    extract::{Path, State},
    http::StatusCode,
    response::{Html, IntoResponse, Response},
};
use domain::{phone::PhoneNumber, territory::Territory};
use serde::Serialize;

use super::{Inbox, ReceivedSms};

/// The page polls `/local/phones` every second.
pub(super) async fn show() -> Html<&'static str> {
    Html(include_str!("page.html"))
}

#[derive(Serialize)]
pub(super) struct PhoneBody {
    number: String,
    texts: Vec<ReceivedSms>,
}

/// `GET /local/phones`: the phones with the latest texts.
pub(super) async fn list(State(inbox): State<Arc<Inbox>>) -> Json<Vec<PhoneBody>> {
    const SHOWN: usize = 60;
    let all = inbox.all().into_iter().take(SHOWN);
    Json(all.map(|(number, texts)| PhoneBody { number, texts }).collect())
}

/// `GET /local/phones/{number}`: the texts of one phone, with the number in any spelling.
pub(super) async fn phone(State(inbox): State<Arc<Inbox>>, Path(number): Path<String>) -> Response {
    match PhoneNumber::parse(&number, Territory::Metropole) {
        Ok(number) => {
            let number = number.e164();
            Json(PhoneBody { texts: inbox.of(&number), number }).into_response()
        }
        Err(error) => {
            (StatusCode::NOT_FOUND, Json(serde_json::json!({ "error": error.to_string() }))).into_response()
        }
    }
}
