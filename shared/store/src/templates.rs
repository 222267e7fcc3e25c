//! Templates, with labels unique within a school.

use aws_sdk_dynamodb::types::AttributeValue;

use super::{
    StoreError, Table,
    attributes::{item, row},
    condition::Condition,
    keys::{self, Item, Key},
    rows::TemplateRow,
    transaction::{TransactError, Write},
};
use domain::{
    audit::Entry,
    id::{SchoolId, TemplateId},
    line::folded,
    template::{Template, TemplateLabel},
};

/// Why a template was not stored.
#[derive(Debug, thiserror::Error)]
pub enum TemplateStoreError {
    #[error("another template has this label")]
    LabelTaken,
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Table {
    /// Templates per transaction: each takes two of its 100 writes, and the audit one.
    pub const MAX_NEW_TEMPLATES: usize = 49;

    /// Returns a template.
    pub async fn template(
        &self,
        school: SchoolId,
        template: TemplateId,
    ) -> Result<Option<Template>, StoreError> {
        let found = self.get(keys::template(school, template)).await?;
        found.map(|item| row::<TemplateRow>(item, "template")?.try_into()).transpose()
    }

    /// Returns all templates of a school, oldest first: some dozens.
    pub async fn templates(&self, school: SchoolId) -> Result<Vec<Template>, StoreError> {
        let items = self.all(keys::school_partition(school), keys::TEMPLATE_PREFIX).await?;
        items.into_iter().map(|item| row::<TemplateRow>(item, "template")?.try_into()).collect()
    }

    /// Returns all earlier versions of a template, oldest first. They outlive the template: sends refer
    /// to the version used.
    pub async fn earlier_versions(
        &self,
        school: SchoolId,
        template: TemplateId,
    ) -> Result<Vec<Template>, StoreError> {
        let prefix = keys::template_versions_prefix(template);
        let items = self.all(keys::school_partition(school), &prefix).await?;
        items.into_iter().map(|item| row::<TemplateRow>(item, "template")?.try_into()).collect()
    }

    /// Creates templates with their labels: all, or none if a label is taken.
    pub async fn create_templates(
        &self,
        school: SchoolId,
        templates: Vec<Template>,
        entry: Entry,
    ) -> Result<(), TemplateStoreError> {
        let mut transaction = self.transaction().entry(school, entry);
        for template in templates {
            let label = label_item(school, &template.label, template.id);
            let template = item(keys::template(school, template.id), TemplateRow::from(template));
            transaction = transaction.put(Write::Label, label, Condition::Absent).put(
                Write::Template,
                template,
                Condition::Absent,
            );
        }
        transaction.commit().await.map_err(label_error)
    }

    /// Replaces a template in the version read, and archives that version.
    pub async fn replace_template(
        &self,
        school: SchoolId,
        template: Template,
        before: Template,
        entry: Entry,
    ) -> Result<(), TemplateStoreError> {
        let condition = Condition::Version(before.version);
        let (id, label, label_before) = (template.id, template.label.clone(), before.label.clone());
        let mut transaction = self
            .transaction()
            .put(Write::Template, item(keys::template(school, id), TemplateRow::from(template)), condition)
            .put(Write::TemplateVersion, version_item(school, before), Condition::Absent)
            .entry(school, entry);
        let freed = label_key(school, &label_before);
        if label_key(school, &label) != freed {
            transaction = transaction
                .put(Write::Label, label_item(school, &label, id), Condition::Absent)
                .delete(Write::FreedLabel, freed, None);
        }
        transaction.commit().await.map_err(label_error)
    }

    /// Deletes a template in the version read, with its label. Its versions stay.
    pub async fn delete_template(
        &self,
        school: SchoolId,
        template: Template,
        entry: Entry,
    ) -> Result<(), StoreError> {
        let version = Condition::Version(template.version);
        let transaction = self
            .transaction()
            .delete(Write::Template, keys::template(school, template.id), Some(version))
            .delete(Write::FreedLabel, label_key(school, &template.label), None)
            .put(Write::TemplateVersion, version_item(school, template), Condition::Absent)
            .entry(school, entry);
        Ok(transaction.commit().await?)
    }

    /// Returns the key under which labels are unique: case and accents are ignored, except in a label
    /// of symbols only.
    pub fn comparable_label(label: &TemplateLabel) -> String {
        let folded = folded(label.as_str());
        if folded.is_empty() { label.to_string() } else { folded }
    }
}

fn label_key(school: SchoolId, label: &TemplateLabel) -> Key {
    keys::template_label(school, &Table::comparable_label(label))
}

/// Reserves a template's label within the school.
fn label_item(school: SchoolId, label: &TemplateLabel, id: TemplateId) -> Item {
    let mut item = label_key(school, label).attributes();
    item.insert("template".to_owned(), AttributeValue::S(id.to_string()));
    item
}

fn version_item(school: SchoolId, template: Template) -> Item {
    let key = keys::template_version(school, template.id, template.version);
    item(key, TemplateRow::from(template))
}

fn label_error(error: TransactError) -> TemplateStoreError {
    match error {
        TransactError::Conditions(failed) if failed.contains(&Write::Label) => TemplateStoreError::LabelTaken,
        other => StoreError::from(other).into(),
    }
}
