//! The schedules on one machine: the rounds that EventBridge Scheduler starts on AWS.

use std::time::Duration;

use schedule::{Deps, Report, Round, ScheduleEvent};
use shared::telemetry::invocation;
use tokio::sync::watch;

/// On AWS a round comes every minute; here nobody likes to wait.
const MINUTE_ROUND: Duration = Duration::from_secs(5);
const NIGHT_ROUND: Duration = Duration::from_secs(24 * 3600);

/// Makes one round.
pub(crate) async fn round(round: Round, deps: &Deps) -> Report {
    invocation(&deps.clock.now().to_string(), schedule::handle(ScheduleEvent { round }, deps)).await
}

/// Makes rounds until `stop` is set.
pub(crate) async fn run(deps: Deps, mut stop: watch::Receiver<bool>) {
    let mut minutes = tokio::time::interval(MINUTE_ROUND);
    let mut nights = tokio::time::interval(NIGHT_ROUND);
    loop {
        let due = tokio::select! {
            _ = minutes.tick() => Round::Minute,
            _ = nights.tick() => Round::Night,
            _ = stop.wait_for(|stopped| *stopped) => return,
        };
        round(due, &deps).await;
    }
}
