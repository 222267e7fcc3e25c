//! The functions that answer HTTP.

use axum::Router;
use runtime::Services;
use utoipa::openapi::OpenApi;

/// The function that streams files: on AWS it has an address of its own, which links lead to.
pub(crate) const STREAMING: &str = "exports";

/// A function that answers HTTP.
#[derive(Clone, Copy)]
pub struct HttpFunction<S: Services> {
    /// Its folder.
    pub name: &'static str,
    /// Tells its routes, and what they take and give.
    pub documentation: fn() -> OpenApi,
    /// Makes its router of the parts that it gets.
    pub router: fn(&S) -> Result<Router, S::Error>,
}

impl<S: Services> HttpFunction<S> {
    /// All of them.
    pub const ALL: [Self; 9] = [
        Self {
            name: "registration",
            documentation: registration::documentation,
            router: |services| Ok(registration::router(registration::Deps::new(services)?)),
        },
        Self {
            name: "operator",
            documentation: operator::documentation,
            router: |services| Ok(operator::router(operator::Deps::new(services)?)),
        },
        Self {
            name: "templates",
            documentation: templates::documentation,
            router: |services| Ok(templates::router(templates::Deps::new(services)?)),
        },
        Self {
            name: "people",
            documentation: people::documentation,
            router: |services| Ok(people::router(people::Deps::new(services)?)),
        },
        Self {
            name: "imports",
            documentation: imports::documentation,
            router: |services| Ok(imports::router(imports::Deps::new(services)?)),
        },
        Self {
            name: "send",
            documentation: send::documentation,
            router: |services| Ok(send::router(send::Deps::new(services)?)),
        },
        Self {
            name: "sentlog",
            documentation: sentlog::documentation,
            router: |services| Ok(sentlog::router(sentlog::Deps::new(services)?)),
        },
        Self {
            name: STREAMING,
            documentation: exports::documentation,
            router: |services| Ok(exports::router(exports::Deps::new(services)?)),
        },
        Self {
            name: "callbacks",
            documentation: callbacks::documentation,
            router: |services| Ok(callbacks::router(callbacks::Deps::new(services)?)),
        },
    ];

    /// That of a name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|function| function.name == name)
    }
}
