//! Recognises the pupils of an import in the directory.
//!
//! In order of proof: identifiers, birth dates, family, then name and class within one school year. A step recognises
//! only pairs without another choice on either side, so that the order of lines does not matter. A known name without a
//! match is doubtful.

use std::collections::{BTreeMap, BTreeSet};

use domain::{directory::ClassName, id::PersonId};

use crate::names::Names;

use super::{
    families::{Evidence, Family},
    identity::Identity,
    pairs::unique_pairs,
    person::{Described, Known, NameIndex, agree, differ},
    plan::{Doubt, DoubtReason},
    schemes::Schemes,
};

/// The pupils of an import and of the directory while they are compared.
pub(super) struct PupilMatch<'m> {
    pub known: &'m mut [Known],
    pub index: &'m NameIndex,
    pub known_families: &'m [Family],
    pub described: &'m [Described],
    pub described_index: &'m NameIndex,
    pub families: &'m [Family],
    pub schemes: &'m Schemes,
    /// Whether a human has said that an only namesake is the same child, whatever the class.
    pub same_names: bool,
    pub identities: Vec<Option<Identity>>,
}

impl PupilMatch<'_> {
    /// Matches the remaining pupils.
    pub fn run(mut self) -> Vec<Identity> {
        self.by_identifier();
        let steps: [fn(&Self, usize, usize) -> bool; 3] =
            [Self::has_birth_date, Self::has_family, Self::is_in_class_this_year];
        for step in steps {
            self.pair(step);
        }
        if self.same_names {
            self.pair(|all, place, known| all.evidence(place, known) != Evidence::Other);
        }
        self.refuse_indistinguishable();
        (0..self.described.len())
            .map(|place| self.identities[place].take().unwrap_or_else(|| self.unmatched(place)))
            .collect()
    }

    fn claim(&mut self, place: usize, known: usize) {
        self.known[known].claimed = true;
        self.identities[place] = Some(Identity::Known(known));
    }

    fn by_identifier(&mut self) {
        let mut claims: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
        for (place, described) in self.described.iter().enumerate() {
            if self.identities[place].is_some() {
                continue;
            }
            match self.schemes.identified(&described.identifiers).as_slice() {
                [] => {}
                [one] if self.known[*one].claimed => {
                    self.doubt(place, DoubtReason::IdentifierOfAnother, &[*one]);
                }
                [one] => claims.entry(*one).or_default().push(place),
                several => self.doubt(place, DoubtReason::SeveralIdentified, several),
            }
        }
        for (known, places) in claims {
            for place in &places {
                if places.len() > 1 || !self.is_identified(*place, known) {
                    self.doubt(*place, DoubtReason::IdentifierOfAnother, &[known]);
                } else {
                    self.claim(*place, known);
                }
            }
        }
    }

    /// Whether a shared identifier names the same child. A first name never changes. A last name may, by a correction,
    /// but not together with the class. Where a school may have numbered anew, namesakes need more than the number.
    fn is_identified(&self, place: usize, known: usize) -> bool {
        let (described, other) = (&self.described[place], &self.known[known]);
        let details = &other.person.details;
        let births = (described.birth_date.as_ref(), details.birth_date.as_ref());
        if described.names.first != other.names.first || differ(births.0, births.1) {
            return false;
        }
        let identifiers = (&described.identifiers, &details.identifiers);
        if agree(births.0, births.1) || Schemes::share_national_number(identifiers.0, identifiers.1) {
            return true;
        }
        if self.evidence(place, known) == Evidence::Other || !self.schemes.prove(identifiers.0, identifiers.1)
        {
            return false;
        }
        let same_class = agree(described.class.as_ref(), other.class.as_ref());
        let same_name = described.names.shares_last(&other.names);
        if same_name && same_class {
            return !self.has_namesake(place, known, |class| !differ(class, described.class.as_ref()));
        }
        (same_name || same_class) && !self.has_namesake(place, known, |_| true)
    }

    /// Whether another pupil of the files or of the directory has one of the two names, and may be in a class.
    fn has_namesake(
        &self,
        place: usize,
        known: usize,
        may_be_in: impl Fn(Option<&ClassName>) -> bool,
    ) -> bool {
        let names = [&self.described[place].names, &self.known[known].names];
        names.iter().any(|names| {
            let mut others = self.described_named(place, names);
            others.any(|other| may_be_in(self.described[other].class.as_ref()))
        }) || names.iter().any(|names| {
            let mut others = self.index.named(names).into_iter().filter(|other| *other != known);
            others.any(|other| may_be_in(self.known[other].class.as_ref()))
        })
    }

    /// The other pupils of the files with a name.
    fn described_named<'n>(&'n self, place: usize, names: &'n Names) -> impl Iterator<Item = usize> + 'n {
        let named = self.described_index.named(names).into_iter();
        named.filter(move |other| *other != place && self.described[*other].names.same(names))
    }

    /// Recognises the pairs for which `is_proof` holds, where neither side has another choice.
    fn pair(&mut self, is_proof: impl Fn(&Self, usize, usize) -> bool) {
        let undecided = self.undecided().into_iter();
        let choices: Vec<(usize, Vec<usize>)> = undecided
            .map(|place| {
                let found = self.candidates(place).filter(|known| is_proof(self, place, *known));
                (place, found.collect())
            })
            .collect();
        for (place, known) in unique_pairs(&choices) {
            self.claim(place, known);
        }
    }

    fn undecided(&self) -> Vec<usize> {
        (0..self.described.len()).filter(|place| self.identities[*place].is_none()).collect()
    }

    /// The unclaimed pupils of this name, unless a birth date or an identifier excludes them.
    fn candidates(&self, place: usize) -> impl Iterator<Item = usize> + '_ {
        let described = &self.described[place];
        self.namesakes(place).filter(|known| {
            let details = &self.known[*known].person.details;
            !self.schemes.contradict(&described.identifiers, &details.identifiers)
        })
    }

    /// The unclaimed pupils of this name, unless a birth date excludes them.
    fn namesakes(&self, place: usize) -> impl Iterator<Item = usize> + '_ {
        let described = &self.described[place];
        self.index.named(&described.names).into_iter().filter(move |known| {
            let known = &self.known[*known];
            !known.claimed
                && known.names.same(&described.names)
                && !differ(described.birth_date.as_ref(), known.person.details.birth_date.as_ref())
        })
    }

    fn evidence(&self, place: usize, known: usize) -> Evidence {
        self.families[place].compare(&self.known_families[known])
    }

    fn has_birth_date(&self, place: usize, known: usize) -> bool {
        let known = &self.known[known].person.details;
        agree(self.described[place].birth_date.as_ref(), known.birth_date.as_ref())
    }

    fn has_family(&self, place: usize, known: usize) -> bool {
        self.evidence(place, known) == Evidence::Same
    }

    /// A class identifies only within its school year, with families that do not differ, and without another pupil of this
    /// name who may be in it.
    fn is_in_class_this_year(&self, place: usize, known: usize) -> bool {
        let (described, other) = (&self.described[place], &self.known[known]);
        let class = described.class.as_ref();
        agree(class, other.class.as_ref())
            && self.evidence(place, known) != Evidence::Other
            && !self.described_named(place, &described.names).any(|other| {
                let is_recognised = matches!(self.identities[other], Some(Identity::Known(_)));
                !is_recognised && !differ(class, self.described[other].class.as_ref())
            })
            && !self
                .namesakes(place)
                .any(|one| one != known && !differ(class, self.known[one].class.as_ref()))
    }

    /// Lines of one name without a distinguishing birth date, class or identifier are neither merged nor taken for two
    /// children.
    fn refuse_indistinguishable(&mut self) {
        let places: BTreeSet<usize> = self.undecided().into_iter().collect();
        for place in &places {
            let described = &self.described[*place];
            let twin = self.described_named(*place, &described.names).any(|other| {
                let is_undecided = places.contains(&other);
                let other = &self.described[other];
                is_undecided && described.agrees_with(other) && !distinguishes(described, other)
            });
            if twin {
                let namesakes: Vec<usize> = self.namesakes(*place).collect();
                self.doubt(*place, DoubtReason::Indistinguishable, &namesakes);
            }
        }
    }

    /// The result without a match: new if no unclaimed person has this name, else doubtful.
    fn unmatched(&self, place: usize) -> Identity {
        let namesakes: Vec<usize> = self.namesakes(place).collect();
        let Some(reason) = self.reason(place, &namesakes) else { return Identity::New };
        Identity::Doubtful(Doubt { reason, candidates: self.ids(&namesakes) })
    }

    fn reason(&self, place: usize, namesakes: &[usize]) -> Option<DoubtReason> {
        let [known] = namesakes else {
            return (!namesakes.is_empty()).then_some(DoubtReason::Namesakes);
        };
        let (described, other) = (&self.described[place], &self.known[*known]);
        let details = &other.person.details;
        Some(if self.schemes.contradict(&described.identifiers, &details.identifiers) {
            DoubtReason::AnotherIdentifier
        } else if self.evidence(place, *known) == Evidence::Other {
            DoubtReason::AnotherFamily
        } else if !other.is_current {
            DoubtReason::AnotherYear
        } else if differ(described.class.as_ref(), other.class.as_ref()) {
            DoubtReason::AnotherClass
        } else {
            DoubtReason::NameOnly
        })
    }

    fn doubt(&mut self, place: usize, reason: DoubtReason, known: &[usize]) {
        let candidates = self.ids(known);
        self.identities[place] = Some(Identity::Doubtful(Doubt { reason, candidates }));
    }

    fn ids(&self, known: &[usize]) -> Vec<PersonId> {
        known.iter().map(|known| self.known[*known].person.id).collect()
    }
}

/// Whether a fact of both distinguishes two described people.
fn distinguishes(one: &Described, other: &Described) -> bool {
    differ(one.birth_date.as_ref(), other.birth_date.as_ref())
        || differ(one.class.as_ref(), other.class.as_ref())
        || one.identifiers.contradict(&other.identifiers)
}
