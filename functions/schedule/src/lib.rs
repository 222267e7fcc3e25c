//! What has its hour: releases, ends, retention, licences and the books.
//!
//! Every round may run twice at once, or not at all for an hour: each step of it may be done again, and
//! none is struck out of the agenda before it is done.

mod close;
mod deps;
mod erase;
mod failure;
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

/// What EventBridge Scheduler sends.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ScheduleEvent {
    /// Which round.
    pub round: Round,
}

/// A round of the schedule.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Round {
    /// Every minute: what is due leaves, what is over ends.
    Minute,
    /// Every night: what is old is forgotten, licences end, months are closed.
    Night,
}

/// Steps run, or schools looked after, at once.
const AT_ONCE: usize = 8;

/// Makes a round.
pub async fn handle(event: ScheduleEvent, deps: &Deps) -> Report {
    let mut counts = Counts::default();
    let report = match event.round {
        Round::Minute => minute(deps, &mut counts).await,
        Round::Night => night(deps).await,
    };
    deps.metrics.tell("schedule", &counts, deps.clock.now());
    if report != Report::default() {
        tracing::info!(?report, round = ?event.round, "a round of the schedule");
    }
    report
}

async fn minute(deps: &Deps, counts: &mut Counts) -> Report {
    let now = deps.clock.now();
    let mut report = Report::default();
    if let Err(error) = Box::pin(resume::go_on(deps, now)).await {
        report.note_failure("delivery was not resumed", &error);
    }
    report.run_steps(deps.table.agenda(now).await, deps, now, counts).await;
    Box::pin(erase::go_on(deps, now, &mut report, counts)).await;
    report
}

async fn night(deps: &Deps) -> Report {
    let now = deps.clock.now();
    let mut report = Report::default();
    // First: nothing of a month is forgotten before it is added up.
    if let Err(error) = Box::pin(statements::close_months(deps, now, &mut report)).await {
        report.note_failure("months were not closed", &error.into());
    }
    if let Err(error) = Box::pin(night::go_round(deps, now, &mut report)).await {
        report.note_failure("not all schools were looked after", &error.into());
    }
    report
}

impl Report {
    /// Runs the steps of appointments, several at once. One that fails keeps no other back.
    async fn run_steps(
        &mut self,
        appointments: Result<Vec<Appointment>, StoreError>,
        deps: &Deps,
        now: Timestamp,
        counts: &mut Counts,
    ) {
        let appointments = match appointments {
            Ok(appointments) => appointments,
            Err(error) => return self.note_failure("the agenda was not read", &error.into()),
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

/// Runs one step. Nothing came of it if it failed, but what was counted until then.
async fn run_step(
    appointment: Appointment,
    deps: &Deps,
    now: Timestamp,
) -> (Step, Option<StepOutcome>, Counts) {
    let mut counts = Counts::default();
    let outcome = try_step(appointment, deps, now, &mut counts).await;
    let outcome = outcome.inspect_err(|error| log_failure("an appointment was not kept", error)).ok();
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
