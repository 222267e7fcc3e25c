//! Faults of calls, and their planning.

use std::{
    collections::{BTreeMap, HashSet},
    sync::{Mutex, MutexGuard, PoisonError},
    time::Duration,
};

/// A fault of one call to AWS or to a carrier.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Fault {
    /// The request is lost, once.
    Before,
    /// The call takes effect and its response is lost, once.
    After,
    /// The request and all its retries are lost.
    OutageBefore,
    /// The call takes effect, its response is lost, and so are all retries.
    OutageAfter,
    /// The process is killed before the call.
    KilledBefore,
    /// The process is killed after the call took effect.
    KilledAfter,
    /// The response is delayed.
    Delayed(Duration),
}

impl Fault {
    /// The faults tried at each call.
    pub const EACH: [Self; 7] = [
        Self::Before,
        Self::After,
        Self::OutageBefore,
        Self::OutageAfter,
        Self::KilledBefore,
        Self::KilledAfter,
        Self::Delayed(Duration::from_secs(9)),
    ];
}

/// The planned faults by number of the call, counted over all functions.
#[derive(Debug, Default)]
pub struct Faults(Mutex<State>);

#[derive(Debug, Default)]
struct State {
    planned: BTreeMap<usize, Fault>,
    /// Kills a worker at every so many calls.
    kill_every: Option<usize>,
    calls: usize,
    struck: usize,
    /// SDK invocations whose retries fail too.
    outages: HashSet<String>,
}

impl Faults {
    /// Faults at these calls.
    pub fn at(planned: impl IntoIterator<Item = (usize, Fault)>) -> Self {
        Self(Mutex::new(State { planned: planned.into_iter().collect(), ..State::default() }))
    }

    /// Kills the process at every so many calls, before and after in turn.
    pub fn kill_every(calls: usize) -> Self {
        Self(Mutex::new(State { kill_every: Some(calls), ..State::default() }))
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The number of calls.
    pub fn calls(&self) -> usize {
        self.state().calls
    }

    /// The number of faults that struck.
    pub fn struck(&self) -> usize {
        self.state().struck
    }

    /// The fault of the next call. `invocation` identifies a call with all its retries.
    pub(super) fn next(&self, invocation: Option<&str>) -> Option<Fault> {
        let mut state = self.state();
        let number = state.calls;
        state.calls += 1;
        if invocation.is_some_and(|invocation| state.outages.contains(invocation)) {
            return Some(Fault::Before);
        }
        let killed = state.kill_every.filter(|every| number % every == every - 1).map(|every| {
            if (number / every).is_multiple_of(2) { Fault::KilledBefore } else { Fault::KilledAfter }
        });
        let fault = state.planned.get(&number).copied().or(killed)?;
        state.struck += 1;
        if let (Fault::OutageBefore | Fault::OutageAfter, Some(invocation)) = (fault, invocation) {
            state.outages.insert(invocation.to_owned());
        }
        Some(fault)
    }
}
