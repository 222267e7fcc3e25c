//! A scripted bridge: a carrier that records all requests, and fails on request.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use carriers::{BridgeFinding, BridgeSms, BridgeState};
use domain::{clock::Clock, text::MeasuredText};
use jiff::Timestamp;

/// The signing key of a world's bridge.
pub const BRIDGE_KEY: &[u8] = b"the key of a bridge in a world";

/// The carrier's behaviour for one request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Behaviour {
    /// Accepts the message.
    Accept,
    /// Refuses it for good.
    Refuse,
    /// Defers it.
    TryLater,
    /// Accepts it, and never answers.
    NoAnswer,
    /// Refuses everything from this account.
    Halt,
}

/// One request to the carrier.
#[derive(Clone, Debug)]
pub struct Call {
    pub at: Timestamp,
    /// The message.
    pub reference: String,
    /// Its segments.
    pub parts: u32,
}

/// The behaviour by reference and number of earlier requests.
pub type Script = Box<dyn Fn(&str, u32) -> Behaviour + Send + Sync>;

/// The carrier.
pub struct FakeCarrier {
    clock: Arc<dyn Clock>,
    latency: Duration,
    tells_after: Duration,
    state: Mutex<State>,
}

struct State {
    script: Script,
    calls: Vec<Call>,
    asked: HashMap<String, u32>,
    accepted: HashMap<String, u32>,
    unanswered: u64,
}

/// The message id within its school, as in the sent log.
fn own_name(reference: &str) -> String {
    reference.split_once('-').map_or(reference, |(_, name)| name).to_owned()
}

/// Longer than the timeout of any worker.
const NO_ANSWER: Duration = Duration::from_secs(60);

impl FakeCarrier {
    /// A carrier that follows the script after `latency`, and answers queries after `tells_after`.
    pub fn new(clock: Arc<dyn Clock>, latency: Duration, tells_after: Duration, script: Script) -> Self {
        let state = State {
            script,
            calls: Vec::new(),
            asked: HashMap::new(),
            accepted: HashMap::new(),
            unanswered: 0,
        };
        Self { clock, latency, tells_after, state: Mutex::new(state) }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// All requests, in order.
    pub fn calls(&self) -> Vec<Call> {
        self.state().calls.clone()
    }

    /// The number of received messages of a send, and the time of the last one.
    pub fn received_of(&self, send: &str) -> (usize, Option<Timestamp>) {
        let state = self.state();
        let its = state.calls.iter().rev().filter(|call| call.reference.starts_with(send));
        (its.clone().count(), its.map(|call| call.at).max())
    }

    /// The number of acceptances of each message.
    pub fn accepted(&self) -> HashMap<String, u32> {
        self.state().accepted.clone()
    }

    /// The requests without an answer.
    pub fn unanswered(&self) -> u64 {
        self.state().unanswered
    }

    pub(super) async fn call(&self, method: &str, uri: &str, body: &[u8]) -> (u16, Vec<u8>) {
        if method == "GET" {
            tokio::time::sleep(self.tells_after).await;
            return self.find(uri);
        }
        let Ok(sms) = serde_json::from_slice::<BridgeSms>(body) else { return (400, Vec::new()) };
        let behaviour = self.receive(&sms);
        tokio::time::sleep(if behaviour == Behaviour::NoAnswer { NO_ANSWER } else { self.latency }).await;
        let status = match behaviour {
            Behaviour::Accept | Behaviour::NoAnswer => 202,
            Behaviour::Refuse => 422,
            Behaviour::TryLater => 429,
            Behaviour::Halt => 401,
        };
        (status, Vec::new())
    }

    fn receive(&self, sms: &BridgeSms) -> Behaviour {
        let reference = own_name(&sms.reference);
        let mut state = self.state();
        let parts = u32::from(MeasuredText::of(&sms.text).segments.get());
        state.calls.push(Call { at: self.clock.now(), reference: reference.clone(), parts });
        let asked = state.asked.entry(reference.clone()).or_default();
        *asked += 1;
        let before = *asked - 1;
        let behaviour = (state.script)(&reference, before);
        state.unanswered += u64::from(behaviour == Behaviour::NoAnswer);
        if matches!(behaviour, Behaviour::Accept | Behaviour::NoAnswer) {
            *state.accepted.entry(reference).or_default() += 1;
        }
        behaviour
    }

    fn find(&self, uri: &str) -> (u16, Vec<u8>) {
        let reference = uri.rsplit('/').next().unwrap_or_default().to_owned();
        let accepted = self.state().accepted.contains_key(&own_name(&reference));
        let state = if accepted { BridgeState::Accepted } else { BridgeState::NeverReceived };
        (200, serde_json::to_vec(&BridgeFinding { reference, state }).unwrap_or_default())
    }
}
