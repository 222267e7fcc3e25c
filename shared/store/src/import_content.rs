//! What an import keeps for a week: what its files say, its report, and its writes. Packed with LZ4, in parts.

use aws_sdk_dynamodb::{primitives::Blob, types::AttributeValue};
use jiff::SignedDuration;
use serde::{Deserialize, Serialize};

use super::{
    StoreError, Table,
    attributes::{number, text},
    keys::{self, Item, Key},
    person_rows::PersonRow,
};
use domain::{
    clock::later,
    directory::{Change, Person},
    id::{ImportId, SchoolId},
    import::Import,
};

/// A content of an import.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ImportContent {
    /// What the files say.
    Upload,
    /// What the import does, person by person.
    Report,
    /// The writes of applying it.
    Changes,
    /// The writes of undoing it.
    Undo,
}

impl ImportContent {
    const ALL: [Self; 4] = [Self::Upload, Self::Report, Self::Changes, Self::Undo];

    const fn prefix(self) -> &'static str {
        match self {
            Self::Upload => "UPLOAD#",
            Self::Report => "REPORT#",
            Self::Changes => "CHANGES#",
            Self::Undo => "UNDO#",
        }
    }
}

/// A content outlives its import: the writes of one that was applied in the last minute take some.
const MARGIN: SignedDuration = SignedDuration::from_hours(24);
/// An item is limited to 400 KB.
const PART_BYTES: usize = 350_000;
/// The most bytes of a content: a file of 4.4 MB unpacks to at most 64 MB, and what is kept of it is less.
const MAX_UNPACKED: usize = 256 << 20;
const BYTES: &str = "b";
/// The number of parts, on each: a content without all of them is not read.
const PARTS: &str = "parts";

#[derive(Serialize, Deserialize)]
enum ChangeRow {
    #[serde(rename = "c")]
    Create(PersonRow),
    #[serde(rename = "u")]
    Update(Box<PersonRow>, Box<PersonRow>),
    #[serde(rename = "d")]
    Delete(PersonRow),
}

impl Table {
    /// Stores a new import with what its files say.
    pub async fn upload_import(&self, import: &Import, upload: &impl Serialize) -> Result<(), StoreError> {
        // The head first: an erasure finds contents by their heads.
        self.put_import(import).await?;
        self.put_import_content(import, ImportContent::Upload, upload).await
    }

    /// Stores a content of an import, over an earlier one.
    pub async fn put_import_content(
        &self,
        import: &Import,
        content: ImportContent,
        value: &impl Serialize,
    ) -> Result<(), StoreError> {
        let bytes = serde_json::to_vec(value).map_err(|error| StoreError::Refused(Box::new(error)))?;
        let packed = lz4_flex::compress_prepend_size(&bytes);
        let parts: Vec<&[u8]> = packed.chunks(PART_BYTES).collect();
        let ttl = number(later(import.expires_at(), MARGIN).as_second());
        let items = parts.iter().enumerate().map(|(place, part)| {
            let mut item = keys::import_part(import.school, import.id, content.prefix(), place).attributes();
            item.insert(BYTES.to_owned(), AttributeValue::B(Blob::new(*part)));
            item.insert(PARTS.to_owned(), number(parts.len()));
            item.insert("ttl".to_owned(), ttl.clone());
            item
        });
        for item in items {
            // One by one: a batch is limited to 16 MB, and a part may be throttled.
            self.put(item).await?;
        }
        Ok(())
    }

    /// Returns a content of an import. None if it is gone, as after the erasure of a person.
    pub async fn import_content<Content: for<'de> Deserialize<'de>>(
        &self,
        school: SchoolId,
        import: ImportId,
        content: ImportContent,
    ) -> Result<Option<Content>, StoreError> {
        const WHAT: StoreError = StoreError::Unreadable("import");
        let items = self.all(keys::import_partition(school, import), content.prefix()).await?;
        let Some(first) = items.first() else { return Ok(None) };
        let parts: usize = part_count(first).ok_or(WHAT)?;
        let mut packed = Vec::new();
        // An earlier content may have had more parts.
        for item in items.get(..parts).ok_or(WHAT)? {
            let part = item.get(BYTES).and_then(|value| value.as_b().ok()).ok_or(WHAT)?;
            packed.extend_from_slice(part.as_ref());
        }
        let (size, _) = lz4_flex::block::uncompressed_size(&packed).map_err(|_| WHAT)?;
        if size > MAX_UNPACKED {
            return Err(WHAT);
        }
        let bytes = lz4_flex::decompress_size_prepended(&packed).map_err(|_| WHAT)?;
        serde_json::from_slice(&bytes).map(Some).map_err(|_| WHAT)
    }

    /// Stores the writes of an import.
    pub async fn put_import_changes(
        &self,
        import: &Import,
        content: ImportContent,
        changes: Vec<Change>,
    ) -> Result<(), StoreError> {
        let rows: Vec<ChangeRow> = changes.into_iter().map(ChangeRow::from).collect();
        self.put_import_content(import, content, &rows).await
    }

    /// Returns the writes of an import.
    pub async fn import_changes(
        &self,
        school: SchoolId,
        import: ImportId,
        content: ImportContent,
    ) -> Result<Option<Vec<Change>>, StoreError> {
        let rows: Option<Vec<ChangeRow>> = self.import_content(school, import, content).await?;
        Ok(rows.map(|rows| rows.into_iter().map(Change::from).collect()))
    }

    /// Deletes what the imports of a school keep, as an erased person may be in it. Those whose writes run are left for
    /// later. Returns whether there was anything, or is something left.
    pub async fn discard_imports(&self, school: SchoolId) -> Result<bool, StoreError> {
        let mut found = false;
        for import in self.imports(school).await? {
            // Marked first: an import whose content is about to be deleted is not committed any more.
            if import.stage.completed().is_some() || !self.mark_discarded(&import).await? {
                found = true;
                continue;
            }
            for content in ImportContent::ALL {
                let partition = keys::import_partition(school, import.id);
                for item in self.all(partition.clone(), content.prefix()).await? {
                    found = true;
                    self.delete(Key { pk: partition.clone(), sk: text(&item, "sk")?.to_owned() }).await?;
                }
            }
        }
        Ok(found)
    }
}

fn part_count(item: &Item) -> Option<usize> {
    item.get(PARTS)?.as_n().ok()?.parse().ok()
}

impl From<Change> for ChangeRow {
    fn from(change: Change) -> Self {
        match change {
            Change::Create(person) => Self::Create(person.into()),
            Change::Update { before, after } => {
                Self::Update(Box::new((*before).into()), Box::new((*after).into()))
            }
            Change::Delete(person) => Self::Delete(person.into()),
        }
    }
}

impl From<ChangeRow> for Change {
    fn from(row: ChangeRow) -> Self {
        match row {
            ChangeRow::Create(person) => Self::Create(person.into()),
            ChangeRow::Update(before, after) => Self::update(Person::from(*before), Person::from(*after)),
            ChangeRow::Delete(person) => Self::Delete(person.into()),
        }
    }
}
