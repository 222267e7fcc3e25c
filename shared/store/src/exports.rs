//! Export jobs. Each has its own partition, keyed by its id: a download link carries no token with a
//! school.

use aws_sdk_dynamodb::{error::SdkError, operation::update_item::UpdateItemError, types::AttributeValue};
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use super::{
    StoreError, Table,
    attributes::{item, number, row},
    condition::Condition,
    keys,
    transaction::Write,
};
use domain::{
    audit::Entry,
    clock::later,
    id::{ExportId, SchoolId},
    language::Language,
    line::Line,
    sent_log::export::{Export, Format, Progress, SealedFilter, Stage},
};

#[derive(Serialize, Deserialize)]
struct ExportRow {
    school: SchoolId,
    format: String,
    language: String,
    asked_by: Line<128>,
    asked_at: Timestamp,
    /// Unreadable without the link.
    filter: String,
    stage: String,
    messages: u64,
    sends_passed: u32,
    sends_found: u32,
    noted_at: Timestamp,
    /// When DynamoDB may delete it.
    ttl: i64,
}

/// The job outlives its link by a day.
const KEPT: SignedDuration = SignedDuration::from_hours(24);
const WHAT: StoreError = StoreError::Unreadable("export");

impl Table {
    /// Stores a job together with its audit entry.
    pub async fn put_export(&self, export: &Export, entry: Entry) -> Result<(), StoreError> {
        let item = item(keys::export(export.id), ExportRow::from(export));
        let transaction =
            self.transaction().put(Write::Export, item, Condition::Absent).entry(export.school, entry);
        Ok(transaction.commit().await?)
    }

    /// Returns a job.
    pub async fn export(&self, id: ExportId) -> Result<Option<Export>, StoreError> {
        let found = self.get(keys::export(id)).await?;
        found.map(|item| row::<ExportRow>(item, "export")?.export(id)).transpose()
    }

    /// Records the progress of a download. A deleted job is not recreated.
    pub async fn note_export(
        &self,
        id: ExportId,
        stage: Stage,
        progress: Progress,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let updated = self
            .client()
            .update_item()
            .table_name(self.name())
            .set_key(Some(keys::export(id).attributes()))
            .update_expression(
                "SET stage = :stage, messages = :messages, sends_passed = :passed, sends_found = :found, noted_at = :now",
            )
            .condition_expression("attribute_exists(pk)")
            .expression_attribute_values(":stage", AttributeValue::S(stage.as_str().to_owned()))
            .expression_attribute_values(":messages", number(progress.messages))
            .expression_attribute_values(":passed", number(progress.sends_passed))
            .expression_attribute_values(":found", number(progress.sends_found))
            .expression_attribute_values(":now", AttributeValue::S(now.to_string()))
            .send()
            .await;
        match updated {
            Ok(_) => Ok(()),
            Err(SdkError::ServiceError(failure))
                if matches!(failure.err(), UpdateItemError::ConditionalCheckFailedException(_)) =>
            {
                Ok(())
            }
            Err(error) => Err(StoreError::from_sdk(error)),
        }
    }
}

impl From<&Export> for ExportRow {
    fn from(export: &Export) -> Self {
        let Progress { messages, sends_passed, sends_found } = export.progress;
        Self {
            school: export.school,
            format: export.format.as_str().to_owned(),
            language: export.language.tag().to_owned(),
            asked_by: export.asked_by.clone(),
            asked_at: export.asked_at,
            filter: export.filter.encode(),
            stage: export.stage.as_str().to_owned(),
            messages,
            sends_passed,
            sends_found,
            noted_at: export.noted_at,
            ttl: later(export.expires_at(), KEPT).as_second(),
        }
    }
}

impl ExportRow {
    fn export(self, id: ExportId) -> Result<Export, StoreError> {
        Ok(Export {
            id,
            school: self.school,
            format: Format::parse(&self.format).map_err(|_| WHAT)?,
            language: Language::from_tag(&self.language).ok_or(WHAT)?,
            asked_by: self.asked_by,
            asked_at: self.asked_at,
            filter: SealedFilter::decode(&self.filter).map_err(|_| WHAT)?,
            stage: Stage::parse(&self.stage).ok_or(WHAT)?,
            progress: Progress {
                messages: self.messages,
                sends_passed: self.sends_passed,
                sends_found: self.sends_found,
            },
            noted_at: self.noted_at,
        })
    }
}
