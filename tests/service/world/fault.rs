//! What may go wrong with a call, and when.

use std::{
    collections::{BTreeMap, HashSet},
    sync::{Mutex, MutexGuard, PoisonError},
    time::Duration,
};

/// What happens to one call to AWS or to a carrier.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Fault {
    /// It never gets there, once: nobody listened.
    Before,
    /// It takes effect and its answer is lost, once.
    After,
    /// Neither it nor any of its retries gets there.
    OutageBefore,
    /// It takes effect, its answer is lost, and no retry gets there.
    OutageAfter,
    /// The process is killed before it leaves.
    KilledBefore,
    /// The process is killed once it has taken effect.
    KilledAfter,
    /// Its answer takes this long.
    Delayed(Duration),
}

impl Fault {
    /// Every fault that is tried at each call.
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

/// Which calls go wrong: by their number from the first one, counted over all functions.
#[derive(Debug, Default)]
pub struct Faults(Mutex<State>);

#[derive(Debug, Default)]
struct State {
    planned: BTreeMap<usize, Fault>,
    /// A worker is killed at every so many calls.
    kill_every: Option<usize>,
    calls: usize,
    struck: usize,
    /// Invocations of the SDK whose retries fail too.
    outages: HashSet<String>,
}

impl Faults {
    /// These calls go wrong.
    pub fn at(planned: impl IntoIterator<Item = (usize, Fault)>) -> Self {
        Self(Mutex::new(State { planned: planned.into_iter().collect(), ..State::default() }))
    }

    /// The process is killed at every so many calls, before and after in turn.
    pub fn kill_every(calls: usize) -> Self {
        Self(Mutex::new(State { kill_every: Some(calls), ..State::default() }))
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// How many calls there were.
    pub fn calls(&self) -> usize {
        self.state().calls
    }

    /// How many of them went wrong.
    pub fn struck(&self) -> usize {
        self.state().struck
    }

    /// What happens to the next call. `invocation` names a call with all its retries.
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
