//! The routes of a function, written once: its router and its documentation come from one list.

use axum::{
    Router,
    handler::Handler,
    routing::{MethodFilter, on},
};
use utoipa::{Path, openapi::HttpMethod};

/// Makes the router and the documentation of a function from one list of handlers, each written `module::handler`.
/// The method and the path of a handler are those of its `#[utoipa::path]`.
///
/// The router asks a handler for its method and its path only: nothing of the document is built or linked for it.
///
/// ```ignore
/// api::routes! {
///     fn routes() -> Router<Deps>;
///     pub fn documentation() with schemas(import::ImportedTemplate);
///     templates::list,
///     templates::create,
/// }
/// ```
#[macro_export]
macro_rules! routes {
    (
        fn $routes:ident() -> Router<$state:ty>;
        $visibility:vis fn $documentation:ident() $(with schemas($($schema:tt)*))?;
        $($module:ident::$handler:ident),+ $(,)?
    ) => {
        fn $routes() -> ::axum::Router<$state> {
            let router = ::axum::Router::new();
            $(
                let router = $crate::paste! {
                    $crate::with_route::<$module::[<__path_ $handler>], _, _, _>(router, $module::$handler)
                };
            )+
            router
        }

        /// The routes of this function, and what they take and give.
        $visibility fn $documentation() -> ::utoipa::openapi::OpenApi {
            #[derive(::utoipa::OpenApi)]
            #[openapi($(components(schemas($($schema)*)),)? paths($($module::$handler),+))]
            struct Documentation;
            <Documentation as ::utoipa::OpenApi>::openapi()
        }
    };
}

/// The router with one more handler, by the method and the path of its `#[utoipa::path]`. Called by [`routes!`].
#[doc(hidden)]
pub fn with_route<P: Path, S, T, H>(router: Router<S>, handler: H) -> Router<S>
where
    S: Clone + Send + Sync + 'static,
    T: 'static,
    H: Handler<T, S>,
{
    let path = P::path();
    P::methods()
        .into_iter()
        .fold(router, |router, method| router.route(&path, on(filter(&method), handler.clone())))
}

const fn filter(method: &HttpMethod) -> MethodFilter {
    match method {
        HttpMethod::Get => MethodFilter::GET,
        HttpMethod::Post => MethodFilter::POST,
        HttpMethod::Put => MethodFilter::PUT,
        HttpMethod::Delete => MethodFilter::DELETE,
        HttpMethod::Options => MethodFilter::OPTIONS,
        HttpMethod::Head => MethodFilter::HEAD,
        HttpMethod::Patch => MethodFilter::PATCH,
        HttpMethod::Trace => MethodFilter::TRACE,
    }
}

#[cfg(test)]
mod tests {
    use axum::{
        body::Body,
        http::{Request, StatusCode},
    };
    use tower::ServiceExt;

    /// Handlers as a function has them.
    mod people {
        #[utoipa::path(get, path = "/v1/people/{id}", responses((status = OK)))]
        pub(super) async fn show() -> &'static str {
            "shown"
        }

        #[utoipa::path(put, path = "/v1/people/{id}", responses((status = OK)))]
        pub(super) async fn replace() -> &'static str {
            "replaced"
        }
    }

    crate::routes! {
        fn routes() -> Router<()>;
        pub fn documentation();
        people::show,
        people::replace,
    }

    async fn status(method: &str, path: &str) -> StatusCode {
        let request = Request::builder().method(method).uri(path).body(Body::empty()).unwrap();
        routes().oneshot(request).await.unwrap().status()
    }

    #[tokio::test]
    async fn what_the_document_tells_of_is_what_the_router_serves() {
        let document = documentation();
        let [(path, item)] = Vec::from_iter(&document.paths.paths)[..] else { panic!("one path") };
        assert_eq!(path, "/v1/people/{id}");
        assert!(item.get.is_some() && item.put.is_some() && item.delete.is_none());
        assert_eq!(status("GET", "/v1/people/per_1").await, 200);
        assert_eq!(status("PUT", "/v1/people/per_1").await, 200);
        assert_eq!(status("DELETE", "/v1/people/per_1").await, 405);
        assert_eq!(status("GET", "/v1/people").await, 404);
    }
}
