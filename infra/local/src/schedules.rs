//! The schedules on one machine, in place of EventBridge Scheduler.

use std::time::Duration;

use schedule::{Deps, Round, ScheduleEvent};
use serde_json::json;
use telemetry::invocation;
use tokio::{sync::watch, time::MissedTickBehavior};

use crate::watched::WatchedFunction;

/// On AWS a round starts every minute; here more often, for interactive use.
const MINUTE_ROUND: Duration = Duration::from_secs(5);
/// As on AWS: each round prints lines in the terminal of `cargo lambda watch`.
const MINUTE_ROUND_OF_WATCHED: Duration = Duration::from_secs(60);
const NIGHT_ROUND: Duration = Duration::from_secs(24 * 3600);

/// The scheduled function.
#[derive(Clone)]
pub(crate) enum Schedule {
    Here(Deps),
    /// Served by `cargo lambda watch`.
    Watched(WatchedFunction),
}

impl Schedule {
    /// Finishes sends that crashed between commit point and queue, before everything else. A watched function
    /// does so once it is reachable.
    pub async fn catch_up(&self) {
        if let Self::Here(_) = self {
            self.round(Round::Minute).await;
        }
    }

    async fn round(&self, round: Round) {
        match self {
            Self::Here(deps) => {
                let id = deps.clock.now().to_string();
                invocation(&id, schedule::handle(ScheduleEvent { round }, deps)).await;
            }
            Self::Watched(function) => {
                let name = match round {
                    Round::Minute => "minute",
                    Round::Night => "night",
                };
                function.reachable().await;
                // The next round retries a failed one.
                let _ = function.invoke(&json!({ "round": name })).await;
            }
        }
    }

    const fn every(&self) -> Duration {
        match self {
            Self::Here(_) => MINUTE_ROUND,
            Self::Watched(_) => MINUTE_ROUND_OF_WATCHED,
        }
    }

    /// Runs rounds until `stop` is set.
    pub async fn run(self, mut stop: watch::Receiver<bool>) {
        let mut minutes = tokio::time::interval(self.every());
        let mut nights = tokio::time::interval(NIGHT_ROUND);
        minutes.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            let due = tokio::select! {
                _ = minutes.tick() => Round::Minute,
                _ = nights.tick() => Round::Night,
                _ = stop.wait_for(|stopped| *stopped) => return,
            };
            tokio::select! {
                biased;
                () = self.round(due) => {}
                _ = stop.wait_for(|stopped| *stopped), if matches!(self, Self::Watched(_)) => return,
            }
        }
    }
}
