//! Templates, and the labels that only one template of a school may have.

use aws_sdk_dynamodb::types::{AttributeValue, TransactWriteItem};

use super::{
    StoreError, Table,
    attributes::{item, row},
    condition::Condition,
    keys::{self, Key},
    rows::TemplateRow,
    transaction::TransactError,
};
use domain::{
    audit::Entry,
    id::{SchoolId, TemplateId},
    line::folded,
    template::{Template, TemplateLabel},
};

/// Why a template was not kept.
#[derive(Debug, thiserror::Error)]
pub enum TemplateStoreError {
    /// Another template has this label.
    #[error("another template has this label")]
    LabelTaken,
    /// Anything else.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Table {
    /// Templates that one transaction keeps: each takes two of its hundred writes, and the audit one.
    pub const MAX_NEW_TEMPLATES: usize = 49;

    /// One template.
    pub async fn template(
        &self,
        school: SchoolId,
        template: TemplateId,
    ) -> Result<Option<Template>, StoreError> {
        let found = self.get(keys::template(school, template)).await?;
        found.map(|item| row::<TemplateRow>(item, "template")?.try_into()).transpose()
    }

    /// All templates of a school, oldest first. A school has some dozens.
    pub async fn templates(&self, school: SchoolId) -> Result<Vec<Template>, StoreError> {
        let items = self.all(keys::school_partition(school), keys::TEMPLATE_PREFIX).await?;
        items.into_iter().map(|item| row::<TemplateRow>(item, "template")?.try_into()).collect()
    }

    /// Every version that a template ever had before its present one, oldest first. They outlive
    /// the template: sends name the version that they used.
    pub async fn earlier_versions(
        &self,
        school: SchoolId,
        template: TemplateId,
    ) -> Result<Vec<Template>, StoreError> {
        let prefix = keys::template_versions_prefix(template);
        let items = self.all(keys::school_partition(school), &prefix).await?;
        items.into_iter().map(|item| row::<TemplateRow>(item, "template")?.try_into()).collect()
    }

    /// Keeps new templates and their labels: all of them, or none when somebody else took a label.
    pub async fn create_templates(
        &self,
        school: SchoolId,
        templates: Vec<Template>,
        entry: Entry,
    ) -> Result<(), TemplateStoreError> {
        let mut writes = Vec::with_capacity(2 * templates.len() + 1);
        writes.extend(templates.iter().map(|made| self.hold_label(school, &made.label, made.id)));
        let labels = writes.len();
        writes.extend(templates.into_iter().map(|template| {
            let key = keys::template(school, template.id);
            self.transact_put(item(key, TemplateRow::from(template)), Condition::Absent)
        }));
        writes.push(self.transact_entry(school, entry));
        self.transact_labelled(writes, labels).await
    }

    /// Writes a template over the version before, which is kept beside it.
    pub async fn replace_template(
        &self,
        school: SchoolId,
        template: Template,
        before: Template,
        entry: Entry,
    ) -> Result<(), TemplateStoreError> {
        let condition = Condition::Version(before.version);
        let (id, label, label_before) = (template.id, template.label.clone(), before.label.clone());
        let mut writes =
            vec![self.transact_put(item(keys::template(school, id), TemplateRow::from(template)), condition)];
        writes.push(self.keep_version(school, before));
        writes.push(self.transact_entry(school, entry));
        if Self::label_key(school, &label) == Self::label_key(school, &label_before) {
            return self.transact(writes).await.map_err(|error| StoreError::from(error).into());
        }
        writes.insert(0, self.hold_label(school, &label, id));
        writes.push(self.transact_delete(Self::label_key(school, &label_before), None));
        self.transact_labelled(writes, 1).await
    }

    /// Removes a template in the version that was read, with its label. The version stays.
    pub async fn delete_template(
        &self,
        school: SchoolId,
        template: Template,
        entry: Entry,
    ) -> Result<(), StoreError> {
        let label = Self::label_key(school, &template.label);
        let writes = vec![
            self.transact_delete(
                keys::template(school, template.id),
                Some(Condition::Version(template.version)),
            ),
            self.transact_delete(label, None),
            self.keep_version(school, template),
            self.transact_entry(school, entry),
        ];
        Ok(self.transact(writes).await?)
    }

    fn keep_version(&self, school: SchoolId, template: Template) -> TransactWriteItem {
        let key = keys::template_version(school, template.id, template.version);
        self.transact_put(item(key, TemplateRow::from(template)), Condition::Absent)
    }

    /// What two labels share when they are the same: case and accents do not count, but a label of
    /// signs only is itself.
    pub fn comparable_label(label: &TemplateLabel) -> String {
        let folded = folded(label.as_str());
        if folded.is_empty() { label.to_string() } else { folded }
    }

    fn label_key(school: SchoolId, label: &TemplateLabel) -> Key {
        keys::template_label(school, &Self::comparable_label(label))
    }

    fn hold_label(&self, school: SchoolId, label: &TemplateLabel, id: TemplateId) -> TransactWriteItem {
        let mut held = Self::label_key(school, label).attributes();
        held.insert("template".to_owned(), AttributeValue::S(id.to_string()));
        self.transact_put(held, Condition::Absent)
    }

    /// A transaction whose first writes hold labels.
    async fn transact_labelled(
        &self,
        writes: Vec<TransactWriteItem>,
        labels: usize,
    ) -> Result<(), TemplateStoreError> {
        self.transact(writes).await.map_err(|error| match error {
            TransactError::Conditions(places) if places.iter().any(|place| *place < labels) => {
                TemplateStoreError::LabelTaken
            }
            other => StoreError::from(other).into(),
        })
    }
}
