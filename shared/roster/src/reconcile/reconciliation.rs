//! One reconciliation: pupils first, because adults are recognised by them.

use std::collections::BTreeSet;

use domain::{
    audience::Audience,
    directory::{Person, PersonDetails},
    id::PersonId,
    line::folded,
};

use super::{
    adults::AdultMatch,
    consent,
    described::People,
    families::Family,
    identity::Identity,
    merge,
    options::{Decision, Options},
    person::{Known, NameIndex},
    plan::{Doubt, DoubtReason, LostTie, LostTieReason, Outcome, Plan, PlanEntry, RecordId},
    pupil_refs::{Pupil, PupilRefs},
    pupils::PupilMatch,
    schemes::Schemes,
};
use crate::Roster;

/// The state of a reconciliation.
pub(super) struct Reconciliation<'w> {
    roster: &'w Roster,
    options: &'w Options,
    pupils: People,
    adults: People,
    known_pupils: Vec<Known>,
    /// By audience, guardians first.
    known_adults: Vec<(Audience, Vec<Known>)>,
    /// The audiences whose answers about SMS mean nothing.
    unused_consents: Vec<Audience>,
    next_id: PersonId,
}

/// What becomes of the ties of each adult group: the pupils reached, and the record of each tie.
#[derive(Clone, Debug, Default)]
struct Ties {
    reached: Vec<(PersonId, usize)>,
    /// Whether the files have ties of the adult.
    any: bool,
}

impl<'w> Reconciliation<'w> {
    pub fn new(roster: &'w Roster, directory: Vec<Person>, options: &'w Options) -> Self {
        let mut known_pupils = Vec::new();
        let mut known_adults: Vec<(Audience, Vec<Known>)> =
            Audience::ALL.into_iter().filter(|a| *a != Audience::Pupils).map(|a| (a, Vec::new())).collect();
        for person in directory {
            let audience = person.details.audience;
            let known = Known::new(person, options.year);
            match known_adults.iter_mut().find(|(of, _)| *of == audience) {
                Some((_, all)) => all.push(known),
                None => known_pupils.push(known),
            }
        }
        Self {
            roster,
            options,
            pupils: People::pupils(roster),
            adults: People::adults(roster),
            known_pupils,
            known_adults,
            unused_consents: consent::unused_columns(roster),
            next_id: options.first_id,
        }
    }

    pub fn plan(mut self) -> Plan {
        let index = NameIndex::new(self.known_pupils.iter().map(|known| &known.names));
        let schemes = Schemes::new(&self.known_pupils, self.pupils.described.iter());
        let identities = self.recognise_pupils(&index, &schemes);
        let mut plan = Plan::default();
        let ids = self.take_pupils(&identities, &mut plan);
        let ties = self.resolve_ties(&index, &schemes, &identities, &ids, &mut plan);
        self.take_adults(&ties, &mut plan);
        self.tell_absent(&mut plan);
        plan.unused_consents = self.unused_consents;
        plan
    }

    /// Adds the present people who have left: those missing from files of the whole school, of the audiences in the files,
    /// and pupils whose last day has passed.
    fn tell_absent(&self, plan: &mut Plan) {
        let is_described = |audience: Audience| match audience {
            Audience::Pupils => !self.roster.pupils.is_empty(),
            Audience::Guardians | Audience::Teachers | Audience::Staff | Audience::InternshipSupervisors => {
                self.roster.adults.iter().any(|adult| adult.audience == audience)
            }
        };
        let left: BTreeSet<PersonId> = plan
            .entries
            .iter()
            .filter_map(|entry| match &entry.outcome {
                Outcome::Left(person) => *person,
                Outcome::Created(_)
                | Outcome::Updated { .. }
                | Outcome::Unchanged(_)
                | Outcome::Doubtful(_)
                | Outcome::NoPupil => None,
            })
            .collect();
        let candidates = candidates(plan);
        let known = self.known_pupils.iter().chain(self.known_adults.iter().flat_map(|(_, all)| all));
        for known in known {
            let person = &known.person;
            if person.is_archived() || !is_described(person.details.audience) {
                continue;
            }
            *plan.present.entry(person.details.audience).or_default() += 1;
            let is_missing = self.options.scope.is_whole() && !known.claimed;
            if left.contains(&person.id) || is_missing && !candidates.contains(&person.id) {
                plan.absent.push(person.clone());
            }
        }
        plan.guards = plan.guards_of(self.options.scope);
    }

