//! A disorder: several schools send at once while calls fail, workers die, the carrier varies and the queue
//! misbehaves. Generated from a seed, and shrunk to a minimal failing case.

use std::{collections::BTreeMap, time::Duration};

use domain::{
    delivery::{CLAIM_SIZE, PartsPerSecond},
    id::SchoolId,
};
use futures_util::future::{join, join_all};
use proptest::{
    collection::{btree_map, vec},
    prelude::*,
    test_runner::{Config, RngAlgorithm, TestCaseError, TestError, TestRng, TestRunner},
};
use schedule::Round;
use serde_json::json;

use super::{Audit, Behaviour, Fault, Faults, Setting, Violation, World};
use carillon_local::queue::Unruly;

/// The faults and load of one world.
#[derive(Clone, Debug)]
pub struct Disorder {
    /// Determines queue, carrier and retry delays.
    pub seed: u64,
    /// The sends of each school, by their number of messages.
    pub schools: Vec<Vec<u8>>,
    /// The concurrency of `deliver`.
    pub workers: usize,
    /// The faults, by number of the call.
    pub faults: BTreeMap<usize, Fault>,
    /// Of a hundred requests to the carrier, the deferred ones.
    pub try_later_percent: u8,
    /// Of a hundred, the accepted ones without an answer.
    pub no_answer_percent: u8,
    /// Of a hundred, the refused ones.
    pub refused_percent: u8,
    /// Whether the carrier supports queries.
    pub can_be_asked: bool,
    /// The carrier's rate per second, if capped.
    pub cap: Option<u32>,
    /// The delay before each school's first send is cancelled, if it is.
    pub cancelled_after_ms: Option<u16>,
}

/// The final states of many disorders.
pub type States = BTreeMap<&'static str, u64>;

fn fault() -> impl Strategy<Value = Fault> {
    prop_oneof![
        Just(Fault::Before),
        Just(Fault::After),
        Just(Fault::OutageBefore),
        Just(Fault::OutageAfter),
        Just(Fault::KilledBefore),
        Just(Fault::KilledAfter),
        (1_u64..20_000).prop_map(|ms| Fault::Delayed(Duration::from_millis(ms))),
    ]
}

/// Any disorder.
pub fn disorders() -> impl Strategy<Value = Disorder> {
    let sends = vec(1_u8..45, 1..3);
    (
        any::<u64>(),
        vec(sends, 1..4),
        1_usize..6,
        btree_map(0_usize..220, fault(), 0..10),
        (0_u8..40, 0_u8..10, 0_u8..10),
        any::<bool>(),
        proptest::option::of(10_u32..60),
        proptest::option::of(0_u16..3000),
    )
        .prop_map(|(seed, schools, workers, faults, moods, can_be_asked, cap, cancelled_after_ms)| {
            Disorder {
                seed,
                schools,
                workers,
                faults,
                try_later_percent: moods.0,
                no_answer_percent: moods.1,
                refused_percent: moods.2,
                can_be_asked,
                cap,
                cancelled_after_ms,
            }
        })
}

impl Disorder {
    /// The carrier's behaviour at a message's nth request, reproducible by seed.
    fn mood(&self, reference: &str, before: u32) -> Behaviour {
        let place = reference
            .rsplit('-')
            .take(2)
            .flat_map(str::bytes)
            .fold(self.seed, |hash, byte| hash.wrapping_mul(0x0100_0000_01b3) ^ u64::from(byte));
        let percent = fastrand::Rng::with_seed(place ^ u64::from(before)).u8(..100);
        let refused = self.refused_percent;
        let no_answer = refused + self.no_answer_percent;
        match percent {
            p if p < refused => Behaviour::Refuse,
            p if p < no_answer => Behaviour::NoAnswer,
            p if p < no_answer + self.try_later_percent => Behaviour::TryLater,
            _ => Behaviour::Accept,
        }
    }

    /// Runs the disorder on a clock of its own. Returns the final states.
    pub fn live_through(self) -> Result<States, Violation> {
        fastrand::seed(self.seed);
        let runtime = tokio::runtime::Builder::new_current_thread().enable_time().start_paused(true).build();
        runtime.expect("a runtime").block_on(self.live())
    }

