//! Scheduled work: releases, expiries, retention, licences and statements.
//!
//! A round may run twice at once, or not at all for an hour: every step may be repeated, and none leaves the
//! agenda before it is done.

mod close;
mod deps;
mod erase;
mod failure;
mod imports;
mod licences;
mod night;
mod release;
mod report;
mod resume;
mod retention;
mod statements;

pub use deps::Deps;
pub use report::Report;

use domain::sending::{Appointment, Step};
use futures_util::{StreamExt, stream};
use jiff::Timestamp;
use serde::Deserialize;
use store::StoreError;
use telemetry::Counts;
use tracing::Instrument;

use crate::{
    failure::{RoundError, log_failure},
    report::StepOutcome,
};

/// The payload from EventBridge Scheduler.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ScheduleEvent {
    pub round: Round,
}

/// A round of the schedule.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Round {
    /// Every minute: due sends are released, expired ones end.
    Minute,
    /// Every night: old texts are removed, licences expire, months are closed.
    Night,
}

/// Concurrent steps or schools.
const AT_ONCE: usize = 8;

/// Runs a round.
pub async fn handle(event: ScheduleEvent, deps: &Deps) -> Report {
    let mut counts = Counts::default();
    let report = match event.round {
        Round::Minute => minute(deps, &mut counts).await,
        Round::Night => night(deps).await,
    };
    deps.metrics.tell("schedule", &counts, deps.clock.now());
    if report != Report::default() {
        tracing::info!(?report, round = ?event.round, "round complete");
    }
    report
}

async fn minute(deps: &Deps, counts: &mut Counts) -> Report {
    let now = deps.clock.now();
    let mut report = Report::default();
    if let Err(error) = Box::pin(resume::resume_parcels(deps, now)).await {
        report.note_failure("delivery not resumed", &error);
    }
    report.run_steps(deps.table.agenda(now).await, deps, now, counts).await;
    Box::pin(erase::resume_erasures(deps, now, &mut report, counts)).await;
    Box::pin(imports::resume_imports(deps, &mut report)).await;
    report
}

async fn night(deps: &Deps) -> Report {
    let now = deps.clock.now();
    let mut report = Report::default();
    // First: a month is summed before its texts are removed.
    if let Err(error) = Box::pin(statements::close_months(deps, now, &mut report)).await {
        report.note_failure("months not closed", &error.into());
    }
    if let Err(error) = Box::pin(night::go_round(deps, now, &mut report)).await {
        report.note_failure("not all schools were visited", &error.into());
    }
    report
}

impl Report {
    /// Runs the steps of appointments concurrently. A failure does not block the others.
    async fn run_steps(
        &mut self,
        appointments: Result<Vec<Appointment>, StoreError>,
        deps: &Deps,
        now: Timestamp,
        counts: &mut Counts,
    ) {
        let appointments = match appointments {
            Ok(appointments) => appointments,
            Err(error) => return self.note_failure("agenda not read", &error.into()),
        };
        let outcomes = stream::iter(appointments)
            .map(|appointment| {
                let Appointment { school, send, .. } = appointment;
                let span = tracing::info_span!("appointment", %school, %send);
                Box::pin(run_step(appointment, deps, now)).instrument(span)
            })
            .buffer_unordered(AT_ONCE)
            .collect::<Vec<_>>()
            .await;
        for (step, outcome, of_appointment) in outcomes {
            *counts += of_appointment;
            match (outcome, step) {
                (Some(StepOutcome::Done), Step::Release) => self.released += 1,
                (Some(StepOutcome::Done), Step::Close) => self.closed += 1,
                (Some(StepOutcome::NotYet), _) => {}
                (None, _) => self.failed += 1,
            }
        }
    }
}

/// Runs one step. A failed one has counts, but no outcome.
async fn run_step(
    appointment: Appointment,
    deps: &Deps,
    now: Timestamp,
) -> (Step, Option<StepOutcome>, Counts) {
    let mut counts = Counts::default();
    let outcome = try_step(appointment, deps, now, &mut counts).await;
    let outcome = outcome.inspect_err(|error| log_failure("appointment failed", error)).ok();
    (appointment.step, outcome, counts.of(appointment.school, appointment.send))
}

async fn try_step(
    appointment: Appointment,
    deps: &Deps,
    now: Timestamp,
    counts: &mut Counts,
) -> Result<StepOutcome, RoundError> {
    match appointment.step {
        Step::Release => release::release(appointment, deps, now, counts).await,
        Step::Close => close::close(appointment, deps, now, counts).await,
    }
}
