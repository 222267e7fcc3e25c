//! People with their identifiers, each of which belongs to one person of an audience.
//!
//! A claim is written in the transaction that writes its person, so that two people never have one identifier, at
//! whatever way in. A claim whose person no longer has the identifier gives way.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    StoreError, Table,
    attributes::{item, row},
    condition::Condition,
    keys::{self, Key},
    people::CONCURRENT_REPLACEMENTS,
    person_rows::PersonRow,
    transaction::{TransactError, Transaction, Write},
};
use domain::{
    audience::Audience,
    directory::{ExternalId, IdentifierScheme, Person},
    id::{PersonId, SchoolId},
};
use futures_util::{StreamExt, TryStreamExt, stream};
use serde::{Deserialize, Serialize};

/// Why a person was not written.
#[derive(Debug, thiserror::Error)]
pub enum PersonError {
    /// A concurrent change to the person.
    #[error("the person was changed concurrently")]
    Changed,
    /// Another person of the audience has this identifier.
    #[error("another person has this identifier")]
    IdentifierTaken(IdentifierScheme, PersonId),
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Who has an identifier.
#[derive(Serialize, Deserialize)]
struct ClaimRow {
    person: PersonId,
}

/// Claims of people who no longer have the identifier, by scheme: they may be replaced.
type Lapsed = BTreeMap<IdentifierScheme, PersonId>;

/// Attempts at claims that lapse meanwhile.
const ATTEMPTS: usize = 4;

impl Table {
    /// Creates a person.
    pub async fn create_person(&self, school: SchoolId, person: Person) -> Result<(), PersonError> {
        self.write_person(school, None, person).await
    }

    /// Replaces a person in the version read.
    pub async fn replace_person(
        &self,
        school: SchoolId,
        before: &Person,
        after: Person,
    ) -> Result<(), PersonError> {
        self.write_person(school, Some(before), after).await
    }

    /// Deletes a person in the version read, with the claims. A conflict means a concurrent change.
    pub async fn delete_person(&self, school: SchoolId, person: &Person) -> Result<(), StoreError> {
        let version = Condition::Version(person.version);
        let transaction =
            self.transaction().delete(Write::Person, keys::person(school, person.id), Some(version));
        let claims = self.claims_of(school, person).await?;
        Ok(transaction.without_claims(person.id, claims).commit().await?)
    }

    /// Returns the keys of the claims that are a person's.
    pub(super) async fn claims_of(&self, school: SchoolId, person: &Person) -> Result<Vec<Key>, StoreError> {
        let audience = person.details.audience;
        let mut claims = Vec::new();
        for (scheme, id) in person.details.identifiers.iter() {
            if self.identified(school, audience, scheme, id).await? == Some(person.id) {
                claims.push(keys::identifier(school, audience, scheme, id));
            }
        }
        Ok(claims)
    }

    async fn write_person(
        &self,
        school: SchoolId,
        before: Option<&Person>,
        after: Person,
    ) -> Result<(), PersonError> {
        self.hold_numbers(school, after.details.phone.into_iter()).await?;
        let mut lapsed = Lapsed::new();
        for _ in 0..ATTEMPTS {
            let written = self.person_transaction(school, before, &after, &lapsed).commit().await;
            let failed = match written {
                Ok(()) => return Ok(()),
                Err(TransactError::Store(error)) => return Err(error.into()),
                Err(TransactError::Conditions(failed)) => failed,
            };
            if failed.contains(&Write::Person) {
                return Err(PersonError::Changed);
            }
            self.find_lapsed(school, &after, &failed, &mut lapsed).await?;
        }
        Err(StoreError::Unavailable("claims of an identifier change all the time".into()).into())
    }

    /// Claims the identifiers of people whom an import has written, and gives up those that they had before. Whoever finds
    /// an identifier taken loses it; returns them.
    pub(super) async fn claim_identifiers(
        &self,
        school: SchoolId,
        people: Vec<(Option<Person>, Person)>,
    ) -> Result<Vec<PersonId>, StoreError> {
        // An identifier may pass from one to another: first all are given up.
        let given_up: Vec<(Key, PersonId)> = people
            .iter()
            .filter_map(|(before, after)| Some((before.as_ref()?, after)))
            .flat_map(|(before, after)| {
                let left = before
                    .details
                    .identifiers
                    .iter()
                    .filter(|(scheme, id)| after.details.identifiers.get(*scheme) != Some(*id));
                let audience = after.details.audience;
                left.map(move |(scheme, id)| (keys::identifier(school, audience, scheme, id), after.id))
            })
            .collect();
        stream::iter(given_up)
            .map(|(key, person)| async move {
                match self.transaction().without_claims(person, vec![key]).commit().await {
                    // Somebody else has it by now.
                    Ok(()) | Err(TransactError::Conditions(_)) => Ok(()),
                    Err(TransactError::Store(error)) => Err(error),
                }
            })
            .buffer_unordered(CONCURRENT_REPLACEMENTS)
            .try_collect::<Vec<()>>()
            .await?;
        let lost = stream::iter(people)
            .map(|(_, person)| async move {
                let id = person.id;
                Ok::<_, StoreError>(if self.claim(school, person).await? { None } else { Some(id) })
            })
            .buffer_unordered(CONCURRENT_REPLACEMENTS)
            .try_collect::<Vec<_>>()
            .await?;
        Ok(lost.into_iter().flatten().collect())
    }