    fn recognise_pupils(&mut self, index: &NameIndex, schemes: &Schemes) -> Vec<Identity> {
        let families = self.described_families(index, schemes);
        let known_families = self.known_families();
        let identities = (0..self.pupils.groups.len()).map(|place| self.decided_pupil(place)).collect();
        let described_index = NameIndex::new(self.pupils.described.iter().map(|one| &one.names));
        let matching = PupilMatch {
            known: &mut self.known_pupils,
            index,
            known_families: &known_families,
            described: &self.pupils.described,
            described_index: &described_index,
            families: &families,
            schemes,
            same_names: self.options.same_names,
            identities,
        };
        matching.run()
    }

    /// The result for a pupil before any comparison: a decision, or a contradiction in the files.
    fn decided_pupil(&mut self, place: usize) -> Option<Identity> {
        let group = &self.pupils.groups[place];
        let record = RecordId::Pupil(group.records[0]);
        let is_contradictory = group.is_contradictory;
        let decided = decide(self.options, record, &mut self.known_pupils);
        decided.or_else(|| is_contradictory.then(shared_identifier))
    }

    /// The adults of each pupil, by unambiguous references of the files.
    fn described_families(&self, index: &NameIndex, schemes: &Schemes) -> Vec<Family> {
        let mut families = vec![Family::default(); self.pupils.groups.len()];
        let pupils = &self.pupils;
        let refs = PupilRefs::new(&pupils.described, &pupils.of_record, &[], index, schemes, self.options);
        for tie in &self.roster.ties {
            if let Some(place) = refs.described(&tie.pupil) {
                let adult = &self.adults.described[self.adults.of_record[tie.adult]];
                families[place].names.extend(adult.names.keys());
                families[place].phones.extend(adult.phone);
            }
        }
        families
    }

    fn known_families(&self) -> Vec<Family> {
        let places: std::collections::HashMap<PersonId, usize> =
            self.known_pupils.iter().enumerate().map(|(place, known)| (known.person.id, place)).collect();
        let mut families = vec![Family::default(); self.known_pupils.len()];
        for known in self.known_adults.iter().flat_map(|(_, all)| all) {
            for tie in &known.person.details.guardianships {
                if let Some(place) = places.get(&tie.pupil) {
                    families[*place].names.extend(known.names.keys());
                    families[*place].phones.extend(known.person.details.phone);
                }
            }
        }
        families
    }

    /// Adds the pupils to the plan, and returns the id of each present one.
    fn take_pupils(&mut self, identities: &[Identity], plan: &mut Plan) -> Vec<Option<PersonId>> {
        let mut ids = Vec::with_capacity(identities.len());
        for (place, identity) in identities.iter().enumerate() {
            let records = self.pupils.records(place, &self.roster.pupils);
            let has_left = records.iter().any(|r| r.left_on.is_some_and(|day| day <= self.options.today));
            let (present, outcome) = match identity {
                Identity::Doubtful(doubt) if !has_left => (None, Some(Outcome::Doubtful(doubt.clone()))),
                Identity::Known(known) if has_left => {
                    (None, Some(Outcome::Left(Some(self.known_pupils[*known].person.id))))
                }
                Identity::Doubtful(_) | Identity::New if has_left => (None, Some(Outcome::Left(None))),
                Identity::Known(known) => (Some(&self.known_pupils[*known].person), None),
                Identity::New | Identity::Doubtful(_) => (None, None),
            };
            let outcome = outcome.or_else(|| {
                let uses_consent = !self.unused_consents.contains(&Audience::Pupils);
                let present_details = present.map(|p| &p.details);
                let mut details = merge::pupil(&records, present_details, self.options.year, uses_consent)?;
                self.pupils.take_identifiers(place, &mut details, self.options.year);
                Some(outcome_of(present, details, &mut self.next_id))
            });
            let Some(outcome) = outcome else { continue };
            ids.push(outcome.person());
            plan.entries.push(PlanEntry {
                record: RecordId::Pupil(self.pupils.groups[place].records[0]),
                origins: records.iter().map(|record| record.origin).collect(),
                name: records[0].name(),
                outcome,
            });
        }
        ids
    }

