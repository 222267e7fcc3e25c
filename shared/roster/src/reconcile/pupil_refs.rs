//! Resolves the references of adults to pupils.

use std::collections::HashMap;

use domain::{
    directory::{ClassName, ExternalId, IdentifierScheme},
    import::Scope,
    line::folded,
    school::SchoolYear,
};

use super::{
    options::Options,
    person::{Described, Known, NameIndex, differ},
    plan::LostTieReason,
    schemes::Schemes,
};
use crate::{PupilRef, names::Names};

/// A resolved reference.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Pupil {
    /// A person of the files: the place among the described.
    Described(usize),
    /// A person of the directory without a record in the files: the place among the known.
    Known(usize),
}

/// The pupils of the files and of the directory, by name and identifier.
pub(super) struct PupilRefs<'r> {
    described: &'r [Described],
    /// The described pupil of each record.
    of_record: &'r [usize],
    known: &'r [Known],
    index: &'r NameIndex,
    schemes: &'r Schemes,
    scope: Scope,
    year: SchoolYear,
    by_identifier: HashMap<(IdentifierScheme, &'r ExternalId), Vec<usize>>,
    by_name: HashMap<String, Vec<usize>>,
}

impl<'r> PupilRefs<'r> {
    pub fn new(
        described: &'r [Described],
        of_record: &'r [usize],
        known: &'r [Known],
        index: &'r NameIndex,
        schemes: &'r Schemes,
        options: &Options,
    ) -> Self {
        let (mut by_identifier, mut by_name) = (HashMap::<_, Vec<_>>::new(), HashMap::<_, Vec<_>>::new());
        for (place, one) in described.iter().enumerate() {
            for (scheme, id) in one.identifiers.iter() {
                by_identifier.entry((scheme, id)).or_default().push(place);
            }
            for key in one.names.keys() {
                let found = by_name.entry(key).or_default();
                if !found.contains(&place) {
                    found.push(place);
                }
            }
        }
        let (scope, year) = (options.scope, options.year);
        Self { described, of_record, known, index, schemes, scope, year, by_identifier, by_name }
    }

    /// Resolves a reference among the pupils of the files.
    pub fn described(&self, reference: &PupilRef) -> Option<usize> {
        match self.resolve(reference) {
            Ok(Pupil::Described(place)) => Some(place),
            Ok(Pupil::Known(_)) | Err(_) => None,
        }
    }

    /// Resolves a reference. The files precede the directory.
    pub fn resolve(&self, reference: &PupilRef) -> Result<Pupil, LostTieReason> {
        match reference {
            PupilRef::Record(record) => Ok(Pupil::Described(self.of_record[*record])),
            PupilRef::Identified(scheme, id) => self.identified(*scheme, id),
            PupilRef::Named { first_name, last_name, class } => {
                let names = Names::new(first_name, last_name, None);
                let keys: Vec<String> = names.keys().collect();
                self.named(&keys, class.as_ref(), |other| other.same(&names))
            }
            PupilRef::FullName { name, class } => {
                let full = folded(name.as_str());
                self.named(std::slice::from_ref(&full), class.as_ref(), |other| other.is_written(&full))
            }
        }
    }

    fn identified(&self, scheme: IdentifierScheme, id: &ExternalId) -> Result<Pupil, LostTieReason> {
        match self.by_identifier.get(&(scheme, id)).map(Vec::as_slice) {
            Some([place]) => return Ok(Pupil::Described(*place)),
            Some(_) => return Err(LostTieReason::AmbiguousPupil),
            None => {}
        }
        // Only a number that this school year gave: a school may have numbered anew since. A national one stays.
        let is_valid = |known: &usize| {
            let of = self.known.get(*known).map(|one| &one.person.details.identifiers);
            let year = of.and_then(|identifiers| identifiers.given_in(scheme));
            of.is_some() && (scheme == IdentifierScheme::Ine || year == Some(self.year))
        };
        let known = self.schemes.person_of(scheme, id).filter(is_valid);
        known.map(Pupil::Known).ok_or(LostTieReason::UnknownPupil)
    }

    fn named(
        &self,
        keys: &[String],
        class: Option<&ClassName>,
        is_meant: impl Fn(&Names) -> bool,
    ) -> Result<Pupil, LostTieReason> {
        if class.is_none() && !self.scope.is_whole() {
            return Err(LostTieReason::NameOnly);
        }
        let mut described: Vec<usize> =
            keys.iter().filter_map(|key| self.by_name.get(key)).flatten().copied().collect();
        described.sort_unstable();
        described.dedup();
        described.retain(|place| is_meant(&self.described[*place].names));
        self.keep_class(&mut described, class, |place| self.described[place].class.as_ref());
        // A claimed person is one of the described.
        let mut known: Vec<usize> = self
            .known_named(keys)
            .filter(|known| {
                let Some(one) = self.known.get(*known) else { return false };
                !one.claimed && is_meant(&one.names)
            })
            .collect();
        self.keep_class(&mut known, class, |known| self.known[known].class.as_ref());
        match (described.as_slice(), known.as_slice()) {
            ([one], []) => Ok(Pupil::Described(*one)),
            // Files with pupils refer to those: another child of this name may be a newcomer.
            // A child not confirmed this year may have left, and a namesake may have come.
            ([], [one]) if self.described.is_empty() && self.known[*one].is_current => Ok(Pupil::Known(*one)),
            ([], []) | ([], [_]) => Err(LostTieReason::UnknownPupil),
            ([_, ..], [_, ..]) | ([_, _, ..], []) | ([], [_, _, ..]) => Err(LostTieReason::AmbiguousPupil),
        }
    }

    /// Retains the pupils of a class, and those of an unknown class, which may be the same. In a part of
    /// a school, where other children of the name may be elsewhere, an unknown class alone is not enough.
    fn keep_class<'c>(
        &self,
        places: &mut Vec<usize>,
        class: Option<&ClassName>,
        of: impl Fn(usize) -> Option<&'c ClassName>,
    ) {
        let Some(class) = class else { return };
        places.retain(|place| !differ(Some(class), of(*place)));
        if !self.scope.is_whole() && places.iter().all(|place| of(*place).is_none()) {
            places.clear();
        }
    }

    fn known_named(&self, keys: &[String]) -> impl Iterator<Item = usize> {
        keys.iter()
            .flat_map(|key| self.index.written(key))
            .collect::<std::collections::BTreeSet<_>>()
            .into_iter()
    }
}
