//! Previewing and accepting sends.
//!
//! A preview and a send share one path: the preview stops before writing.

mod accept;
mod budget;
mod call_back;
mod cancel;
mod dispatch;
mod documentation;
mod order_body;
mod plan_body;
mod plan_problem;
mod resend;
mod sends;
mod show;
mod test_sms;
mod withdraw;

use std::sync::Arc;

use api::served;
use axum::{
    Router,
    extract::DefaultBodyLimit,
    routing::{get, post},
};
use domain::clock::Clock;
use queues::Queue;
use store::Table;
use telemetry::{Counts, Metrics};

pub use documentation::documentation;

/// What this function may use.
#[derive(Clone)]
pub struct Deps {
    /// Reads people and templates, writes sends and parcels.
    pub table: Table,
    /// Takes the parcels' messages; this function never delivers.
    pub queue: Queue,
    /// Told what was accepted and what was called back.
    pub metrics: Metrics,
    /// The time of a send.
    pub clock: Arc<dyn Clock>,
}

/// The routes of this function.
pub fn router(deps: Deps) -> Router {
    served(
        Router::new()
            .route("/v1/sends/preview", post(sends::preview))
            .route("/v1/sends", post(sends::send))
            .route("/v1/sends/{id}", get(show::show))
            .route("/v1/sends/{id}/cancel", post(cancel::cancel))
            .route("/v1/sends/{id}/withdraw", post(withdraw::withdraw))
            .route("/v1/sends/{id}/resend", post(resend::resend))
            .route("/v1/budget", get(budget::show))
            .route("/v1/test-sms", post(test_sms::send))
            .layer(DefaultBodyLimit::disable())
            .with_state(deps),
    )
}

impl Deps {
    fn tell(&self, counts: &Counts) {
        self.metrics.tell("send", counts, self.clock.now());
    }
}
