//! The people of a school.

use aws_sdk_dynamodb::types::AttributeValue;
use futures_util::{StreamExt, TryStreamExt, stream};

use super::{
    Consistency, StoreError, Table,
    attributes::{item, row},
    condition::Condition,
    keys,
    person_rows::PersonRow,
    table::Page,
};
use domain::{
    directory::{Directory, Person},
    id::{PersonId, SchoolId},
};

/// A page of people, oldest first, and the cursor of the next page.
pub type PeoplePage = (Vec<Person>, Option<PersonId>);

/// Concurrent writes of an import.
pub(super) const CONCURRENT_REPLACEMENTS: usize = 32;

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
}

fn people(items: Vec<std::collections::HashMap<String, AttributeValue>>) -> Result<Vec<Person>, StoreError> {
    items.into_iter().map(|item| row::<PersonRow>(item, "person").map(Person::from)).collect()
}
