//! The functions of the service: wired to this machine, or served by `cargo lambda watch`.

use std::{collections::BTreeMap, sync::Arc};

use axum::Router;
use carriers::{Carriers, Ovh};
use domain::clock::Clock;
use queues::{Queue, ReportQueue};
use store::Table;
use telemetry::Metrics;

use crate::{
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
    pub proofs: callbacks::Proofs,
    pub clock: Arc<dyn Clock>,
    /// Where links to files begin.
    pub exports_url: String,
}

impl Functions {
    /// The functions in this process.
    pub fn here(wiring: Wiring) -> Self {
        let Wiring { table, queue, reports, carriers, ovh, proofs, clock, exports_url } = wiring;
        let api = [
            (
                "registration",
                registration::router(registration::Deps { table: table.clone(), clock: clock.clone() }),
            ),
            (
                "people",
                people::router(people::Deps {
                    table: table.clone(),
                    metrics: Metrics::nowhere(),
                    clock: clock.clone(),
                }),
            ),
            ("templates", templates::router(templates::Deps { table: table.clone(), clock: clock.clone() })),
            (
                "send",
                send::router(send::Deps {
                    table: table.clone(),
                    queue: queue.clone(),
                    metrics: Metrics::nowhere(),
                    clock: clock.clone(),
                }),
            ),
            (
                "sentlog",
                sentlog::router(sentlog::Deps { table: table.clone(), clock: clock.clone(), exports_url }),
            ),
            ("exports", exports::router(exports::Deps { table: table.clone(), clock: clock.clone() })),
            (
                "callbacks",
                callbacks::router(callbacks::Deps { reports: reports.clone(), proofs, clock: clock.clone() }),
            ),
        ];
        Self {
            api: api.into(),
            schedule: Schedule::Here(schedule::Deps {
                table: table.clone(),
                queue: queue.clone(),
                metrics: Metrics::nowhere(),
                clock: clock.clone(),
            }),
            deadletters: Consumer::DeadLetters(deadletters::Deps {
                table: table.clone(),
                metrics: Metrics::nowhere(),
                clock: clock.clone(),
            }),
            receipts: Consumer::Receipts(receipts::Deps {
                table: table.clone(),
                reports,
                ovh: Some(ovh),
                metrics: Metrics::nowhere(),
                clock: clock.clone(),
            }),
            deliver: Consumer::Deliver(deliver::Deps {
                table,
                queue,
                carriers,
                metrics: Metrics::nowhere(),
                clock,
            }),
        }
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