    /// Resolves the ties of each adult to pupils of the school.
    fn resolve_ties(
        &self,
        index: &NameIndex,
        schemes: &Schemes,
        identities: &[Identity],
        ids: &[Option<PersonId>],
        plan: &mut Plan,
    ) -> Vec<Ties> {
        let mut ties = vec![Ties::default(); self.adults.groups.len()];
        let pupils = &self.pupils;
        let refs = PupilRefs::new(
            &pupils.described,
            &pupils.of_record,
            &self.known_pupils,
            index,
            schemes,
            self.options,
        );
        for (place, record) in self.roster.ties.iter().enumerate() {
            let of_adult = &mut ties[self.adults.of_record[record.adult]];
            of_adult.any = true;
            let reached = refs.resolve(&record.pupil).and_then(|pupil| match pupil {
                Pupil::Known(known) => Ok(self.known_pupils[known].person.id),
                Pupil::Described(place) => ids[place].ok_or(match identities[place] {
                    Identity::Doubtful(_) => LostTieReason::DoubtfulPupil,
                    Identity::Known(_) | Identity::New => LostTieReason::PupilLeft,
                }),
            });
            match reached {
                Ok(pupil) => of_adult.reached.push((pupil, place)),
                Err(reason) => {
                    plan.lost_ties.push(LostTie { origin: record.origin, adult: record.adult, reason });
                }
            }
        }
        ties
    }

    fn take_adults(&mut self, ties: &[Ties], plan: &mut Plan) {
        let mut entries: Vec<Option<PlanEntry>> = vec![None; self.adults.groups.len()];
        for audience in 0..self.known_adults.len() {
            self.take_audience(audience, ties, &mut entries);
        }
        plan.entries.extend(entries.into_iter().flatten());
    }

    fn take_audience(&mut self, audience: usize, ties: &[Ties], entries: &mut [Option<PlanEntry>]) {
        let of = self.known_adults[audience].0;
        let places: Vec<usize> = (0..self.adults.groups.len())
            .filter(|place| self.roster.adults[self.adults.groups[*place].records[0]].audience == of)
            .collect();
        let described: Vec<_> = places.iter().map(|place| self.adults.described[*place].clone()).collect();
        let children: Vec<BTreeSet<PersonId>> =
            places.iter().map(|place| ties[*place].reached.iter().map(|(id, _)| *id).collect()).collect();
        let has_ties: Vec<bool> = places.iter().map(|place| ties[*place].any).collect();
        let identities = places.iter().map(|place| self.decided_adult(*place, audience)).collect();
        let known = &mut self.known_adults[audience].1;
        let (index, schemes) =
            (NameIndex::new(known.iter().map(|known| &known.names)), Schemes::new(known, described.iter()));
        let matching = AdultMatch {
            audience: of,
            known,
            index: &index,
            described: &described,
            described_index: &NameIndex::new(described.iter().map(|one| &one.names)),
            children: &children,
            has_ties: &has_ties,
            schemes: &schemes,
            identities,
        };
        for (place, identity) in places.into_iter().zip(matching.run()) {
            entries[place] = self.adult_entry(place, audience, &identity, &ties[place]);
        }
    }

