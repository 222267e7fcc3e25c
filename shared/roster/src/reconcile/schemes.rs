//! How far the identifiers of an import can be trusted.

use std::collections::{BTreeSet, HashMap};

use domain::directory::{ExternalId, IdentifierScheme, Identifiers};

use super::person::{Described, Known};

/// The people of the directory by identifier, and the schemes that the files use otherwise than the directory.
pub(super) struct Schemes {
    by_identifier: HashMap<(IdentifierScheme, ExternalId), usize>,
    /// Schemes of which the files know not one value of the directory: another software numbers there now, and a value
    /// that differs says nothing.
    replaced: BTreeSet<IdentifierScheme>,
    /// Schemes in which a value names another person than before: the numbers were given anew, so that a value alone
    /// proves nothing.
    renumbered: BTreeSet<IdentifierScheme>,
}

impl Schemes {
    pub fn new<'d>(known: &[Known], described: impl Iterator<Item = &'d Described> + Clone) -> Self {
        let mut by_identifier = HashMap::new();
        let mut in_directory = BTreeSet::new();
        for (place, one) in known.iter().enumerate() {
            for (scheme, id) in one.person.details.identifiers.iter() {
                by_identifier.insert((scheme, id.clone()), place);
                in_directory.insert(scheme);
            }
        }
        let (mut met, mut used, mut renumbered) = (BTreeSet::new(), BTreeSet::new(), BTreeSet::new());
        for one in described {
            for (scheme, id) in one.identifiers.iter() {
                used.insert(scheme);
                if let Some(place) = by_identifier.get(&(scheme, id.clone())) {
                    met.insert(scheme);
                    if known[*place].names.first != one.names.first {
                        renumbered.insert(scheme);
                    }
                }
            }
        }
        let replaced =
            used.into_iter().filter(|scheme| in_directory.contains(scheme) && !met.contains(scheme));
        Self { by_identifier, replaced: replaced.collect(), renumbered }
    }

    /// The people of the directory that the identifiers belong to, each once.
    pub fn identified(&self, identifiers: &Identifiers) -> Vec<usize> {
        let places =
            identifiers.iter().filter_map(|(scheme, id)| self.by_identifier.get(&(scheme, id.clone())));
        places.copied().collect::<BTreeSet<_>>().into_iter().collect()
    }

    /// The person of an identifier.
    pub fn person_of(&self, scheme: IdentifierScheme, id: &ExternalId) -> Option<usize> {
        self.by_identifier.get(&(scheme, id.clone())).copied()
    }

    /// Whether an identifier that both share is proof by itself: a national number, or one of a scheme in which no
    /// number changed hands.
    pub fn prove(&self, one: &Identifiers, other: &Identifiers) -> bool {
        one.iter().any(|(scheme, id)| {
            other.get(scheme) == Some(id)
                && (scheme == IdentifierScheme::Ine || !self.renumbered.contains(&scheme))
        })
    }

    /// Whether a national number is shared.
    pub fn share_national_number(one: &Identifiers, other: &Identifiers) -> bool {
        one.get(IdentifierScheme::Ine).is_some_and(|ine| other.get(IdentifierScheme::Ine) == Some(ine))
    }

    /// Whether the identifiers say that these are two people.
    pub fn contradict(&self, one: &Identifiers, other: &Identifiers) -> bool {
        one.iter().any(|(scheme, id)| {
            !self.replaced.contains(&scheme) && other.get(scheme).is_some_and(|known| known != id)
        })
    }
}