    async fn live(self) -> Result<States, Violation> {
        let moods = self.clone();
        let mut world = World::new(Setting {
            faults: Faults::at(self.faults.clone()),
            script: Box::new(move |reference, before| moods.mood(reference, before)),
            can_be_asked: self.can_be_asked,
            pace: self.cap.and_then(|cap| PartsPerSecond::new(cap).ok()),
            unruly: Some(Unruly::new(self.seed)),
            workers: self.workers,
            ..Setting::default()
        })
        .await;
        let mut schools = Vec::new();
        for sends in &self.schools {
            let largest = sends.iter().copied().max().unwrap_or(0);
            schools.push(world.school((0..largest).map(|index| format!("06123456{index:02}"))).await);
        }
        world.start_workers();
        let sending =
            schools.iter().zip(&self.schools).map(|(school, sends)| self.send_all(&world, *school, sends));
        // Two concurrent rounds.
        let rounds = async {
            for _ in 0..4 {
                join(world.round(Round::Minute), world.round(Round::Minute)).await;
                tokio::time::sleep(Duration::from_secs(60)).await;
            }
        };
        join(join_all(sending), rounds).await;
        world.run_to_the_end().await;
        let mut states = States::new();
        for (school, sends) in schools.iter().zip(&self.schools) {
            let messages = sends.iter().map(|messages| u32::from(*messages)).sum();
            let audit = Audit::of(&world, *school, messages).await?;
            for (state, count) in audit.states {
                *states.entry(state).or_default() += u64::from(count);
            }
        }
        self.check_the_unknown(&world, &states)?;
        world.figures.check(&states, !self.faults.is_empty())?;
        Ok(states)
    }

    async fn send_all(&self, world: &World, school: SchoolId, sends: &[u8]) {
        let people: Vec<_> = world.table.all_people(school).await.expect("the table answers");
        for (number, messages) in sends.iter().enumerate() {
            let picked: Vec<_> = people.iter().take(usize::from(*messages)).map(|person| person.id).collect();
            let order = json!({
                "view": "teachers", "selection": { "people": picked },
                "text": { "audience": "teachers", "context": "meeting", "body": format!("Conseil {number}") },
            });
            let key = format!("key-{number}");
            let answer = world.send_until_answered(school, "/v1/sends", &key, &order).await;
            if let (0, Some(after_ms)) = (number, self.cancelled_after_ms) {
                tokio::time::sleep(Duration::from_millis(after_ms.into())).await;
                let path = format!("/v1/sends/{}/cancel", answer["id"].as_str().unwrap_or_default());
                world.call(school, "admin", "POST", &path, None, json!({})).await;
            }
        }
    }

    /// A fault leaves at most one block unknown, and a missing answer one message.
    fn check_the_unknown(&self, world: &World, states: &States) -> Result<(), Violation> {
        let unknown = states.get("unknown").copied().unwrap_or(0);
        let unanswered = world.fake_carrier.unanswered();
        let most = (CLAIM_SIZE * world.faults.struck()) as u64 + unanswered;
        if unknown > most {
            return Err(Violation::new(format!("{unknown} are unknown, {most} may be")));
        }
        Ok(())
    }
}

/// Runs so many disorders, one after the other, from a seed. Shrinks a failing one, and reports it with its
/// seed.
pub fn live_through(disorders_wanted: u32, seed: u64) -> Result<States, String> {
    let config = Config { cases: disorders_wanted, failure_persistence: None, ..Config::default() };
    let mut bytes = [0; 32];
    bytes[..8].copy_from_slice(&seed.to_be_bytes());
    let mut runner = TestRunner::new_with_rng(config, TestRng::from_seed(RngAlgorithm::ChaCha, &bytes));
    let states = std::cell::RefCell::new(States::new());
    let result = runner.run(&disorders(), |disorder| {
        let lived =
            disorder.live_through().map_err(|violation| TestCaseError::fail(violation.to_string()))?;
        for (state, count) in lived {
            *states.borrow_mut().entry(state).or_default() += count;
        }
        Ok(())
    });
    match result {
        Ok(()) => Ok(states.into_inner()),
        Err(TestError::Fail(reason, disorder)) => Err(format!("seed {seed}: {reason}\n{disorder:#?}")),
        Err(TestError::Abort(reason)) => Err(format!("seed {seed}: {reason}")),
    }
}
