//! The accepted messages at Twilio, and their statuses.

use std::sync::{Mutex, MutexGuard, PoisonError};

use domain::text::MeasuredText;
use jiff::{Timestamp, civil::Date, tz::TimeZone};
use serde_json::{Value, json};

use super::twilio_refusal::Refusal;
use crate::carriers::form;

/// The status of a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::carriers) enum Status {
    Accepted,
    Queued,
    Sent,
    Delivered,
    Undelivered,
}

impl Status {
    pub const fn name(self) -> &'static str {
        match self {
            Self::Accepted => "accepted",
            Self::Queued => "queued",
            Self::Sent => "sent",
            Self::Delivered => "delivered",
            Self::Undelivered => "undelivered",
        }
    }

    /// 30003, "unreachable destination handset", for undelivered texts.
    pub fn error(self) -> Option<(u32, &'static str)> {
        (self == Self::Undelivered).then_some((30003, "Unreachable destination handset"))
    }
}

#[derive(Clone, Debug)]
pub(in crate::carriers) struct Message {
    pub sid: String,
    pub to: String,
    pub from: String,
    pub body: String,
    pub service: Option<String>,
    pub callback: Option<String>,
    pub created: Timestamp,
    pub updated: Timestamp,
    pub status: Status,
}

impl Message {
    /// The message as a resource of the API.
    pub fn resource(&self, account: &str) -> Value {
        let sid = &self.sid;
        let base = format!("/2010-04-01/Accounts/{account}/Messages/{sid}");
        let error = self.status.error();
        json!({
            "account_sid": account,
            "api_version": "2010-04-01",
            "body": self.body,
            "date_created": rfc_2822(self.created),
            "date_sent": rfc_2822(self.created),
            "date_updated": rfc_2822(self.updated),
            "direction": "outbound-api",
            "error_code": error.map(|(code, _)| code),
            "error_message": error.map(|(_, message)| message),
            "from": self.from,
            "messaging_service_sid": self.service,
            "num_media": "0",
            "num_segments": MeasuredText::of(&self.body).segments.get().to_string(),
            "price": null,
            "price_unit": "USD",
            "sid": sid,
            "status": self.status.name(),
            "subresource_uris": { "media": format!("{base}/Media.json") },
            "to": self.to,
            "uri": format!("{base}.json"),
        })
    }
}

fn rfc_2822(instant: Timestamp) -> String {
    instant.strftime("%a, %d %b %Y %H:%M:%S +0000").to_string()
}

/// All messages, oldest first.
#[derive(Default)]
pub(in crate::carriers) struct Messages(Mutex<Vec<Message>>);

impl Messages {
    fn all(&self) -> MutexGuard<'_, Vec<Message>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(in crate::carriers) fn add(&self, message: Message) {
        self.all().push(message);
    }

    /// Updates a message, and returns it.
    pub(in crate::carriers) fn update(&self, sid: &str, status: Status, at: Timestamp) -> Option<Message> {
        let mut all = self.all();
        // Receipts concern the latest messages.
        let message = all.iter_mut().rev().find(|message| message.sid == sid)?;
        (message.status, message.updated) = (status, at);
        Some(message.clone())
    }

    pub(in crate::carriers) fn get(&self, sid: &str) -> Option<Message> {
        self.all().iter().rev().find(|message| message.sid == sid).cloned()
    }

    /// A page of the messages that match a query, newest first.
    pub(in crate::carriers) fn list(&self, account: &str, query: &str) -> Result<Value, Refusal> {
        let wanted = Wanted::read(query)?;
        let (first, uri) =
            (wanted.page * wanted.page_size, format!("/2010-04-01/Accounts/{account}/Messages.json"));
        let mut found: Vec<_> = self
            .all()
            .iter()
            .rev()
            .filter(|message| wanted.holds(message))
            .skip(first)
            .take(wanted.page_size + 1)
            .map(|message| message.resource(account))
            .collect();
        let is_last = found.len() <= wanted.page_size;
        found.truncate(wanted.page_size);
        let page_uri = |page: usize| format!("{uri}?{}", wanted.query_of(page));
        Ok(json!({
            "end": (first + found.len()).saturating_sub(1),
            "first_page_uri": page_uri(0),
            "next_page_uri": (!is_last).then(|| page_uri(wanted.page + 1)),
            "page": wanted.page,
            "page_size": wanted.page_size,
            "previous_page_uri": wanted.page.checked_sub(1).map(page_uri),
            "start": first,
            "uri": page_uri(wanted.page),
            "messages": found,
        }))
    }
}

/// The filters of a query.
#[derive(Default)]
struct Wanted {
    to: Option<String>,
    from: Option<String>,
    sent_from: Option<Timestamp>,
    sent_until: Option<Timestamp>,
    page: usize,
    page_size: usize,
    /// The query without its page.
    filters: Vec<(String, String)>,
}

impl Wanted {
    fn read(query: &str) -> Result<Self, Refusal> {
        let mut wanted = Self { page_size: 50, ..Self::default() };
        for (name, value) in form::read(query.as_bytes()).ok_or(Refusal::PARAMETERS)? {
            let number = || value.parse::<usize>().map_err(|_| Refusal::PARAMETERS);
            match name.as_str() {
                "To" => wanted.to = Some(value.clone()),
                "From" => wanted.from = Some(value.clone()),
                "DateSent>" => wanted.sent_from = Some(instant(&value)?),
                "DateSent<" => wanted.sent_until = Some(instant(&value)?),
                "Page" => wanted.page = number()?,
                "PageSize" => wanted.page_size = number()?.clamp(1, 1000),
                _ => return Err(Refusal::PARAMETERS),
            }
            if name != "Page" {
                wanted.filters.push((name, value));
            }
        }
        Ok(wanted)
    }

    fn holds(&self, message: &Message) -> bool {
        self.to.as_ref().is_none_or(|to| *to == message.to)
            && self.from.as_ref().is_none_or(|from| *from == message.from)
            && self.sent_from.is_none_or(|from| message.created >= from)
            && self.sent_until.is_none_or(|until| message.created <= until)
    }

    fn query_of(&self, page: usize) -> String {
        let filters = self.filters.iter().map(|(name, value)| (name.as_str(), value.clone()));
        form::write(&filters.chain([("Page", page.to_string())]).collect::<Vec<_>>())
    }
}

/// A day in GMT, or an instant.
fn instant(text: &str) -> Result<Timestamp, Refusal> {
    let day = || text.parse::<Date>().ok()?.to_zoned(TimeZone::UTC).ok().map(|start| start.timestamp());
    text.parse().ok().or_else(day).ok_or(Refusal::PARAMETERS)
}
