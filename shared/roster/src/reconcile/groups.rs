//! The records of one import that are one person.
//!
//! Two places of a file are two people unless an identifier says otherwise. An adult's number together with the full
//! name is such an identifier: what is sent reaches the same phone either way.

use std::collections::HashMap;

use domain::directory::{ExternalId, IdentifierScheme, Identifiers};

/// The places of records that are one person, in file order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Group {
    pub records: Vec<usize>,
    /// Whether other records have one of the identifiers, and contradict these.
    pub is_contradictory: bool,
}

/// Joins records, each at its place.
pub(super) struct DisjointSets(Vec<usize>);

impl DisjointSets {
    pub fn new(records: usize) -> Self {
        Self((0..records).collect())
    }

    fn root(&mut self, mut record: usize) -> usize {
        while self.0[record] != record {
            self.0[record] = self.0[self.0[record]];
            record = self.0[record];
        }
        record
    }

    /// Makes two records one. The earlier one stands for both.
    pub fn join(&mut self, one: usize, other: usize) {
        let (one, other) = (self.root(one), self.root(other));
        self.0[one.max(other)] = one.min(other);
    }

    /// Joins records that share an identifier of one kind of person.
    pub fn join_identified<'r, K: Copy + Eq + std::hash::Hash>(
        &mut self,
        records: impl Iterator<Item = (K, &'r Identifiers)>,
    ) {
        let mut first: HashMap<(K, IdentifierScheme, &ExternalId), usize> = HashMap::new();
        for (place, (kind, identifiers)) in records.enumerate() {
            for (scheme, id) in identifiers.iter() {
                let earlier = *first.entry((kind, scheme, id)).or_insert(place);
                self.join(earlier, place);
            }
        }
    }

    /// The groups in file order. `agree` tells whether two records may be one person; records that share an identifier
    /// and do not agree are groups of their own.
    pub fn groups(mut self, agree: impl Fn(usize, usize) -> bool) -> Vec<Group> {
        let mut by_root: HashMap<usize, Vec<usize>> = HashMap::new();
        let mut groups: Vec<Group> = Vec::new();
        for record in 0..self.0.len() {
            let places = by_root.entry(self.root(record)).or_default();
            let fits = |place: &&usize| groups[**place].records.iter().all(|earlier| agree(*earlier, record));
            match places.iter().find(fits).copied() {
                Some(place) => groups[place].records.push(record),
                None => {
                    places.push(groups.len());
                    groups.push(Group { records: vec![record], is_contradictory: false });
                }
            }
        }
        for place in by_root.into_values().filter(|places| places.len() > 1).flatten() {
            groups[place].is_contradictory = true;
        }
        groups
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn records_that_share_an_identifier_are_one_group_in_file_order() {
        let ids = |all: &[(IdentifierScheme, &str)]| -> Identifiers {
            all.iter().map(|(scheme, id)| (*scheme, ExternalId::parse(id).unwrap())).collect()
        };
        let records = [
            ids(&[(IdentifierScheme::Ine, "1")]),
            ids(&[]),
            ids(&[(IdentifierScheme::Siecle, "1")]),
            ids(&[(IdentifierScheme::Siecle, "1"), (IdentifierScheme::Ine, "1")]),
        ];
        let mut joined = DisjointSets::new(records.len());
        joined.join_identified(records.iter().map(|identifiers| ((), identifiers)));
        let groups = joined.groups(|one, other| (one, other) != (0, 3));
        let records: Vec<_> = groups.iter().map(|group| group.records.clone()).collect();
        assert_eq!(records, [vec![0, 2], vec![1], vec![3]]);
        let contradictory: Vec<_> = groups.iter().map(|group| group.is_contradictory).collect();
        assert_eq!(contradictory, [true, false, true]);
    }
}
