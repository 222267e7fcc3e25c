//! Status queries at OVHcloud: its list of sent texts, and one text's status.

use std::{collections::BTreeSet, fmt};

use form_urlencoded::Serializer;
use jiff::{SignedDuration, Timestamp};
use serde::Deserialize;

use super::verdicts::RECEIPTS;
use super::{
    Ovh,
    job::{digits, is_number, tag},
};
use crate::{Found, Question, Sms, undocumented, verdict::receipt_of};
use domain::{
    clock::earlier,
    delivery::{CarrierName, NotAReport, ParcelTag, Receipt},
    phone::PhoneNumber,
};

/// Tolerated clock difference, since the clock of its timestamps is unknown.
const CLOCKS_DIFFER_BY: SignedDuration = SignedDuration::from_mins(10);
/// Texts examined per phone: more than one receives within the minutes after a submission.
const LOOKED_AT: usize = 20;

/// A text in OVHcloud's list.
#[derive(Deserialize)]
struct Outgoing {
    id: u64,
    receiver: String,
    message: String,
    #[serde(default)]
    tag: String,
    ptt: i64,
}

/// OVHcloud's status callback. Unsigned: only its id is read, and OVHcloud is queried.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OvhCallback {
    /// OVHcloud's id of the text.
    pub id: u64,
}

impl OvhCallback {
    /// Parses the callback's query string.
    pub fn parse(query: &str) -> Result<Self, NotAReport> {
        let id = form_urlencoded::parse(query.as_bytes()).find(|(name, _)| name == "id");
        let (_, id) = id.ok_or(NotAReport::OffTheContract)?;
        Ok(Self { id: id.parse().map_err(|_| NotAReport::OffTheContract)? })
    }
}

/// A status confirmed by OVHcloud. Prints without number and text.
#[derive(Clone, PartialEq, Eq)]
pub struct OvhReceipt {
    /// The parcel of the text.
    pub tag: ParcelTag,
    /// The index in the parcel of the first text of its job, which may have several recipients.
    pub first_index: u8,
    /// The phone's digits in international format, without `+` or `00`.
    pub receiver: String,
    pub text: String,
    pub receipt: Receipt,
}

impl OvhReceipt {
    /// Whether it concerns a text to this phone.
    pub fn is_to(&self, number: PhoneNumber) -> bool {
        is_number(&self.receiver, number)
    }

    /// Whether it concerns this text to this phone.
    pub fn is_for(&self, number: PhoneNumber, text: &str) -> bool {
        is_number(&self.receiver, number) && self.text == text
    }
}

impl fmt::Debug for OvhReceipt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("OvhReceipt")
            .field("tag", &self.tag)
            .field("first_index", &self.first_index)
            .field("receipt", &self.receipt)
            .finish_non_exhaustive()
    }
}

/// OVHcloud did not confirm a text's status; retry later.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("OVHcloud did not confirm the status of a text")]
pub struct Unconfirmed;

/// The result of searching the texts of a phone.
enum Seen {
    Ours,
    /// Another text of the same parcel to this phone, or ours in an unknown number format.
    Sibling,
    Nothing,
}

impl Ovh {
    /// Queries a text's status with a signed call. `None` for foreign texts and for states without
    /// information.
    pub async fn confirm(&self, id: u64) -> Result<Option<OvhReceipt>, Unconfirmed> {
        let answered = self.api.get(&self.path(&format!("/outgoing/{id}"))).await.map_err(|_| Unconfirmed)?;
        let outgoing: Outgoing = match answered.status {
            200 => answered.read().ok_or(Unconfirmed)?,
            404 if answered.body.is_some() => return Ok(None),
            _ => return Err(Unconfirmed),
        };
        let Ok((tag, first_index)) = ParcelTag::parse_message(&outgoing.tag) else {
            undocumented::note_unknown_reference(CarrierName::Ovh);
            return Ok(None);
        };
        let told =
            receipt_of(CarrierName::Ovh, RECEIPTS, &outgoing.ptt.to_string()).and_then(|told| told.receipt);
        Ok(told.filter(|_| outgoing.id == id).map(|receipt| OvhReceipt {
            tag,
            first_index,
            receiver: digits(&outgoing.receiver),
            text: outgoing.message,
            receipt,
        }))
    }

    /// Searches OVHcloud's list for a message; `None` without an answer.
    pub(super) async fn look_for(&self, question: &Question<'_>) -> Option<Found> {
        let since = earlier(question.tried_at, CLOCKS_DIFFER_BY);
        let number = question.sms.to.e164();
        let (mut has_sibling, mut looked_at) = (false, BTreeSet::new());
        for spelling in [number.clone(), number.replacen('+', "00", 1)] {
            for id in self.list(&spelling, since).await? {
                if looked_at.len() == LOOKED_AT {
                    return Some(Found::Nothing);
                }
                if !looked_at.insert(id) {
                    continue;
                }
                match self.look_at(id, &question.sms).await? {
                    Seen::Ours => return Some(Found::Accepted),
                    Seen::Sibling => has_sibling = true,
                    Seen::Nothing => {}
                }
            }
        }
        let never_came = question.is_last && !has_sibling && self.nothing_is_pending().await?;
        Some(if never_came { Found::NeverReceived } else { Found::Nothing })
    }

    async fn list(&self, receiver: &str, since: Timestamp) -> Option<Vec<u64>> {
        let query = Serializer::new(String::new())
            .append_pair("receiver", receiver)
            .append_pair("creationDatetime.from", &since.strftime("%Y-%m-%dT%H:%M:%SZ").to_string())
            .finish();
        self.read(&format!("/outgoing?{query}")).await
    }

    async fn look_at(&self, id: u64, sms: &Sms<'_>) -> Option<Seen> {
        let outgoing: Outgoing = self.read(&format!("/outgoing/{id}")).await?;
        let parcel = ParcelTag::parse_message(&outgoing.tag).map(|(parcel, _)| parcel);
        let is_of_ours = parcel == Ok(tag(sms)) && is_number(&outgoing.receiver, sms.to);
        Some(match is_of_ours {
            true if outgoing.message == sms.text => Seen::Ours,
            true => Seen::Sibling,
            false => Seen::Nothing,
        })
    }

    /// Pending texts are not in the list yet.
    async fn nothing_is_pending(&self) -> Option<bool> {
        self.read::<Vec<u64>>("/jobs").await.map(|pending| pending.is_empty())
    }

    async fn read<T: serde::de::DeserializeOwned>(&self, path: &str) -> Option<T> {
        let answered = self.api.get(&self.path(path)).await.ok()?;
        if answered.status == 200 { answered.read() } else { None }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_number_of_a_callback_is_read() {
        let query = "id=42&ptt=4&date=20261124100000&description=delivered&descriptionDlr=x";
        assert_eq!(OvhCallback::parse(query), Ok(OvhCallback { id: 42 }));
        for query in ["", "ptt=4", "id=", "id=x", "id=-1", "id=42%2F..", "id=18446744073709551616"] {
            assert_eq!(OvhCallback::parse(query), Err(NotAReport::OffTheContract), "{query}");
        }
    }

    #[test]
    fn a_receipt_prints_neither_number_nor_text() {
        let tag = ParcelTag::parse_message("AAAAAAAAAAAAAAAA07").unwrap().0;
        let (receiver, text) = ("33639981234".to_owned(), "Bonjour".to_owned());
        let receipt = OvhReceipt { tag, first_index: 7, receiver, text, receipt: Receipt::Delivered };
        let printed = format!("{receipt:?}");
        assert!(!printed.contains("33639981234") && !printed.contains("Bonjour"));
    }
}
