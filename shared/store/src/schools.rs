//! A school's settings and its permission to send.

use aws_sdk_dynamodb::types::{AttributeValue, KeysAndAttributes};
use jiff::Timestamp;

use super::{
    Consistency, StoreError, Table,
    attributes::{item, row, text},
    condition::Condition,
    keys,
    rows::{LicenceRow, RegistrationRow},
    school_rows::{SchoolRow, SettingsChangeRow},
    table::Page,
    table::is_condition,
    transaction::Write,
};
use domain::{
    audit::Entry,
    id::SchoolId,
    registration::{Licence, Registration, Standing},
    school::{School, SettingsChange},
};

impl Table {
    /// Returns a school's settings.
    pub async fn school(&self, school: SchoolId) -> Result<Option<School>, StoreError> {
        let found = self.get(keys::school(school)).await?;
        found.map(|item| row::<SchoolRow>(item, "school").map(School::from)).transpose()
    }

    /// Replaces settings in the version read, with the history entry, and the registration if it
    /// displays one of them.
    pub async fn replace_school(
        &self,
        school: School,
        change: SettingsChange,
        registration: Option<Registration>,
        entry: Entry,
    ) -> Result<(), StoreError> {
        let (id, before) = (school.id, Condition::Version(school.version - 1));
        let change = item(keys::settings_change(school.id, change.version), SettingsChangeRow::from(change));
        let mut transaction = self
            .transaction()
            .put(Write::School, item(keys::school(school.id), SchoolRow::from(school)), before)
            .put(Write::SettingsChange, change, Condition::Absent)
            .entry(id, entry);
        if let Some(registration) = registration {
            let before = Condition::Version(registration.version - 1);
            let key = keys::registration(registration.school_id);
            let registration = item(key, RegistrationRow::from(registration));
            transaction = transaction.put(Write::Registration, registration, before);
        }
        Ok(transaction.commit().await?)
    }

    /// Reads a page of the changes of a school's settings, newest first, and the cursor of the next
    /// page.
    pub async fn settings_changes(
        &self,
        school: SchoolId,
        before: Option<u64>,
        limit: i32,
    ) -> Result<(Vec<SettingsChange>, Option<u64>), StoreError> {
        let page = Page {
            partition: keys::school_partition(school),
            prefix: keys::SETTINGS_PREFIX,
            oldest_first: false,
            limit: Some(limit),
            after: before.map(|version| keys::settings_change(school, version)),
            consistency: Consistency::Strong,
        };
        let (items, next) = self.page(page).await?;
        let changes = items
            .into_iter()
            .map(|item| row::<SettingsChangeRow>(item, "settings").map(SettingsChange::from))
            .collect::<Result<Vec<_>, _>>()?;
        let next = next
            .map(|key| key.sk.trim_start_matches(keys::SETTINGS_PREFIX).parse())
            .transpose()
            .map_err(|_| StoreError::Unreadable("settings"))?;
        Ok((changes, next))
    }

    /// Writes a licence over any earlier one, with an audit entry.
    pub async fn put_licence(
        &self,
        school: SchoolId,
        licence: Licence,
        entry: Entry,
    ) -> Result<(), StoreError> {
        let licence = item(keys::licence(school), LicenceRow::from(licence));
        Ok(self.transaction().put_over(Write::Licence, licence).entry(school, entry).commit().await?)
    }

    /// Marks a licence as ended, unless it was refreshed concurrently.
    pub async fn end_licence(
        &self,
        school: SchoolId,
        licence: &Licence,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let updated = self
            .client()
            .update_item()
            .table_name(self.name())
            .set_key(Some(keys::licence(school).attributes()))
            .update_expression("SET ended_at = :now")
            .condition_expression("refreshed_at = :refreshed AND attribute_not_exists(ended_at)")
            .expression_attribute_values(":now", AttributeValue::S(now.to_string()))
            .expression_attribute_values(":refreshed", AttributeValue::S(licence.refreshed_at.to_string()))
            .send()
            .await;
        match updated {
            Ok(_) => Ok(()),
            Err(error) if is_condition(&error) => Ok(()),
            Err(error) => Err(StoreError::from_sdk(error)),
        }
    }

    /// Reads settings, registration and licence in one call.
    pub async fn standing(&self, school: SchoolId) -> Result<Standing, StoreError> {
        let wanted = [keys::school(school), keys::registration(school), keys::licence(school)];
        let mut request = KeysAndAttributes::builder().consistent_read(true);
        for key in wanted {
            request = request.keys(key.attributes());
        }
        let request = request.build().expect("the keys are set");
        let output = self
            .client()
            .batch_get_item()
            .request_items(self.name(), request)
            .send()
            .await
            .map_err(StoreError::from_sdk)?;
        if output.unprocessed_keys.is_some_and(|left| !left.is_empty()) {
            return Err(StoreError::Unavailable("the table left keys of a batch unread".into()));
        }
        let found = output.responses.and_then(|mut tables| tables.remove(self.name())).unwrap_or_default();
        let mut standing = Standing { school: None, registration: None, licence: None };
        for item in found {
            match (text(&item, "pk")?, text(&item, "sk")?) {
                (keys::REGISTRATIONS_PARTITION, _) => {
                    standing.registration = Some(row::<RegistrationRow>(item, "registration")?.into());
                }
                (_, "SCHOOL") => standing.school = Some(row::<SchoolRow>(item, "school")?.into()),
                _ => standing.licence = Some(row::<LicenceRow>(item, "licence")?.into()),
            }
        }
        Ok(standing)
    }
}
