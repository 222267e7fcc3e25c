//! Recognises the adults of an import in the directory.
//!
//! In order of proof: identifiers, name and number, name and child. A name alone recognises a teacher, never a
//! guardian: it would bring one family's news to another.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use domain::{audience::Audience, directory::Guardianship, id::PersonId};

use super::{
    identity::Identity,
    pairs::unique_pairs,
    person::{Described, Known, NameIndex, agree, differ},
    plan::{Doubt, DoubtReason},
    schemes::Schemes,
};

/// The adults of one audience, of an import and of the directory, while they are compared.
pub(super) struct AdultMatch<'m> {
    pub audience: Audience,
    pub known: &'m mut [Known],
    pub index: &'m NameIndex,
    pub described: &'m [Described],
    pub described_index: &'m NameIndex,
    /// The pupils of the directory with a tie to each adult in the files.
    pub children: &'m [BTreeSet<PersonId>],
    /// Whether the files have ties of the adult.
    pub has_ties: &'m [bool],
    pub schemes: &'m Schemes,
    pub identities: Vec<Option<Identity>>,
}

impl AdultMatch<'_> {
    /// Matches the remaining adults.
    pub fn run(mut self) -> Vec<Identity> {
        self.by_identifier();
        self.pair(Self::has_phone);
        self.pair(|all, place, known| all.shares_child(place, known) && !all.contradicts(place, known));
        match self.audience {
            Audience::Guardians => self.pair(Self::is_blank),
            Audience::Pupils | Audience::Teachers | Audience::Staff | Audience::InternshipSupervisors => {
                self.pair(|all, place, known| !all.contradicts(place, known));
            }
        }
        self.refuse_indistinguishable();
        (0..self.described.len()).map(|place| self.identity(place)).collect()
    }

    /// The result for one adult. A court decision prevails over every doubt, and over a decision that the adult is new.
    fn identity(&mut self, place: usize) -> Identity {
        let identity = self.identities[place].take().unwrap_or_else(|| self.unmatched(place));
        let namesakes: Vec<usize> = self.namesakes(place).collect();
        match identity {
            Identity::Known(_) => identity,
            Identity::New | Identity::Doubtful(_) if self.is_barred(place, &namesakes) => {
                self.doubt(DoubtReason::BarredNamesake, &namesakes)
            }
            Identity::New | Identity::Doubtful(_) => identity,
        }
    }

    /// Whether a court decision bars one of these adults from one of the children.
    fn is_barred(&self, place: usize, namesakes: &[usize]) -> bool {
        namesakes.iter().any(|known| {
            self.ties(*known).any(|tie| tie.no_contact && self.children[place].contains(&tie.pupil))
        })
    }

    /// Lines of one name, without a number, with the same children may be one adult or two.
    fn refuse_indistinguishable(&mut self) {
        let places: Vec<usize> =
            (0..self.described.len()).filter(|place| self.identities[*place].is_none()).collect();
        let mut alike: HashMap<(&str, &str, &BTreeSet<PersonId>, bool), Vec<usize>> = HashMap::new();
        for place in places.into_iter().filter(|place| self.described[*place].phone.is_none()) {
            let names = &self.described[place].names;
            let (children, has_ties) = (&self.children[place], self.has_ties[place]);
            // New children have no id yet: such lines are distinguished by their places.
            if !has_ties || !children.is_empty() {
                let last = names.last.first().map_or("", String::as_str);
                alike.entry((names.first.as_str(), last, children, has_ties)).or_default().push(place);
            }
        }
        for places in alike.into_values() {
            let all = |one: usize, other: usize| {
                one == other
                    || !self.described[one].identifiers.contradict(&self.described[other].identifiers)
            };
            for place in &places {
                if places.len() > 1 && places.iter().all(|other| all(*place, *other)) {
                    let namesakes: Vec<usize> = self.namesakes(*place).collect();
                    self.identities[*place] = Some(self.doubt(DoubtReason::Indistinguishable, &namesakes));
                }
            }
        }
    }

    fn by_identifier(&mut self) {
        let mut claims: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
        for (place, described) in self.described.iter().enumerate() {
            if self.identities[place].is_some() {
                continue;
            }
            let found = self.schemes.identified(&described.identifiers);
            match found.as_slice() {
                [] => {}
                [one] => claims.entry(*one).or_default().push(place),
                several => {
                    self.identities[place] = Some(self.doubt(DoubtReason::SeveralIdentified, several));
                }
            }
        }
        for (known, places) in claims {
            for place in &places {
                if places.len() == 1 && !self.known[known].claimed && self.is_identified(*place, known) {
                    self.claim(*place, known);
                } else {
                    self.identities[*place] = Some(self.doubt(DoubtReason::IdentifierOfAnother, &[known]));
                }
            }
        }
    }

    /// Whether a shared identifier names the same adult. A last name may change by marriage, if the number says that it
    /// is the same person. A full name needs the number or a child, where both have numbers or children that differ.
    fn is_identified(&self, place: usize, known: usize) -> bool {
        let (described, other) = (&self.described[place], &self.known[known]);
        if described.names.first != other.names.first {
            return false;
        }
        let same_number = agree(described.phone.as_ref(), other.person.details.phone.as_ref());
        let same_name = described.names.shares_last(&other.names);
        if same_number || (same_name && self.shares_child(place, known) && !self.has_namesake(place)) {
            return true;
        }
        let another_number = differ(described.phone.as_ref(), other.person.details.phone.as_ref());
        let another_family = self.has_ties[place] && !other.person.details.guardianships.is_empty();
        match self.audience {
            Audience::Guardians => {
                same_name
                    && !another_family
                    && !another_number
                    && self.schemes.prove(&described.identifiers, &other.person.details.identifiers)
            }
            Audience::Pupils | Audience::Teachers | Audience::Staff | Audience::InternshipSupervisors => {
                self.schemes.prove(&described.identifiers, &other.person.details.identifiers)
            }
        }
    }

    /// Whether another adult of the files has the name and one of the children.
    fn has_namesake(&self, place: usize) -> bool {
        let names = &self.described[place].names;
        self.described_index.named(names).into_iter().any(|other| {
            other != place
                && self.described[other].names.same(names)
                && !self.children[other].is_disjoint(&self.children[place])
        })
    }

    fn claim(&mut self, place: usize, known: usize) {
        self.known[known].claimed = true;
        self.identities[place] = Some(Identity::Known(known));
    }

    /// Recognises the pairs for which `is_proof` holds, where neither side has another choice.
    fn pair(&mut self, is_proof: impl Fn(&Self, usize, usize) -> bool) {
        let undecided = (0..self.described.len()).filter(|place| self.identities[*place].is_none());
        let choices: Vec<(usize, Vec<usize>)> = undecided
            .map(|place| {
                let found = self.namesakes(place).filter(|known| is_proof(self, place, *known));
                (place, found.collect())
            })
            .collect();
        for (place, known) in unique_pairs(&choices) {
            self.claim(place, known);
        }
    }

    /// The unclaimed adults of this name.
    fn namesakes(&self, place: usize) -> impl Iterator<Item = usize> + '_ {
        let names = &self.described[place].names;
        let known = self.index.named(names).into_iter();
        known.filter(move |known| !self.known[*known].claimed && self.known[*known].names.same(names))
    }

    fn has_phone(&self, place: usize, known: usize) -> bool {
        agree(self.described[place].phone.as_ref(), self.known[known].person.details.phone.as_ref())
    }

    fn shares_child(&self, place: usize, known: usize) -> bool {
        self.ties(known).any(|tie| self.children[place].contains(&tie.pupil))
    }

    fn ties(&self, known: usize) -> impl Iterator<Item = &Guardianship> {
        self.known[known].person.details.guardianships.iter()
    }

    fn contradicts(&self, place: usize, known: usize) -> bool {
        let known = &self.known[known].person.details.identifiers;
        self.schemes.contradict(&self.described[place].identifiers, known)
    }

    /// Whether neither side knows a child, and numbers and identifiers do not differ: no news can go astray.
    fn is_blank(&self, place: usize, known: usize) -> bool {
        let details = &self.known[known].person.details;
        !self.has_ties[place]
            && details.guardianships.is_empty()
            && details.phone.is_none()
            && !self.contradicts(place, known)
    }

    /// The result without a match.
    fn unmatched(&self, place: usize) -> Identity {
        let namesakes: Vec<usize> = self.namesakes(place).collect();
        match self.reason(place, &namesakes) {
            None => Identity::New,
            Some(reason) => self.doubt(reason, &namesakes),
        }
    }

    fn reason(&self, place: usize, namesakes: &[usize]) -> Option<DoubtReason> {
        if namesakes.is_empty() {
            return None;
        }
        let shares = |known: &usize| self.shares_child(place, *known) || self.has_phone(place, *known);
        let sharing: Vec<usize> = namesakes.iter().copied().filter(shares).collect();
        match (sharing.as_slice(), self.audience) {
            ([_], _) => Some(DoubtReason::AnotherIdentifier),
            ([_, ..], _) => Some(DoubtReason::Namesakes),
            // A guardian of other children or of another number is another person: two records misdirect no message.
            ([], Audience::Guardians) if self.has_ties[place] => None,
            ([], Audience::Guardians) if self.has_another_number(place, namesakes) => None,
            ([], Audience::Guardians) => Some(DoubtReason::NameOnly),
            (
                [],
                Audience::Pupils | Audience::Teachers | Audience::Staff | Audience::InternshipSupervisors,
            ) => Some(match namesakes {
                [known] if self.contradicts(place, *known) => DoubtReason::AnotherIdentifier,
                _ => DoubtReason::Namesakes,
            }),
        }
    }

    fn has_another_number(&self, place: usize, namesakes: &[usize]) -> bool {
        let phone = self.described[place].phone.as_ref();
        namesakes.iter().all(|known| differ(phone, self.known[*known].person.details.phone.as_ref()))
    }

    fn doubt(&self, reason: DoubtReason, known: &[usize]) -> Identity {
        let candidates = known.iter().map(|known| self.known[*known].person.id).collect();
        Identity::Doubtful(Doubt { reason, candidates })
    }
}
