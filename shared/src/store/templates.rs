//! Templates, and the labels that only one template of a school may have.

use aws_sdk_dynamodb::types::{AttributeValue, Delete, TransactWriteItem};

use super::{
    StoreError, Table,
    keys::{self, Key},
    rows::TemplateRow,
    table::{Condition, TransactError, item, row},
};
use crate::{
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

    /// Keeps a new template and its label.
    pub async fn create_template(
        &self,
        school: SchoolId,
        template: Template,
    ) -> Result<(), TemplateStoreError> {
        let label = self.hold_label(school, &template.label, template.id);
        let key = keys::template(school, template.id);
        let put = self.transact_put(item(key, TemplateRow::from(template)), Condition::Absent);
        self.transact_labelled(vec![label, put]).await
    }

    /// Writes a template over the version before, whose label was `label_before`.
    pub async fn replace_template(
        &self,
        school: SchoolId,
        template: Template,
        label_before: &TemplateLabel,
    ) -> Result<(), TemplateStoreError> {
        let before = Condition::Version(template.version - 1);
        let (id, label) = (template.id, template.label.clone());
        let put = self.transact_put(item(keys::template(school, id), TemplateRow::from(template)), before);
        if Self::label_key(school, &label) == Self::label_key(school, label_before) {
            return self.transact(vec![put]).await.map_err(|error| StoreError::from(error).into());
        }
        let release = self.transact_delete(Self::label_key(school, label_before), None);
        self.transact_labelled(vec![self.hold_label(school, &label, id), put, release]).await
    }

    /// Removes a template in the version that was read, with its label.
    pub async fn delete_template(&self, school: SchoolId, template: &Template) -> Result<(), StoreError> {
        let label = Self::label_key(school, &template.label);
        let writes = vec![
            self.transact_delete(
                keys::template(school, template.id),
                Some(Condition::Version(template.version)),
            ),
            self.transact_delete(label, None),
        ];
        Ok(self.transact(writes).await?)
    }

    /// The key of a label: case and accents do not count, but a label of signs only is itself.
    fn label_key(school: SchoolId, label: &TemplateLabel) -> Key {
        let folded = folded(label.as_str());
        keys::template_label(school, if folded.is_empty() { label.as_str() } else { &folded })
    }

    fn hold_label(&self, school: SchoolId, label: &TemplateLabel, id: TemplateId) -> TransactWriteItem {
        let mut held = Self::label_key(school, label).attributes();
        held.insert("template".to_owned(), AttributeValue::S(id.to_string()));
        self.transact_put(held, Condition::Absent)
    }

    fn transact_delete(&self, key: Key, condition: Option<Condition>) -> TransactWriteItem {
        let delete = Delete::builder()
            .table_name(self.name())
            .set_key(Some(key.attributes()))
            .set_condition_expression(condition.map(|condition| condition.expression().to_owned()))
            .set_expression_attribute_names(condition.and_then(Condition::names))
            .set_expression_attribute_values(condition.and_then(Condition::values))
            .build()
            .expect("table and key are set");
        TransactWriteItem::builder().delete(delete).build()
    }

    /// A transaction whose first write holds a label.
    async fn transact_labelled(&self, writes: Vec<TransactWriteItem>) -> Result<(), TemplateStoreError> {
        self.transact(writes).await.map_err(|error| match error {
            TransactError::Conditions(places) if places.contains(&0) => TemplateStoreError::LabelTaken,
            other => StoreError::from(other).into(),
        })
    }
}
