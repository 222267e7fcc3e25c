//! The life of a school: its files are imported, and the directory is compared with what is true.

use std::collections::{BTreeMap, HashMap};

use domain::{audience::Audience, directory::Person, id::PersonId, school::SchoolYear};
use fastrand::Rng;
use jiff::Timestamp;
use roster::{Decision, Options, Outcome, Plan, RecordId, Roster};

use crate::{
    file::{File, Format},
    school::School,
};

/// What was found in the life of one school, or of several.
#[derive(Clone, Debug, Default)]
pub struct Findings {
    pub described: usize,
    /// Of the described, those whom the directory has.
    pub known: usize,
    pub recognised: usize,
    pub asked: usize,
    pub wrong_ties: usize,
    pub wrong_records: usize,
    /// What was wrong first, for whoever looks for it.
    pub first: Option<String>,
}

impl Findings {
    /// Whether nobody's news went astray.
    pub fn is_right(&self) -> bool {
        self.wrong_ties == 0 && self.wrong_records == 0
    }

    /// Adds what was found elsewhere.
    pub fn add(&mut self, other: &Self) {
        self.described += other.described;
        self.known += other.known;
        self.recognised += other.recognised;
        self.asked += other.asked;
        self.wrong_ties += other.wrong_ties;
        self.wrong_records += other.wrong_records;
    }

    fn note(&mut self, what: impl FnOnce() -> String) {
        self.first.get_or_insert_with(what);
    }
}

/// How a roster is reconciled with a directory.
pub type Reconcile = fn(&Roster, Vec<Person>, &Options) -> Plan;

/// Lets a school live for up to three years, with one or two imports a year.
pub fn live(seed: u64, reconcile: Reconcile) -> Findings {
    let mut rng = Rng::with_seed(seed);
    let mut school = School::new(&mut rng);
    let mut directory = Directory::default();
    let mut findings = Findings::default();
    for year in 2025..2025 + rng.i16(1..4) {
        for import in 0..rng.usize(1..3) {
            if import > 0 {
                school.change(&mut rng);
            }
            let format = Format::any(&mut rng);
            let file = File::of(&school, format, &mut rng);
            if std::env::var("CARILLON_SHOW").is_ok() {
                println!("{year} {format:?}");
                school.children.iter().for_each(|child| println!("  {child:?}"));
                school.adults.iter().for_each(|adult| println!("  {adult:?}"));
            }
            directory.import(&file, year, reconcile, &mut rng, &mut findings);
            directory.check_ties(&school, &mut findings);
        }
        school.next_year(&mut rng);
    }
    findings
}

/// A mutation: whoever is doubtful is the first namesake.
pub fn first_namesake(roster: &Roster, directory: Vec<Person>, options: &Options) -> Plan {
    let mut options = options.clone();
    let plan = roster::reconcile(roster, directory.clone(), &options);
    for entry in &plan.entries {
        if let Outcome::Doubtful(doubt) = &entry.outcome
            && let Some(first) = doubt.candidates.first()
        {
            options.decisions.entry(entry.record).or_insert(Decision::Same(*first));
        }
    }
    roster::reconcile(roster, directory, &options)
}

/// A directory, and who each of its people really is.
#[derive(Default)]
struct Directory {
    people: Vec<Person>,
    truth: HashMap<PersonId, usize>,
}

impl Directory {
    fn import(
        &mut self,
        file: &File,
        year: i16,
        reconcile: Reconcile,
        rng: &mut Rng,
        findings: &mut Findings,
    ) {
        let seconds = 1_700_000_000 + i64::from(year) * 1000 + i64::try_from(self.people.len()).unwrap();
        let mut options = Options {
            first_id: PersonId::first_of(Timestamp::from_second(seconds).unwrap()),
            today: jiff::civil::date(year, 11, 30),
            year: SchoolYear::beginning_in(year).unwrap(),
            scope: file.scope,
            same_names: false,
            decisions: BTreeMap::new(),
        };
        let plan = reconcile(&file.roster, self.people.clone(), &options);
        findings.asked += plan.entries.iter().filter(|e| matches!(e.outcome, Outcome::Doubtful(_))).count();
        self.answer(&plan, file, rng, &mut options);
        let plan = reconcile(&file.roster, self.people.clone(), &options);
        self.check_groups(&plan, file, findings);
        self.apply(plan, file, rng, findings);
    }

