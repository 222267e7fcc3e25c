//! Registrations, listed by the operator over all schools.

use super::{
    Consistency, StoreError, Table,
    attributes::{item, row},
    condition::Condition,
    keys,
    rows::RegistrationRow,
    school_rows::{SchoolRow, SettingsChangeRow},
    table::Page,
    transaction::Write,
};
use domain::{
    audit::Entry,
    id::SchoolId,
    registration::Registration,
    school::{School, SettingsChange},
};

impl Table {
    /// Returns a school's latest registration.
    pub async fn registration(&self, school: SchoolId) -> Result<Option<Registration>, StoreError> {
        let found = self.get(keys::registration(school)).await?;
        found.map(|item| row::<RegistrationRow>(item, "registration").map(Registration::from)).transpose()
    }

    /// Stores an application together with the settings that it creates or renews. `before` is the
    /// version of the registration that it replaces.
    pub async fn apply(
        &self,
        registration: Registration,
        before: Option<u64>,
        school: School,
        change: SettingsChange,
        entry: Entry,
    ) -> Result<(), StoreError> {
        let id = school.id;
        let condition = before.map_or(Condition::Absent, Condition::Version);
        let school_condition =
            if school.version == 1 { Condition::Absent } else { Condition::Version(school.version - 1) };
        let registration =
            item(keys::registration(registration.school_id), RegistrationRow::from(registration));
        let change = item(keys::settings_change(school.id, change.version), SettingsChangeRow::from(change));
        let school = item(keys::school(school.id), SchoolRow::from(school));
        let transaction = self
            .transaction()
            .put(Write::Registration, registration, condition)
            .put(Write::School, school, school_condition)
            .put(Write::SettingsChange, change, Condition::Absent)
            .entry(id, entry);
        Ok(transaction.commit().await?)
    }

    /// Replaces a registration in the version read, with an audit entry.
    pub async fn replace_registration(
        &self,
        registration: Registration,
        entry: Entry,
    ) -> Result<(), StoreError> {
        let (school, before) = (registration.school_id, Condition::Version(registration.version - 1));
        let registration = item(keys::registration(school), RegistrationRow::from(registration));
        let transaction =
            self.transaction().put(Write::Registration, registration, before).entry(school, entry);
        Ok(transaction.commit().await?)
    }

    /// Returns a page of all registrations, most recent school ids first.
    pub async fn registrations(
        &self,
        after: Option<SchoolId>,
        limit: i32,
    ) -> Result<(Vec<Registration>, Option<SchoolId>), StoreError> {
        let page = Page {
            partition: keys::REGISTRATIONS_PARTITION.to_owned(),
            prefix: SchoolId::PREFIX,
            oldest_first: false,
            limit: Some(limit),
            after: after.map(keys::registration),
            consistency: Consistency::Strong,
        };
        let (items, next) = self.page(page).await?;
        let registrations = items
            .into_iter()
            .map(|item| row::<RegistrationRow>(item, "registration").map(Registration::from))
            .collect::<Result<Vec<_>, _>>()?;
        let next =
            next.map(|key| key.sk.parse()).transpose().map_err(|_| StoreError::Unreadable("registration"))?;
        Ok((registrations, next))
    }
}
