//! The people of a school.

use std::collections::HashSet;

use aws_sdk_dynamodb::{
    error::SdkError,
    operation::{delete_item::DeleteItemError, put_item::PutItemError},
    types::AttributeValue,
};
use futures_util::{StreamExt, TryStreamExt, stream};
use jiff::{SignedDuration, Timestamp};

use super::{
    Consistency, StoreError, Table,
    attributes::{item, number, row},
    condition::Condition,
    keys,
    person_rows::PersonRow,
    table::Page,
};
use domain::{
    directory::{Directory, Person},
    id::{PersonId, RandomToken, SchoolId},
    phone::PhoneNumber,
};

/// A page of people, oldest first, and the cursor of the next page.
pub type PeoplePage = (Vec<Person>, Option<PersonId>);

/// Concurrent writes of an import.
pub(super) const CONCURRENT_REPLACEMENTS: usize = 32;

/// The maximum run time of a function bounds an import's lock.
const IMPORT_LEASE: SignedDuration = SignedDuration::from_secs(60);

impl Table {
    /// Reads one person.
    pub async fn person(&self, school: SchoolId, person: PersonId) -> Result<Option<Person>, StoreError> {
        let found = self.get(keys::person(school, person)).await?;
        found.map(|item| row::<PersonRow>(item, "person").map(Person::from)).transpose()
    }

    /// Reads a page of a school's people.
    pub async fn people_page(
        &self,
        school: SchoolId,
        after: Option<PersonId>,
        limit: i32,
    ) -> Result<PeoplePage, StoreError> {
        let page = Page {
            partition: keys::people_partition(school),
            prefix: PersonId::PREFIX,
            oldest_first: true,
            limit: Some(limit),
            after: after.map(|person| keys::person(school, person)),
            consistency: Consistency::Strong,
        };
        let (items, next) = self.page(page).await?;
        let next =
            next.map(|key| key.sk.parse()).transpose().map_err(|_| StoreError::Unreadable("person"))?;
        Ok((people(items)?, next))
    }

    /// Reads all people of a school. 20,000 people are about 6 MB.
    pub async fn all_people(&self, school: SchoolId) -> Result<Vec<Person>, StoreError> {
        people(self.all(keys::people_partition(school), PersonId::PREFIX).await?)
    }

    /// Reads all people of a school and its opt-outs.
    pub async fn directory(&self, school: SchoolId) -> Result<Directory, StoreError> {
        let (people, opt_outs) = futures_util::try_join!(self.all_people(school), self.opt_outs(school))?;
        Ok(Directory::new(people).with_opt_outs(opt_outs))
    }

    /// Creates the people of an import. Their ids are new. Returns the people who lost an identifier to its holder.
    pub async fn create_people(
        &self,
        school: SchoolId,
        people: Vec<Person>,
    ) -> Result<Vec<PersonId>, StoreError> {
        // Several people may share a number, and a batch may contain an item only once.
        let numbers: HashSet<PhoneNumber> = people.iter().filter_map(|person| person.details.phone).collect();
        self.hold_numbers(school, numbers.into_iter()).await?;
        let row = |person: &Person| item(keys::person(school, person.id), PersonRow::from(person.clone()));
        let rows: Vec<_> = people.iter().map(row).collect();
        self.put_all(rows.into_iter()).await?;
        let identified = people.into_iter().filter(|person| !person.details.identifiers.is_empty());
        self.claim_identifiers(school, identified.map(|person| (None, person)).collect()).await
    }

