//! Random schools and sends before an erasure, with the expected remains.

use std::{collections::HashSet, time::Duration};

use carillon_tests::{
    create_people,
    world::{Behaviour, Faults, Setting, World},
};
use domain::{
    audience::Audience,
    clock::Clock,
    directory::{Guardianship, Person, PersonDetails},
    id::{ParcelId, ParcelNumber, PersonId, SchoolId},
    line::Line,
    phone::PhoneNumber,
    sending::StoredMessage,
    territory::Territory,
};
use serde_json::json;

/// The events at a school before an erasure.
#[derive(Clone, Debug)]
pub(super) struct Plan {
    seed: u64,
    pupils: usize,
    /// For each guardian: the number and the children.
    guardians: Vec<(u8, Vec<usize>)>,
    /// For each teacher: the number.
    teachers: Vec<u8>,
    /// Kinds of sends.
    sends: Vec<u8>,
    /// The number that replies STOP, if any.
    stops: Option<u8>,
    /// The reply comes after the sends, not before.
    stops_at_the_end: bool,
    /// The erased person: an index into pupils, guardians and teachers.
    victim: usize,
    /// The delay after the last send.
    after_ms: u64,
    latency_ms: u64,
}

/// Few numbers, so that some are shared.
const NUMBERS: u8 = 6;

impl Plan {
    /// A random plan, reproducible by seed.
    pub fn any(seed: u64) -> Self {
        let mut dice = fastrand::Rng::with_seed(seed);
        let pupils = dice.usize(1..4);
        let children = |dice: &mut fastrand::Rng| (0..pupils).filter(|_| dice.bool()).collect();
        let guardians: Vec<_> =
            (0..dice.usize(1..4)).map(|_| (dice.u8(..NUMBERS), children(&mut dice))).collect();
        let teachers: Vec<u8> = (0..dice.usize(1..4)).map(|_| dice.u8(..NUMBERS)).collect();
        let people = pupils + guardians.len() + teachers.len();
        Self {
            seed,
            sends: (0..dice.usize(1..6)).map(|_| dice.u8(..6)).collect(),
            stops: dice.bool().then(|| dice.u8(..NUMBERS)),
            stops_at_the_end: dice.bool(),
            victim: dice.usize(..people),
            after_ms: dice.u64(..4000),
            latency_ms: dice.u64(50..3000),
            pupils,
            guardians,
            teachers,
        }
    }

    /// Erases a mother of two after a STOP, with texts to her sent and another one scheduled.
    pub fn of_a_mother_who_said_stop() -> Self {
        Self {
            seed: 2,
            pupils: 2,
            guardians: vec![(0, vec![0, 1]), (1, vec![0, 1])],
            teachers: vec![2],
            sends: vec![5, 3, 0],
            stops: Some(0),
            stops_at_the_end: true,
            victim: 2,
            after_ms: 100,
            latency_ms: 1000,
        }
    }

    /// Erases one of her children, with texts about it in transit.
    pub fn of_a_child() -> Self {
        Self { stops: None, victim: 0, sends: vec![3, 0, 1], ..Self::of_a_mother_who_said_stop() }
    }

    fn people(&self, now: jiff::Timestamp) -> Vec<Person> {
        let mut id = PersonId::generate(now);
        let mut people: Vec<Person> = Vec::new();
        let mut add = |audience, number: Option<u8>, children: Vec<PersonId>| {
            let place = people.len();
            let name = |what: &str| Line::parse(&format!("{what}{place}")).unwrap();
            let mut details = PersonDetails::named(audience, name("Zoqif"), name("Xavuw"));
            details.phone = number.map(phone);
            details.guardianships = children.into_iter().map(|child| Guardianship::new(child, 1)).collect();
            people.push(Person { id, details, version: 1 });
            id = id.following();
            people[place].id
        };
        let pupils: Vec<PersonId> =
            (0..self.pupils).map(|_| add(Audience::Pupils, None, Vec::new())).collect();
        for (number, children) in &self.guardians {
            add(Audience::Guardians, Some(*number), children.iter().map(|child| pupils[*child]).collect());
        }
        for number in &self.teachers {
            add(Audience::Teachers, Some(*number), Vec::new());
        }
        people
    }

