//! The functions of the service: wired to this machine, or served by `cargo lambda watch`.

use std::collections::BTreeMap;

use axum::Router;
use runtime::Services;

use crate::{
    http_function::HttpFunction,
    paths::{documents, function_of},
    queue::Consumer,
    schedules::Schedule,
    watched::Watched,
    wiring::Wiring,
};

/// Every function that API Gateway calls, those that queues feed, and the one that the schedule starts.
#[derive(Clone)]
pub(crate) struct Functions {
    /// By their names.
    api: BTreeMap<&'static str, Router>,
    pub receipts: Consumer,
    pub deliver: Consumer,
    pub deadletters: Consumer,
    pub schedule: Schedule,
}

impl Functions {
    /// The functions in this process.
    pub fn here(wiring: &Wiring) -> Self {
        let Ok(functions) = Self::of(wiring);
        functions
    }

    fn of<S: Services>(services: &S) -> Result<Self, S::Error> {
        let router = |function: HttpFunction<S>| Ok((function.name, (function.router)(services)?));
        Ok(Self {
            api: HttpFunction::ALL.into_iter().map(router).collect::<Result<_, _>>()?,
            schedule: Schedule::Here(schedule::Deps::new(services)?),
            deadletters: Consumer::DeadLetters(deadletters::Deps::new(services)?),
            receipts: Consumer::Receipts(receipts::Deps::new(services)?),
            deliver: Consumer::Deliver(deliver::Deps::new(services)?),
        })
    }

    /// The functions of a server, by their names.
    pub fn watched(server: &Watched) -> Self {
        let router = |(name, _): &(&'static str, _)| (*name, server.function(name).router());
        let consumer = |name| Consumer::Watched(server.function(name));
        Self {
            api: documents().iter().map(router).collect(),
            receipts: consumer("receipts"),
            deliver: consumer("deliver"),
            deadletters: consumer("deadletters"),
            schedule: Schedule::Watched(server.function("schedule")),
        }
    }

    /// The function that a path belongs to.
    pub fn of_path(&self, path: &str) -> Option<Router> {
        self.api.get(function_of(path)?).cloned()
    }
}