    /// Claims the identifiers of one written person. Returns whether all were free.
    async fn claim(&self, school: SchoolId, mut person: Person) -> Result<bool, StoreError> {
        let audience = person.details.audience;
        let identifiers: Vec<_> =
            person.details.identifiers.iter().map(|(scheme, id)| (scheme, id.clone())).collect();
        let mut taken = Vec::new();
        for (scheme, id) in identifiers {
            let key = keys::identifier(school, audience, scheme, &id);
            let own = Condition::AbsentOrOf(person.id);
            let claim = || item(key.clone(), ClaimRow { person: person.id });
            match self.put_if(claim(), own).await {
                Ok(()) => continue,
                Err(StoreError::Conflict) => {}
                Err(error) => return Err(error),
            }
            match self.identified(school, audience, scheme, &id).await? {
                Some(holder) if self.has_identifier(school, holder, scheme, &id).await? => taken.push(scheme),
                Some(holder) => self.put_if(claim(), Condition::AbsentOrOf(holder)).await?,
                None => self.put_if(claim(), own).await?,
            }
        }
        if taken.is_empty() {
            return Ok(true);
        }
        for scheme in taken {
            person.details.identifiers.remove(scheme);
        }
        person.version += 1;
        self.replace_people(school, vec![person]).await?;
        Ok(false)
    }

    fn person_transaction(
        &self,
        school: SchoolId,
        before: Option<&Person>,
        after: &Person,
        lapsed: &Lapsed,
    ) -> Transaction<'_> {
        let condition = before.map_or(Condition::Absent, |before| Condition::Version(before.version));
        let row = item(keys::person(school, after.id), PersonRow::from(after.clone()));
        let mut transaction = self.transaction().put(Write::Person, row, condition);
        let audience = after.details.audience;
        for (scheme, id) in after.details.identifiers.iter() {
            let holder = lapsed.get(&scheme).copied().unwrap_or(after.id);
            let claim = item(keys::identifier(school, audience, scheme, id), ClaimRow { person: after.id });
            transaction = transaction.put(Write::Identifier(scheme), claim, Condition::AbsentOrOf(holder));
        }
        for (scheme, id) in before.into_iter().flat_map(|before| before.details.identifiers.iter()) {
            if after.details.identifiers.get(scheme) != Some(id) {
                let key = keys::identifier(school, audience, scheme, id);
                let own = Condition::AbsentOrOf(after.id);
                transaction = transaction.delete(Write::LapsedIdentifier, key, Some(own));
            }
        }
        transaction
    }

    /// Finds the claims among the failed ones whose people no longer have the identifier. Any other claim is an error.
    async fn find_lapsed(
        &self,
        school: SchoolId,
        person: &Person,
        failed: &BTreeSet<Write>,
        lapsed: &mut Lapsed,
    ) -> Result<(), PersonError> {
        let audience = person.details.audience;
        for (scheme, id) in person.details.identifiers.iter() {
            if !failed.contains(&Write::Identifier(scheme)) {
                continue;
            }
            match self.identified(school, audience, scheme, id).await? {
                Some(holder) if self.has_identifier(school, holder, scheme, id).await? => {
                    return Err(PersonError::IdentifierTaken(scheme, holder));
                }
                Some(holder) => lapsed.insert(scheme, holder),
                None => lapsed.remove(&scheme),
            };
        }
        Ok(())
    }

    /// Returns who claimed an identifier.
    async fn identified(
        &self,
        school: SchoolId,
        audience: Audience,
        scheme: IdentifierScheme,
        id: &ExternalId,
    ) -> Result<Option<PersonId>, StoreError> {
        let found = self.get(keys::identifier(school, audience, scheme, id)).await?;
        found.map(|item| row::<ClaimRow>(item, "identifier").map(|claim| claim.person)).transpose()
    }

    async fn has_identifier(
        &self,
        school: SchoolId,
        person: PersonId,
        scheme: IdentifierScheme,
        id: &ExternalId,
    ) -> Result<bool, StoreError> {
        let person = self.person(school, person).await?;
        Ok(person.is_some_and(|person| person.details.identifiers.get(scheme) == Some(id)))
    }
}

impl Transaction<'_> {
    /// Deletes claims of a person.
    pub fn without_claims(self, person: PersonId, claims: Vec<Key>) -> Self {
        let own = Some(Condition::AbsentOrOf(person));
        claims
            .into_iter()
            .fold(self, |transaction, claim| transaction.delete(Write::LapsedIdentifier, claim, own))
    }
}
