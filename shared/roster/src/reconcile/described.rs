//! The people of the files, each merged from all records of one person.

use std::collections::HashMap;

use domain::{audience::Audience, directory::PersonDetails, phone::PhoneNumber, school::SchoolYear};

use super::{
    groups::{DisjointSets, Group},
    merge,
    person::Described,
};
use crate::Roster;

/// The pupils or the adults of an import.
pub(super) struct People {
    pub groups: Vec<Group>,
    /// What all records of a group say together.
    pub described: Vec<Described>,
    /// The group of each record.
    pub of_record: Vec<usize>,
}

impl People {
    /// The pupils: one for each record, unless identifiers say otherwise.
    pub fn pupils(roster: &Roster) -> Self {
        let each: Vec<Described> = roster.pupils.iter().map(Described::pupil).collect();
        let mut joined = DisjointSets::new(each.len());
        joined.join_identified(each.iter().map(|one| ((), &one.identifiers)));
        Self::new(joined, &each)
    }

    /// The adults: one for each record, unless identifiers say otherwise, or full name and number together.
    pub fn adults(roster: &Roster) -> Self {
        let each: Vec<Described> = roster.adults.iter().map(Described::adult).collect();
        let mut joined = DisjointSets::new(each.len());
        let audiences = roster.adults.iter().map(|adult| adult.audience);
        joined.join_identified(audiences.zip(each.iter().map(|one| &one.identifiers)));
        let mut first: HashMap<(Audience, String, PhoneNumber), usize> = HashMap::new();
        for (place, (one, record)) in each.iter().zip(&roster.adults).enumerate() {
            let Some(phone) = one.phone else { continue };
            let Some(name) = one.names.keys().next() else { continue };
            let earlier = *first.entry((record.audience, name, phone)).or_insert(place);
            if !one.identifiers.contradict(&each[earlier].identifiers) {
                joined.join(earlier, place);
            }
        }
        Self::new(joined, &each)
    }

    fn new(joined: DisjointSets, each: &[Described]) -> Self {
        let groups = joined.groups(|one, other| each[one].agrees_with(&each[other]));
        let mut of_record = vec![0; each.len()];
        for (place, group) in groups.iter().enumerate() {
            for record in &group.records {
                of_record[*record] = place;
            }
        }
        let described = groups.iter().map(|group| merged(each, &group.records)).collect();
        Self { groups, described, of_record }
    }

    /// Gives a person the identifiers of their group, unless other people of the files have them too.
    pub fn take_identifiers(&self, place: usize, details: &mut PersonDetails, year: SchoolYear) {
        if !self.groups[place].is_contradictory {
            merge::identifiers(details, &self.described[place].identifiers, year);
        }
    }

    /// The records of a group.
    pub fn records<'r, T>(&self, place: usize, all: &'r [T]) -> Vec<&'r T> {
        self.groups[place].records.iter().map(|record| &all[*record]).collect()
    }
}

/// What several records say together. The first one that says something counts.
fn merged(each: &[Described], records: &[usize]) -> Described {
    let mut all = each[records[0]].clone();
    for record in &records[1..] {
        let one = &each[*record];
        all.birth_date = all.birth_date.or(one.birth_date);
        all.class = all.class.or_else(|| one.class.clone());
        all.phone = all.phone.or(one.phone);
        for (scheme, id) in one.identifiers.iter() {
            if all.identifiers.get(scheme).is_none() {
                all.identifiers.give(scheme, id.clone(), None);
            }
        }
        for last in &one.names.last {
            if !all.names.last.contains(last) {
                all.names.last.push(last.clone());
            }
        }
    }
    all
}
