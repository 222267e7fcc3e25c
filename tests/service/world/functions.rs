//! The functions of a world, each made of its own parts.

use axum::Router;
use carillon_local::{HttpFunction, function_of};

use super::{
    parts::Parts,
    wiring::{Way, Wiring},
};

impl Wiring {
    fn parts_of<'w>(&'w self, function: &'static str) -> Parts<'w> {
        Parts { wiring: self, function, way: None }
    }

    /// The function that a path belongs to.
    pub fn router(&self, path: &str) -> Router {
        let path = path.split('?').next().unwrap_or_default();
        self.http(function_of(path).unwrap_or("registration"))
    }

    pub fn callbacks(&self) -> Router {
        self.http("callbacks")
    }

    fn http(&self, function: &str) -> Router {
        let function = HttpFunction::named(function).expect("a function that answers HTTP");
        let Ok(router) = (function.router)(&self.parts_of(function.name));
        router
    }

    pub fn schedule(&self) -> schedule::Deps {
        let Ok(deps) = schedule::Deps::new(&self.parts_of("schedule"));
        deps
    }

    pub fn deadletters(&self) -> deadletters::Deps {
        let Ok(deps) = deadletters::Deps::new(&self.parts_of("deadletters"));
        deps
    }

    pub fn receipts(&self) -> receipts::Deps {
        let Ok(deps) = receipts::Deps::new(&self.parts_of("receipts"));
        deps
    }

    pub fn deliver(&self, way: &Way) -> deliver::Deps {
        let Ok(deps) = deliver::Deps::new(&Parts { way: Some(way), ..self.parts_of("deliver") });
        deps
    }
}