    /// Runs until just before the erasure.
    pub async fn live(&self, faults: Faults) -> Lived {
        let seed = self.seed;
        let mood = move |reference: &str, before: u32| {
            let digits: u64 = reference.bytes().rev().take(2).map(u64::from).sum();
            match fastrand::Rng::with_seed(seed ^ digits ^ (u64::from(before) << 8)).u8(..10) {
                0 => Behaviour::TryLater,
                1 => Behaviour::Refuse,
                2 => Behaviour::NoAnswer,
                _ => Behaviour::Accept,
            }
        };
        let latency = Duration::from_millis(self.latency_ms);
        let setting = Setting { faults, latency, script: Box::new(mood), ..Setting::default() };
        let mut world = World::new(setting).await;
        let school = world.school(std::iter::empty()).await;
        let people = self.people(world.clock.now());
        create_people(&world.table, school, people.clone()).await;
        world.start_workers();
        if !self.stops_at_the_end {
            self.stop(&world).await;
        }
        let mut messages = 0;
        for (place, kind) in self.sends.iter().enumerate() {
            messages += send(&world, school, place, *kind).await;
            tokio::time::sleep(Duration::from_millis(self.latency_ms)).await;
        }
        if self.stops_at_the_end {
            self.stop(&world).await;
        }
        tokio::time::sleep(Duration::from_millis(self.after_ms)).await;
        let victim = people[self.victim].clone();
        let calls_before = world.faults.calls();
        let before = kept(&world, school).await;
        Lived { world, school, people, victim, messages, calls_before, before }
    }

    async fn stop(&self, world: &World) {
        if let Some(number) = self.stops {
            let said = json!({
                "type": "reply", "from": phone(number).e164(), "text": "STOP", "at": "2026-11-24T08:00:00Z",
            });
            assert_eq!(world.tell("stop", &said).await, 202);
            // Or the reply is processed during the sends.
            tokio::time::sleep(Duration::from_secs(u64::from(self.seed.is_multiple_of(2)) * 60)).await;
        }
    }
}

fn phone(number: u8) -> PhoneNumber {
    PhoneNumber::parse(&format!("06123456{number:02}"), Territory::Metropole).unwrap()
}

/// Sends one of several kinds. Returns the number of messages.
async fn send(world: &World, school: SchoolId, place: usize, kind: u8) -> u32 {
    let order = |view: &str, audience: &str, context: &str, body: &str| {
        json!({
            "view": view, "selection": { "everyone": true },
            "text": { "audience": audience, "context": context, "body": body },
        })
    };
    let absence = "{{pupil.name}} est absent(e).";
    let (path, mut order) = match kind {
        0 | 3 => ("/v1/sends", order("pupils", "guardians", "absence", absence)),
        1 => ("/v1/sends", order("pupils", "guardians", "meeting", "Réunion pour {{pupils}}")),
        2 | 4 => ("/v1/sends", order("teachers", "teachers", "meeting", "Conseil, {{recipient.name}}")),
        _ => ("/v1/test-sms", json!({ "phone": "0612345600" })),
    };
    if matches!(kind, 3 | 4) {
        order["send_at"] = json!("2026-11-24T16:15");
    }
    for _ in 0..10 {
        let key = format!("key-{place}");
        let (status, answer) = world.call(school, "admin", "POST", path, Some(&key), order.clone()).await;
        match status {
            201 => return u32::try_from(answer["totals"]["messages"].as_u64().unwrap()).unwrap(),
            // No recipient is reachable, or the number of the test SMS is opted out.
            422 => return 0,
            _ => tokio::time::sleep(Duration::from_secs(5)).await,
        }
    }
    panic!("nothing was sent");
}

