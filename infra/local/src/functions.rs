//! The functions of the service: wired to this machine, or served by `cargo lambda watch`.

use std::{collections::BTreeMap, convert::Infallible, sync::Arc};

use aws::Secret;
use axum::Router;
use carriers::{Carriers, Ovh};
use domain::clock::Clock;
use queues::{Queue, ReportQueue};
use runtime::Services;
use store::Table;
use telemetry::Metrics;

use crate::{
    http_function::HttpFunction,
    paths::{documents, function_of},
    queue::Consumer,
    schedules::Schedule,
    watched::Watched,
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

/// What the functions share on this machine.
pub(crate) struct Wiring {
    pub table: Table,
    pub queue: Queue,
    pub reports: ReportQueue,
    pub carriers: Carriers,
    pub ovh: Arc<Ovh>,
    pub erasure_key: Secret,
    pub ovh_callback_secret: Secret,
    pub twilio_token: Secret,
    pub bridge_key: Secret,
    pub clock: Arc<dyn Clock>,
    /// The gateway's address, where carriers call back and links to files begin.
    pub gateway: String,
}

impl Services for Wiring {
    type Error = Infallible;

    fn table(&self) -> Result<Table, Infallible> {
        Ok(self.table.clone())
    }

    fn erasure_key(&self) -> Result<Secret, Infallible> {
        Ok(self.erasure_key.clone())
    }

    fn queue(&self) -> Result<Queue, Infallible> {
        Ok(self.queue.clone())
    }

    fn reports(&self) -> Result<ReportQueue, Infallible> {
        Ok(self.reports.clone())
    }

    fn carriers(&self) -> Result<Carriers, Infallible> {
        Ok(self.carriers.clone())
    }

    fn ovh(&self) -> Result<Option<Arc<Ovh>>, Infallible> {
        Ok(Some(self.ovh.clone()))
    }

    fn ovh_callback_secret(&self) -> Result<Option<Secret>, Infallible> {
        Ok(Some(self.ovh_callback_secret.clone()))
    }

    fn twilio_proof(&self) -> Result<Option<(Secret, String)>, Infallible> {
        Ok(Some((self.twilio_token.clone(), self.gateway.clone())))
    }

    fn bridge_key(&self) -> Result<Option<Secret>, Infallible> {
        Ok(Some(self.bridge_key.clone()))
    }

    fn exports_url(&self) -> Result<String, Infallible> {
        Ok(self.gateway.clone())
    }

    fn metrics(&self) -> Metrics {
        Metrics::nowhere()
    }

    fn clock(&self) -> Arc<dyn Clock> {
        self.clock.clone()
    }
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
