//! Claims of identifiers, each of which belongs to one person of an audience.
//!
//! A single person and the claims are one transaction. An import writes its people first and claims afterwards: a person
//! who finds an identifier taken loses it. Claims that an interrupted import did not write are written by the next one. A
//! claim lapses if its person does not exist or has another identifier.

use std::collections::{BTreeMap, BTreeSet, HashSet};

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
    directory::{Change, ExternalId, IdentifierScheme, Person},
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

/// The holder of an identifier.
#[derive(Serialize, Deserialize)]
struct ClaimRow {
    person: PersonId,
}

/// The former holders of lapsed claims, by scheme. Such a claim may be replaced.
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
            if self.holder_of(school, audience, scheme, id).await? == Some(person.id) {
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

    /// Claims the identifiers without a claim: of an interrupted import, or of an earlier release. Returns the people who
    /// lost an identifier to its holder.
    pub async fn claim_missing(
        &self,
        school: SchoolId,
        people: &[Person],
    ) -> Result<Vec<PersonId>, StoreError> {
        let with_scheme = people.iter().flat_map(|person| {
            person.details.identifiers.iter().map(|(scheme, _)| (person.details.audience, scheme))
        });
        let mut claimed = HashSet::new();
        for (audience, scheme) in with_scheme.collect::<BTreeSet<_>>() {
            let partition = keys::identifiers_partition(school, audience, scheme);
            let items = self.all(partition, keys::IDENTIFIER_PREFIX).await?;
            let ids = items.into_iter().filter_map(|item| item.get("sk")?.as_s().ok().cloned());
            claimed.extend(ids.map(|id| (audience, scheme, id)));
        }
        let is_claimed = |person: &Person| {
            person.details.identifiers.iter().all(|(scheme, id)| {
                let key = keys::identifier(school, person.details.audience, scheme, id);
                claimed.contains(&(person.details.audience, scheme, key.sk))
            })
        };
        let missing = people.iter().filter(|person| !is_claimed(person));
        self.claim_identifiers(school, missing.cloned().collect()).await
    }

    /// Gives up the identifiers that changed people had before. An identifier may pass from one to another, so all are
    /// given up before any is claimed.
    pub async fn give_up_identifiers(&self, school: SchoolId, changes: &[Change]) -> Result<(), StoreError> {
        let given_up: Vec<(Key, PersonId)> = changes
            .iter()
            .filter_map(|change| match change {
                Change::Update { before, after } => Some((before, after)),
                // The claims of a deleted person are deleted with them.
                Change::Create(_) | Change::Delete(_) => None,
            })
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
                    // Another person has it by now.
                    Ok(()) | Err(TransactError::Conditions(_)) => Ok(()),
                    Err(TransactError::Store(error)) => Err(error),
                }
            })
            .buffer_unordered(CONCURRENT_REPLACEMENTS)
            .try_collect::<Vec<()>>()
            .await?;
        Ok(())
    }

    /// Claims the identifiers of written people. Returns those who lost an identifier to its holder.
    pub async fn claim_identifiers(
        &self,
        school: SchoolId,
        people: Vec<Person>,
    ) -> Result<Vec<PersonId>, StoreError> {
        let lost = stream::iter(people)
            .map(|person| async move {
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
            if !self.claim_one(school, audience, person.id, scheme, &id).await? {
                taken.push(scheme);
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

    /// Claims one identifier. Returns whether it was free.
    async fn claim_one(
        &self,
        school: SchoolId,
        audience: Audience,
        person: PersonId,
        scheme: IdentifierScheme,
        id: &ExternalId,
    ) -> Result<bool, StoreError> {
        let mut replaceable = person;
        for _ in 0..ATTEMPTS {
            let claim = item(keys::identifier(school, audience, scheme, id), ClaimRow { person });
            match self.put_if(claim, Condition::AbsentOrOf(replaceable)).await {
                Ok(()) => return Ok(true),
                Err(StoreError::Conflict) => {}
                Err(error) => return Err(error),
            }
            replaceable = match self.holder_of(school, audience, scheme, id).await? {
                Some(holder) if self.has_identifier(school, holder, scheme, id).await? => return Ok(false),
                Some(former) => former,
                None => person,
            };
        }
        // Contended to the end: another person is taking it.
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

    /// Finds the lapsed claims among the failed ones. Any other claim is an error.
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
            match self.holder_of(school, audience, scheme, id).await? {
                Some(holder) if self.has_identifier(school, holder, scheme, id).await? => {
                    return Err(PersonError::IdentifierTaken(scheme, holder));
                }
                Some(holder) => lapsed.insert(scheme, holder),
                None => lapsed.remove(&scheme),
            };
        }
        Ok(())
    }

    /// Returns the holder of an identifier's claim.
    async fn holder_of(
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
