//! Cost of planning a send to 10,000 people: instructions per person, time, memory.
//!
//! `cargo bench -p domain --bench plan`. Instructions are counted by `valgrind --tool=callgrind`, if
//! installed: the program runs itself under it for two sizes, with the plan and without, to exclude the
//! setup of the directory.

use std::{env, fs, process::Command, time::Instant};

use domain::{
    address::{City, PostalAddress, PostalCode, Street},
    audience::Audience,
    directory::{ClassName, Directory, GivenName, Guardianship, Person, PersonDetails},
    id::{PersonId, RegistrationId, SchoolId},
    line::Line,
    phone::PhoneNumber,
    pricing::RateCard,
    registration::{Contact, EmailAddress, Licence, Licensed, Registration, RegistrationState, Standing},
    school::{HouseholdRule, School, SchoolName, Uai},
    sending::{GivenValues, Order, Plan, Selection, Value},
    template::{Context, Variable, View, Wording},
    territory::Territory,
};
use jiff::Timestamp;

/// Number of recipients.
const PEOPLE: usize = 10_000;

fn main() {
    let arguments: Vec<String> = env::args().collect();
    match arguments.iter().position(|argument| argument == "--run") {
        // The child process under callgrind: number of people, with or without planning.
        Some(place) => {
            let people = arguments[place + 1].parse().expect("a number of people");
            run(people, arguments[place + 2] == "plan", HouseholdRule::EachGuardian);
        }
        None => report(),
    }
}

fn report() {
    for (name, rule) in
        [("one SMS each", HouseholdRule::EachGuardian), ("one per household", HouseholdRule::OnePerHousehold)]
    {
        let best = (0..20).map(|_| run(PEOPLE, true, rule)).min().expect("twenty runs");
        let per_person = f64::from(best) / PEOPLE as f64;
        println!("{name:<20} {:>8.2} µs a person ({PEOPLE} people, best of 20)", per_person / 1e3);
    }
    match instructions_per_person() {
        Some(count) => println!("{:<20} {count:>8.0} instructions a person", "one SMS each"),
        None => println!("valgrind is not installed: instructions were not counted"),
    }
    if let Some(peak) = peak_memory_kb() {
        println!("{:<20} {:>8.1} MB at most, directory and plan of {PEOPLE} people", "memory", peak / 1024.0);
    }
}

/// Computes the instructions of the plan alone, from two sizes with it and without it.
fn instructions_per_person() -> Option<f64> {
    let program = env::current_exe().ok()?;
    let count = |people: usize, what: &str| -> Option<f64> {
        let output = Command::new("valgrind")
            .args(["--tool=callgrind", "--callgrind-out-file=/dev/null"])
            .arg(&program)
            .args(["--run", &people.to_string(), what])
            .output()
            .ok()?;
        let log = String::from_utf8_lossy(&output.stderr).into_owned();
        let line = log.lines().find(|line| line.contains("Collected"))?;
        line.rsplit(' ').next()?.trim().parse().ok()
    };
    let (small, large) = (1_000, 3_000);
    let planned = count(large, "plan")? - count(small, "plan")?;
    let prepared = count(large, "prepare")? - count(small, "prepare")?;
    Some((planned - prepared) / (large - small) as f64)
}

/// Returns this process's peak memory, from Linux.
fn peak_memory_kb() -> Option<f64> {
    let status = fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find(|line| line.starts_with("VmHWM"))?;
    line.split_whitespace().nth(1)?.parse().ok()
}

/// Prepares a school and optionally plans a send to all its guardians. Returns the nanoseconds of the
/// plan with its totals and its digest.
fn run(people: usize, plans: bool, rule: HouseholdRule) -> u32 {
    let (directory, licensed, order) = (directory(people), licensed(), order(rule));
    if !plans {
        return 0;
    }
    let started = Instant::now();
    let plan = Plan::new(&order, &licensed, &directory).expect("a plan");
    let (totals, digest) = (plan.totals(), plan.digest());
    let elapsed = started.elapsed();
    let expected = if rule == HouseholdRule::OnePerHousehold { people / 2 } else { people };
    assert_eq!((totals.messages as usize, digest.as_str().len()), (expected, 64));
    u32::try_from(elapsed.as_nanos()).unwrap_or(u32::MAX)
}