/// All messages of a school.
async fn kept(world: &World, school: SchoolId) -> Vec<(String, StoredMessage)> {
    let mut all = Vec::new();
    let sends = carillon_tests::sends_of(&world.table, school).await.unwrap();
    for send in sends {
        for number in (0..send.parcels).map(ParcelNumber) {
            let stored =
                world.table.parcel(ParcelId { school, send: send.id, number }).await.unwrap().unwrap();
            let named = stored.messages.into_iter().enumerate();
            all.extend(named.map(|(index, message)| (format!("{}-{number}-{index}", send.id), message)));
        }
    }
    all
}

/// A school just before an erasure.
pub(super) struct Lived {
    pub world: World,
    pub school: SchoolId,
    people: Vec<Person>,
    pub victim: Person,
    pub messages: u32,
    pub calls_before: usize,
    before: Vec<(String, StoredMessage)>,
}

impl Lived {
    /// The erased person's number, unless it is shared.
    fn number(&self) -> Option<PhoneNumber> {
        let others = self.people.iter().filter(|person| person.id != self.victim.id);
        let others: HashSet<PhoneNumber> = others.filter_map(|person| person.details.phone).collect();
        self.victim.details.phone.filter(|phone| !others.contains(phone))
    }

    fn concerns_the_victim(&self, message: &StoredMessage) -> bool {
        message.concerns(self.victim.id) || message.phone().is_some_and(|phone| Some(phone) == self.number())
    }

    /// The number of messages without their person.
    pub async fn erased(&self) -> u64 {
        let kept = kept(&self.world, self.school).await;
        kept.iter().filter(|(_, message)| message.whole().is_none()).count() as u64
    }

    /// No data of the erased person remains, and all other data does.
    pub async fn check(&self, seed: u64) {
        self.nothing_is_left(seed).await;
        let after = kept(&self.world, self.school).await;
        for ((name, before), (same, after)) in self.before.iter().zip(&after) {
            assert_eq!(name, same);
            if !self.concerns_the_victim(before) {
                assert_eq!(before, after, "seed {seed}");
            }
            assert_eq!(before.totals(), after.totals(), "counts and costs stay");
        }
        let people = self.world.table.all_people(self.school).await.unwrap();
        let expected = self.people.iter().filter(|person| person.id != self.victim.id);
        for (person, before) in people.iter().zip(expected.clone()) {
            let untied = before.clone().untied_from(self.victim.id).unwrap_or_else(|| before.clone());
            assert_eq!(*person, untied, "seed {seed}");
        }
        assert_eq!(people.len(), expected.count());
        assert_eq!(self.world.queued(), (0, 0), "the queues are empty");
        self.is_still_closed(seed).await;
    }

    async fn nothing_is_left(&self, seed: u64) {
        for (name, message) in kept(&self.world, self.school).await {
            assert!(!self.concerns_the_victim(&message), "seed {seed}: {name}");
            let names = [message.name(), message.text()].into_iter().flatten();
            let theirs = self.victim.details.first_name.as_str();
            assert!(names.into_iter().all(|text| !text.contains(theirs)), "seed {seed}: {name}");
        }
        let mut sought = vec![self.victim.id.to_string(), self.victim.details.first_name.as_str().to_owned()];
        sought.extend(self.number().map(|phone| phone.e164().trim_start_matches("+33").to_owned()));
        for item in self.world.items() {
            let text = item.to_string();
            for sought in &sought {
                assert!(!text.contains(sought), "seed {seed}: {sought} in {text}");
            }
        }
    }

    /// An opted-out person who returns with an import receives nothing.
    async fn is_still_closed(&self, seed: u64) {
        let recorded = self.world.table.recorded_opt_outs(self.school).await.unwrap();
        let opt_outs = self.world.table.opt_outs(self.school).await.unwrap();
        let closed = recorded.iter().filter(|opt_out| opt_out.is_closed()).count();
        let numbers = (0..NUMBERS).filter(|number| opt_outs.of(phone(*number)).is_some()).count();
        assert_eq!(closed, numbers, "seed {seed}: each is still the number's own");
    }
}