    /// Replaces the people changed by an import, each in the version read. Returns those changed or removed concurrently,
    /// which are left unchanged, and those who lost an identifier to its holder.
    pub async fn update_people(
        &self,
        school: SchoolId,
        changes: Vec<(Person, Person)>,
    ) -> Result<Vec<PersonId>, StoreError> {
        let after = changes.iter().map(|(_, after)| after.clone()).collect();
        let mut left = self.replace_people(school, after).await?;
        let values = |person: &Person| -> Vec<_> {
            person.details.identifiers.iter().map(|(scheme, id)| (scheme, id.clone())).collect()
        };
        let renamed = changes
            .into_iter()
            .filter(|(before, after)| !left.contains(&after.id) && values(before) != values(after))
            .map(|(before, after)| (Some(before), after))
            .collect();
        left.extend(self.claim_identifiers(school, renamed).await?);
        Ok(left)
    }

    /// Replaces people whose identifiers stay, each in the version read. Returns those changed or removed
    /// concurrently, which are left unchanged.
    pub async fn replace_people(
        &self,
        school: SchoolId,
        people: Vec<Person>,
    ) -> Result<Vec<PersonId>, StoreError> {
        let written = stream::iter(people)
            .map(|person| async move {
                let id = person.id;
                match self.replace_details(school, person).await {
                    Err(StoreError::Conflict) => Ok(Some(id)),
                    result => result.map(|()| None),
                }
            })
            .buffer_unordered(CONCURRENT_REPLACEMENTS)
            .try_collect::<Vec<_>>()
            .await?;
        Ok(written.into_iter().flatten().collect())
    }

    async fn replace_details(&self, school: SchoolId, person: Person) -> Result<(), StoreError> {
        let before = Condition::Version(person.version - 1);
        let key = keys::person(school, person.id);
        self.hold_numbers(school, person.details.phone.into_iter()).await?;
        self.put_if(item(key, PersonRow::from(person)), before).await
    }

    /// Locks the directory for one import, so that two concurrent imports cannot create the same
    /// person. A conflict means that another import is running.
    pub async fn begin_import(
        &self,
        school: SchoolId,
        import: RandomToken,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let until = now.saturating_add(IMPORT_LEASE).unwrap_or(Timestamp::MAX);
        let mut lock = keys::import_lock(school).attributes();
        lock.insert("until".to_owned(), number(until.as_second()));
        lock.insert("holder".to_owned(), AttributeValue::S(import.to_string()));
        let taken = self
            .client()
            .put_item()
            .table_name(self.name())
            .set_item(Some(lock))
            .condition_expression("attribute_not_exists(pk) OR #u <= :now OR #h = :holder")
            .expression_attribute_names("#u", "until")
            .expression_attribute_names("#h", "holder")
            .expression_attribute_values(":holder", AttributeValue::S(import.to_string()))
            .expression_attribute_values(":now", number(now.as_second()))
            .send()
            .await;
        match taken {
            Ok(_) => Ok(()),
            Err(SdkError::ServiceError(error))
                if matches!(error.err(), PutItemError::ConditionalCheckFailedException(_)) =>
            {
                Err(StoreError::Conflict)
            }
            Err(error) => Err(StoreError::from_sdk(error)),
        }
    }

    /// Deletes the lock of an import, unless another one has it by now.
    pub async fn end_import(&self, school: SchoolId, import: RandomToken) -> Result<(), StoreError> {
        let deleted = self
            .client()
            .delete_item()
            .table_name(self.name())
            .set_key(Some(keys::import_lock(school).attributes()))
            .condition_expression("#h = :holder")
            .expression_attribute_names("#h", "holder")
            .expression_attribute_values(":holder", AttributeValue::S(import.to_string()))
            .send()
            .await;
        match deleted {
            Ok(_) => Ok(()),
            Err(SdkError::ServiceError(error))
                if matches!(error.err(), DeleteItemError::ConditionalCheckFailedException(_)) =>
            {
                Ok(())
            }
            Err(error) => Err(StoreError::from_sdk(error)),
        }
    }
}

fn people(items: Vec<std::collections::HashMap<String, AttributeValue>>) -> Result<Vec<Person>, StoreError> {
    items.into_iter().map(|item| row::<PersonRow>(item, "person").map(Person::from)).collect()
}
