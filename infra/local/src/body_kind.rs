//! What API Gateway does to a body before a function sees it.

use std::borrow::Cow;

use axum::http::{HeaderMap, header::CONTENT_TYPE};

/// Whether API Gateway passes a body as text: by its content type, not its content.
pub(crate) fn is_text(headers: &HeaderMap) -> bool {
    let kind = headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let kind = kind.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    kind.starts_with("text/")
        || matches!(kind.as_str(), "application/json" | "application/javascript" | "application/xml")
}

/// A body of a text type, in which invalid UTF-8 is replaced: a Windows-1252 file that calls itself text loses its
/// accents.
pub(crate) fn as_text(body: &[u8]) -> Cow<'_, str> {
    String::from_utf8_lossy(body)
}
