//! Requests to a router of this process, as over a connection.

use aws_smithy_runtime_api::client::{
    orchestrator::{HttpRequest, HttpResponse},
    result::ConnectorError,
};
use aws_smithy_types::body::SdkBody;
use axum::{
    Router,
    body::{Body, to_bytes},
    http::Request,
};
use tower::ServiceExt;

/// Forwards a request to a router of this process, as over a connection.
pub(super) async fn forward(router: Router, request: &HttpRequest) -> Result<HttpResponse, ConnectorError> {
    let address = request.uri().trim_start_matches("http://");
    let (host, path) = address.find('/').map_or((address, "/"), |slash| address.split_at(slash));
    let mut forwarded = Request::builder().method(request.method()).uri(path).header("host", host);
    for (name, value) in request.headers() {
        forwarded = forwarded.header(name, value);
    }
    let body = request.body().bytes().unwrap_or_default().to_vec();
    let forwarded = forwarded.body(Body::from(body)).map_err(|error| ConnectorError::user(error.into()))?;
    let Ok(answer) = router.oneshot(forwarded).await;
    let (head, body) = answer.into_parts();
    let bytes = to_bytes(body, usize::MAX).await.map_err(|error| ConnectorError::io(error.into()))?;
    let mut answer = response(head.status.as_u16(), bytes.to_vec());
    for (name, value) in &head.headers {
        if let Ok(value) = value.to_str() {
            answer.headers_mut().insert(name.as_str().to_owned(), value.to_owned());
        }
    }
    Ok(answer)
}

pub(super) fn response(status: u16, body: Vec<u8>) -> HttpResponse {
    let status = status.try_into().expect("a status");
    let mut response = HttpResponse::new(status, SdkBody::from(body));
    response.headers_mut().insert("content-type", "application/x-amz-json-1.0");
    response
}
