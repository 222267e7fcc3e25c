//! The functions of the service: in this process, or served by `cargo lambda watch`.

use std::{collections::BTreeMap, sync::Arc};

use axum::Router;
use carriers::{Carriers, Ovh};
use domain::clock::Clock;
use queues::{Queue, ReportQueue};
use store::Table;
use telemetry::Metrics;

use crate::{queue::Consumer, schedules::Schedule, watched::Watched};

/// All functions: those of API Gateway, of the queues, and of the schedule.
#[derive(Clone)]
pub(crate) struct Functions {
    /// By name.
    api: BTreeMap<&'static str, Router>,
    pub receipts: Consumer,
    pub deliver: Consumer,
    pub deadletters: Consumer,
    pub schedule: Schedule,
}

/// The dependencies of all functions on this machine.
pub(crate) struct Wiring {
    pub table: Table,
    pub queue: Queue,
    pub reports: ReportQueue,
    pub carriers: Carriers,
    pub ovh: Arc<Ovh>,
    pub proofs: callbacks::Proofs,
    pub clock: Arc<dyn Clock>,
    /// The base address of export links.
    pub exports_url: String,
}

/// The first path segments below `/v1` and their functions, as API Gateway routes them.
pub const ROUTES: [(&str, &str); 23] = [
    ("openapi.json", "registration"),
    ("rate-card", "registration"),
    ("registrations", "registration"),
    ("registration", "registration"),
    ("school", "registration"),
    ("licence", "registration"),
    ("operator", "operator"),
    ("people", "people"),
    ("catalogue", "templates"),
    ("templates", "templates"),
    ("texts", "templates"),
    ("sends", "send"),
    ("budget", "send"),
    ("test-sms", "send"),
    ("messages", "sentlog"),
    ("audit", "sentlog"),
    ("usage", "sentlog"),
    ("exports", "sentlog"),
    ("statistics", "sentlog"),
    ("opt-outs", "people"),
    ("erasures", "people"),
    ("receipts", "callbacks"),
    ("replies", "callbacks"),
];

/// The streaming function: on AWS it has a function URL, which links point to.
const STREAMING: &str = "exports";

impl Functions {
    /// The functions in this process.
    pub fn here(wiring: Wiring) -> Self {
        let Wiring { table, queue, reports, carriers, ovh, proofs, clock, exports_url } = wiring;
        let api = [
            (
                "registration",
                registration::router(registration::Deps { table: table.clone(), clock: clock.clone() }),
            ),
            ("operator", operator::router(operator::Deps { table: table.clone(), clock: clock.clone() })),
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
            (STREAMING, exports::router(exports::Deps { table: table.clone(), clock: clock.clone() })),
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

    /// The functions of a `cargo lambda watch` server.
    pub fn watched(server: &Watched) -> Self {
        let names = ROUTES.map(|(_, name)| name).into_iter().chain([STREAMING]);
        let api: Vec<_> = names.map(|name| (name, server.function(name).router())).collect();
        let consumer = |name| Consumer::Watched(server.function(name));
        Self {
            api: api.into_iter().collect(),
            receipts: consumer("receipts"),
            deliver: consumer("deliver"),
            deadletters: consumer("deadletters"),
            schedule: Schedule::Watched(server.function("schedule")),
        }
    }

    /// The function of a path.
    pub fn of_path(&self, path: &str) -> Option<Router> {
        let parts: Vec<&str> = path.strip_prefix("/v1/")?.split('/').collect();
        let function = match parts[..] {
            ["exports", _, "file"] => STREAMING,
            [first, ..] => ROUTES.iter().find(|(part, _)| *part == first)?.1,
            [] => return None,
        };
        self.api.get(function).cloned()
    }
}