    /// A human answers some of what is asked, rightly.
    fn answer(&self, plan: &Plan, file: &File, rng: &mut Rng, options: &mut Options) {
        for entry in &plan.entries {
            let Outcome::Doubtful(doubt) = &entry.outcome else { continue };
            if rng.bool() {
                continue;
            }
            let is = truth_of(entry.record, file);
            let same = doubt.candidates.iter().find(|person| self.truth.get(person) == Some(&is));
            // Somebody whom another record has may be in the directory without being a candidate.
            let is_known = self.truth.values().any(|known| *known == is);
            match same {
                Some(person) => options.decisions.insert(entry.record, Decision::Same(*person)),
                None if !is_known => options.decisions.insert(entry.record, Decision::New),
                None => None,
            };
        }
    }

    /// All records of an entry are about one person.
    fn check_groups(&self, plan: &Plan, file: &File, findings: &mut Findings) {
        for entry in &plan.entries {
            let is = truth_of(entry.record, file);
            let others = match entry.record {
                RecordId::Pupil(_) => {
                    file.roster.pupils.iter().map(|r| r.origin).zip(&file.children).collect()
                }
                RecordId::Adult(_) => {
                    file.roster.adults.iter().map(|r| r.origin).zip(&file.adults).collect::<Vec<_>>()
                }
            };
            for (origin, other) in others {
                if entry.origins.contains(&origin) && *other != is {
                    findings.wrong_records += 1;
                    findings.note(|| format!("two people in one: {entry:?}"));
                }
            }
        }
    }

    fn apply(&mut self, plan: Plan, file: &File, rng: &mut Rng, findings: &mut Findings) {
        for entry in plan.entries {
            findings.described += 1;
            let is = truth_of(entry.record, file);
            findings.known += usize::from(self.people.iter().any(|person| self.truth[&person.id] == is));
            let known = match &entry.outcome {
                Outcome::Created(person) => {
                    self.truth.insert(person.id, is);
                    self.people.push((**person).clone());
                    continue;
                }
                Outcome::Updated { after, .. } => {
                    let place = self.people.iter().position(|person| person.id == after.id).unwrap();
                    self.people[place] = (**after).clone();
                    after.id
                }
                Outcome::Unchanged(person) => *person,
                Outcome::Doubtful(_) | Outcome::Left(_) | Outcome::NoPupil => continue,
            };
            findings.recognised += 1;
            if self.truth[&known] != is {
                findings.wrong_records += 1;
                findings.note(|| format!("record of {} taken by {is}: {entry:?}", self.truth[&known]));
            }
        }
        // Half of the schools archive whom the files no longer have.
        if rng.bool() {
            for person in plan.absent {
                let place = self.people.iter().position(|known| known.id == person.id).unwrap();
                self.people[place] = person.archived(Timestamp::UNIX_EPOCH);
            }
        }
    }

    /// Every tie is one that there was.
    fn check_ties(&self, school: &School, findings: &mut Findings) {
        for adult in self.people.iter().filter(|person| person.details.audience == Audience::Guardians) {
            for tie in &adult.details.guardianships {
                let pair = (self.truth[&adult.id], self.truth[&tie.pupil]);
                if !school.ties.contains(&pair) {
                    findings.wrong_ties += 1;
                    findings.note(|| format!("tie {pair:?}: {adult:?}"));
                }
            }
        }
    }
}

fn truth_of(record: RecordId, file: &File) -> usize {
    match record {
        RecordId::Pupil(place) => file.children[place],
        RecordId::Adult(place) => file.adults[place],
    }
}
