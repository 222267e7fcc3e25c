//! Status queries at Twilio: its list of messages to a number.

use form_urlencoded::Serializer;
use jiff::{SignedDuration, Timestamp, fmt::rfc2822::DateTimeParser, tz::TimeZone};
use serde::Deserialize;

use super::Twilio;
use crate::{Found, Question, Sms};
use domain::clock::earlier;

/// Tolerated lag of Twilio's clock.
const CLOCKS_DIFFER_BY: SignedDuration = SignedDuration::from_mins(1);
/// Beyond any clock difference: a message listed since then may be ours.
const CERTAINLY_BEFORE: SignedDuration = SignedDuration::from_mins(10);
/// Twenty texts of 1,600 characters fit into a response with any escaping.
const PAGE_SIZE: &str = "20";

/// A page of the list, newest first.
#[derive(Deserialize)]
struct Page {
    messages: Vec<Listed>,
    next_page_uri: Option<String>,
}

/// A message of the list.
#[derive(Deserialize)]
struct Listed {
    to: Option<String>,
    body: Option<String>,
    date_created: Option<String>,
}

impl Listed {
    /// When Twilio accepted it. An unparsable timestamp proves nothing.
    fn created(&self) -> Option<Timestamp> {
        const RFC_2822: DateTimeParser = DateTimeParser::new();
        RFC_2822.parse_timestamp(self.date_created.as_deref()?).ok()
    }

    fn is(&self, sms: &Sms<'_>) -> bool {
        self.to.as_deref() == Some(&sms.to.e164()) && self.body.as_deref() == Some(sms.text)
    }
}

impl Page {
    fn holds(&self, sms: &Sms<'_>, since: Timestamp) -> bool {
        self.messages
            .iter()
            .any(|listed| listed.is(sms) && listed.created().is_some_and(|created| created >= since))
    }

    /// Whether a listed message may be ours in another form: Twilio may have replaced characters of the
    /// text, or redacted it, and clocks differ.
    fn may_hold(&self, sms: &Sms<'_>, since: Timestamp) -> bool {
        self.messages.iter().any(|listed| {
            let is_to_it = listed.to.as_deref().is_none_or(|to| to == sms.to.e164());
            is_to_it && listed.created().is_none_or(|created| created >= since)
        })
    }

    /// Whether this page is complete back to `since`.
    fn reaches_back_to(&self, since: Timestamp) -> bool {
        self.next_page_uri.is_none()
            || self.messages.iter().any(|listed| listed.created().is_some_and(|created| created < since))
    }
}

impl Twilio {
    /// Searches Twilio's list for a message; `None` without an answer. The list by day omits unsent
    /// messages, so only the complete list proves that a message never arrived.
    pub(super) async fn look_for(&self, question: &Question<'_>) -> Option<Found> {
        let since = earlier(question.tried_at, CLOCKS_DIFFER_BY);
        let of_the_day = self.page(&question.sms, Some(since)).await?;
        if of_the_day.holds(&question.sms, since) {
            return Some(Found::Accepted);
        }
        if !question.is_last || of_the_day.next_page_uri.is_some() {
            return Some(Found::Nothing);
        }
        let of_all_days = self.page(&question.sms, None).await?;
        let before = earlier(question.tried_at, CERTAINLY_BEFORE);
        let may_be_there =
            [&of_the_day, &of_all_days].iter().any(|page| page.may_hold(&question.sms, before));
        Some(if of_all_days.holds(&question.sms, since) {
            Found::Accepted
        } else if !may_be_there && of_all_days.reaches_back_to(before) {
            Found::NeverReceived
        } else {
            Found::Nothing
        })
    }

    async fn page(&self, sms: &Sms<'_>, since: Option<Timestamp>) -> Option<Page> {
        let url = format!("{}?{}", self.messages_url(), query(sms, since));
        let answered = self.ask("GET", &url, "").await.ok()?;
        if answered.status == 200 { answered.read() } else { None }
    }
}

fn query(sms: &Sms<'_>, since: Option<Timestamp>) -> String {
    let mut query = Serializer::new(String::new());
    query.append_pair("To", &sms.to.e164()).append_pair("PageSize", PAGE_SIZE);
    if let Some(since) = since {
        // Twilio's format is `DateSent>=2026-11-24`, a UTC day.
        query.append_pair("DateSent>", &since.to_zoned(TimeZone::UTC).date().to_string());
    }
    query.finish()
}