/// Creates a pupil and two guardians at one address for every two people.
fn directory(people: usize) -> Directory {
    let mut id = PersonId::generate(Timestamp::UNIX_EPOCH);
    let mut next = || {
        id = id.following();
        id
    };
    let mut everybody = Vec::with_capacity(people * 3 / 2);
    for family in 0..people / 2 {
        let mut pupil = person(next(), Audience::Pupils, "Emma", family);
        pupil.details.class = ClassName::parse(&format!("C{}", family / 30)).ok();
        for (rank, first_name) in [(1, "Claire"), (2, "Jean")] {
            let mut guardian = person(next(), Audience::Guardians, first_name, family);
            let number = format!("07{:08}", 50_000_000 + 2 * family + usize::from(rank));
            guardian.details.phone = PhoneNumber::parse(&number, Territory::Metropole).ok();
            let street = Street::parse(&format!("{} rue des Lilas", family + 1)).expect("a street");
            let address =
                PostalAddress::new(street, PostalCode::parse("95100").ok(), City::parse("Argenteuil").ok());
            guardian.details.address = Some(address);
            guardian.details.guardianships = vec![Guardianship::new(pupil.id, rank)];
            everybody.push(guardian);
        }
        everybody.push(pupil);
    }
    Directory::new(everybody)
}

fn person(id: PersonId, audience: Audience, first_name: &str, family: usize) -> Person {
    let name = |text: &str| GivenName::parse(text).expect("a name");
    let details = PersonDetails::named(audience, name(first_name), name(&format!("NOM{family}")));
    Person { id, details, version: 1 }
}

fn licensed() -> Licensed {
    let now: Timestamp = "2026-11-23T08:00:00Z".parse().expect("an instant");
    let id = SchoolId::generate(now);
    let name = SchoolName::parse("Collège Jean Moulin").expect("a name");
    let uai = Uai::parse("0951099D").ok();
    let registration = Registration {
        id: RegistrationId::generate(now),
        school_id: id,
        school_name: name.clone(),
        uai,
        territory: Territory::Metropole,
        contact: Contact {
            name: Line::parse("Dominique Chef").expect("a name"),
            email: EmailAddress::parse("chef@college-moulin.example").expect("an address"),
            phone: None,
        },
        rate_card: RateCard::current(now).version(),
        acknowledged_at: now,
        acknowledged_by: Line::parse("chef").expect("a line"),
        applied_at: now,
        state: RegistrationState::Confirmed,
        decided_at: Some(now),
        reason: None,
        version: 1,
    };
    let licence = Licence::issue(registration.id, Territory::Metropole, now);
    let school = School::new(id, name, uai, Territory::Metropole);
    let standing =
        Standing { school: Some(school), registration: Some(registration), licence: Some(licence) };
    standing.check(now).expect("a school that may send")
}

fn order(rule: HouseholdRule) -> Order {
    let body = "{{school.name}} : réunion pour {{pupils}} le {{meeting.date}} à {{meeting.time}}. Merci de confirmer votre présence.";
    let value = |name: &str, value: &str| {
        (Variable::named(name).expect("a variable"), Value::parse(value).expect("a value"))
    };
    let common = [value("meeting.date", "30/11"), value("meeting.time", "18h")].into_iter().collect();
    Order {
        view: View::Pupils,
        selection: Selection::Everyone,
        wording: Wording::new(Audience::Guardians, Context::Meeting, body).expect("a wording"),
        values: GivenValues { common, ..GivenValues::default() },
        household_rule: Some(rule),
    }
}