    fn decided_adult(&mut self, place: usize, audience: usize) -> Option<Identity> {
        let group = &self.adults.groups[place];
        let record = RecordId::Adult(group.records[0]);
        let is_contradictory = group.is_contradictory;
        let decided = decide(self.options, record, &mut self.known_adults[audience].1);
        decided.or_else(|| is_contradictory.then(shared_identifier))
    }

    fn adult_entry(
        &mut self,
        place: usize,
        audience: usize,
        identity: &Identity,
        ties: &Ties,
    ) -> Option<PlanEntry> {
        let records = self.adults.records(place, &self.roster.adults);
        let has_no_pupil = ties.any && ties.reached.is_empty();
        let present = match identity {
            Identity::Known(known) => Some(&self.known_adults[audience].1[*known].person),
            Identity::New | Identity::Doubtful(_) => None,
        };
        let outcome = match identity {
            Identity::Doubtful(doubt) => Outcome::Doubtful(doubt.clone()),
            Identity::New if has_no_pupil => Outcome::NoPupil,
            Identity::New | Identity::Known(_) => {
                let mut details = merge::adult(
                    &records,
                    present.map(|p| &p.details),
                    self.options.year,
                    !self.unused_consents.contains(&records.first()?.audience),
                )?;
                self.adults.take_identifiers(place, &mut details, self.options.year);
                for (pupil, tie) in &ties.reached {
                    merge::tie(&mut details, *pupil, &self.roster.ties[*tie]);
                }
                outcome_of(present, details, &mut self.next_id)
            }
        };
        Some(PlanEntry {
            record: RecordId::Adult(self.adults.groups[place].records[0]),
            origins: records.iter().map(|record| record.origin).collect(),
            name: records[0].name(),
            outcome,
        })
    }
}

/// Those who may be a doubtful person of the files: until a human decides, they are not missing.
fn candidates(plan: &Plan) -> BTreeSet<PersonId> {
    let doubts = plan.entries.iter().filter_map(|entry| match &entry.outcome {
        Outcome::Doubtful(doubt) => Some(doubt),
        Outcome::Created(_)
        | Outcome::Updated { .. }
        | Outcome::Unchanged(_)
        | Outcome::Left(_)
        | Outcome::NoPupil => None,
    });
    doubts.flat_map(|doubt| doubt.candidates.iter().copied()).collect()
}

/// The identity of a decision, if the person exists and is not matched yet.
fn decide(options: &Options, record: RecordId, known: &mut [Known]) -> Option<Identity> {
    match options.decisions.get(&record)? {
        Decision::New => Some(Identity::New),
        Decision::Same(person) => {
            let place = known.iter().position(|one| one.person.id == *person && !one.claimed)?;
            known[place].claimed = true;
            Some(Identity::Known(place))
        }
    }
}

fn shared_identifier() -> Identity {
    Identity::Doubtful(Doubt { reason: DoubtReason::SharedIdentifier, candidates: Vec::new() })
}

/// What becomes of a person with these details after the import.
fn outcome_of(present: Option<&Person>, details: PersonDetails, next_id: &mut PersonId) -> Outcome {
    match present {
        None => {
            let id = *next_id;
            // Ids sort new people in file order.
            *next_id = id.following();
            Outcome::Created(Box::new(Person { id, details, version: 1 }))
        }
        Some(before) if before.details == details && spelt_alike(&before.details, &details) => {
            Outcome::Unchanged(before.id)
        }
        Some(before) => Outcome::Updated {
            before: Box::new(before.clone()),
            after: Box::new(Person { id: before.id, details, version: before.version + 1 }),
        },
    }
}

/// Equal names of classes may be spelt differently.
fn spelt_alike(one: &PersonDetails, other: &PersonDetails) -> bool {
    let class = |details: &PersonDetails| details.class.as_ref().map(|class| folded(class.as_str()));
    class(one) == class(other)
}
