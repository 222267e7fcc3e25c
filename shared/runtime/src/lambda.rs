//! HTTP on Lambda: a function requests its first event before it builds its routes.

use std::sync::{Arc, LazyLock};

use axum::Router;
use lambda_http::{
    Adapter, Error, LambdaEvent, Request, StreamAdapter, lambda_runtime, request::LambdaRequest, service_fn,
};
use percent_encoding::{AsciiSet, CONTROLS, utf8_percent_encode};
use tower::ServiceExt;

/// Serves API Gateway until Lambda ends this process. The first request builds the routes: a
/// pre-initialised function does not pay for them.
pub async fn run(routes: impl FnOnce() -> Router + Send + 'static) -> Result<(), Error> {
    let routes = Arc::new(LazyLock::new(routes));
    let answer = service_fn(move |request: Request| {
        let routes = Router::clone(&routes);
        routes.oneshot(request)
    });
    lambda_runtime::run(Adapter::from(answer).map_request(with_a_query_of_http)).await
}

/// Streams responses too long for memory, through a function URL.
pub async fn run_streaming(routes: impl FnOnce() -> Router + Send + 'static) -> Result<(), Error> {
    let routes = Arc::new(LazyLock::new(routes));
    let answer = service_fn(move |request: Request| {
        let routes = Router::clone(&routes);
        routes.oneshot(request)
    });
    lambda_runtime::run(StreamAdapter::from(answer).map_request(with_a_query_of_http)).await
}

/// Characters invalid in an HTTP query (RFC 3986, 3.4), on which `lambda_http` panics.
const OUTSIDE_A_QUERY: &AsciiSet = &CONTROLS.add(b' ').add(b'"').add(b'#').add(b'<').add(b'>');

/// API Gateway passes queries unmodified from the client.
fn with_a_query_of_http(mut event: LambdaEvent<LambdaRequest>) -> LambdaEvent<LambdaRequest> {
    if let LambdaRequest::ApiGatewayV2(request) = &mut event.payload
        && let Some(query) = &mut request.raw_query_string
    {
        *query = utf8_percent_encode(query, OUTSIDE_A_QUERY).to_string();
    }
    event
}

#[cfg(test)]
mod tests {
    use axum::{body::Body, routing::get};
    use futures_util::{StreamExt, stream};
    use lambda_http::Context;
    use serde_json::json;

    use super::*;

    /// An event of API Gateway or of a function URL, which share their form.
    fn event(path: &str, raw: &str) -> LambdaEvent<LambdaRequest> {
        let event = json!({
            "version": "2.0", "routeKey": "$default", "rawPath": path, "rawQueryString": raw,
            "headers": { "host": "api.carillon.example" }, "isBase64Encoded": false,
            "requestContext": {
                "accountId": "1", "apiId": "a", "requestId": "r", "stage": "$default", "timeEpoch": 0,
                "http": { "method": "GET", "path": path, "protocol": "HTTP/1.1" },
            },
        });
        let payload: LambdaRequest = serde_json::from_value(event).unwrap();
        LambdaEvent::new(payload, Context::default())
    }

    fn query_of(raw: &str) -> String {
        let event = with_a_query_of_http(event("/v1/messages", raw));
        Request::from(event.payload).uri().query().unwrap_or_default().to_owned()
    }

    #[tokio::test]
    async fn an_answer_that_streams_has_a_head_and_then_its_pieces() {
        let pieces = || stream::iter(["a;b", "c;d"].map(Ok::<_, Error>));
        let file = move || async move { ([("content-type", "text/csv")], Body::from_stream(pieces())) };
        let routes = Router::new().route("/v1/exports/{id}/file", get(file));
        let answer = service_fn(move |request: Request| routes.clone().oneshot(request));
        let service = StreamAdapter::from(answer).map_request(with_a_query_of_http);
        let answer = service.oneshot(event("/v1/exports/exp_1/file", "token=<")).await.unwrap();
        let head = answer.metadata_prelude;
        assert_eq!(
            (head.status_code.as_u16(), &head.headers["content-type"]),
            (200, &"text/csv".parse().unwrap())
        );
        let pieces: Vec<_> = answer.stream.map(|piece| piece.unwrap()).collect().await;
        assert_eq!(pieces, ["a;b", "c;d"]);
    }

    #[test]
    fn whatever_is_written_into_a_query_comes_to_the_function_as_one() {
        assert_eq!(query_of("state=sent&limit=20"), "state=sent&limit=20");
        assert_eq!(query_of("q=%C3%A9+%26"), "q=%C3%A9+%26");
        assert_eq!(query_of("q=<\">&r=#a b\u{7f}\n"), "q=%3C%22%3E&r=%23a%20b%7F%0A");
        for raw in (0..=0x2ff).filter_map(char::from_u32) {
            query_of(&format!("q={raw}"));
        }
    }
}
