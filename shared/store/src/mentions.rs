//! The people mentioned in a school's sends, one item per send.

use std::ops::Range;

use aws_sdk_dynamodb::{primitives::Blob, types::AttributeValue};

use super::{
    Consistency, ParcelsOf, StoreError, Table,
    attributes::text,
    keys::{self, Item},
};
use domain::{
    id::{SchoolId, SendId},
    sent_log::Mentions,
};

/// The attribute of the encoded mentions.
const MARKS: &str = "marks";

/// The mentions of a page of sends, newest first, and the cursor of the next page.
pub type MentionsPage = (Vec<(SendId, Mentions)>, Option<SendId>);

impl Table {
    /// Reads the mentions in a span of sends, newest first; a page is a megabyte, about 1,500 sends of
    /// 100 messages. Eventually consistent.
    pub async fn mentions(&self, school: SchoolId, sends: Range<SendId>) -> Result<MentionsPage, StoreError> {
        let span = sends.start.to_string()..sends.end.to_string();
        let (items, next) =
            self.span(keys::mentions_partition(school), span, None, Consistency::Eventual).await?;
        let mentions = items.iter().map(mentions).collect::<Result<Vec<_>, _>>()?;
        let next =
            next.map(|key| key.sk.parse()).transpose().map_err(|_| StoreError::Unreadable("mentions"))?;
        Ok((mentions, next))
    }
}

fn mentions(item: &Item) -> Result<(SendId, Mentions), StoreError> {
    const WHAT: StoreError = StoreError::Unreadable("mentions");
    let send = text(item, "sk")?.parse().map_err(|_| WHAT)?;
    let marks = item.get(MARKS).and_then(|value| value.as_b().ok()).ok_or(WHAT)?;
    Ok((send, Mentions::decode(marks.as_ref()).map_err(|_| WHAT)?))
}

pub(super) fn mentions_item(of: ParcelsOf, mentions: &Mentions) -> Item {
    let mut item = keys::mentions(of.school, of.send).attributes();
    item.insert(MARKS.to_owned(), AttributeValue::B(Blob::new(mentions.encode())));
    item
}
