//! Download links: an unguessable token that is stored nowhere.
//!
//! The token is the encryption key of the filter. Another token cannot open it, and the table reveals
//! neither the token nor the people in the filter: an erased person leaves no trace there.

use std::fmt;

use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use jiff::Timestamp;
use ring::aead::{Aad, CHACHA20_POLY1305, LessSafeKey, Nonce, UnboundKey};
use serde::{Deserialize, Serialize};

use crate::{
    delivery::MessageState,
    id::{PersonId, SendId, TemplateId},
    line::Line,
    sent_log::{Filter, NumberPart},
    span::Span,
    template::Context,
};

/// 256 random bits from the system. Never printed.
pub struct LinkToken([u8; 32]);

/// A filter encrypted with its link's token.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SealedFilter(Vec<u8>);

/// Not a token.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a link token")]
pub struct NotAToken;

impl LinkToken {
    /// Generates a token.
    pub fn generate() -> Self {
        let mut bytes = [0; 32];
        getrandom::fill(&mut bytes).expect("the system random source is available");
        Self(bytes)
    }

    /// Parses the token of a link.
    pub fn parse(text: &str) -> Result<Self, NotAToken> {
        let bytes = BASE64_URL_SAFE_NO_PAD.decode(text).map_err(|_| NotAToken)?;
        bytes.try_into().map(Self).map_err(|_| NotAToken)
    }

    /// Returns the token for use in a link.
    pub fn reveal(&self) -> String {
        BASE64_URL_SAFE_NO_PAD.encode(self.0)
    }

    /// Encrypts a filter. Call once per token: no two filters may share a key.
    pub fn seal(&self, filter: &Filter) -> SealedFilter {
        let mut bytes = serde_json::to_vec(&FilterParts::from(filter)).expect("a filter is plain fields");
        let sealed = self.key().seal_in_place_append_tag(only_nonce(), Aad::empty(), &mut bytes);
        sealed.expect("a filter is short");
        SealedFilter(bytes)
    }

    /// Decrypts a filter; `None` for another token. Constant time with respect to the key.
    pub fn open(&self, filter: &SealedFilter) -> Option<Filter> {
        let mut bytes = filter.0.clone();
        let opened = self.key().open_in_place(only_nonce(), Aad::empty(), &mut bytes).ok()?;
        serde_json::from_slice::<FilterParts>(opened).ok()?.filter()
    }

    fn key(&self) -> LessSafeKey {
        LessSafeKey::new(UnboundKey::new(&CHACHA20_POLY1305, &self.0).expect("a key of 256 bits"))
    }
}

/// Each key is used once, so a constant nonce is safe.
fn only_nonce() -> Nonce {
    Nonce::assume_unique_for_key([0; 12])
}

impl fmt::Debug for LinkToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("LinkToken")
    }
}

impl SealedFilter {
    /// Encodes for storage.
    pub fn encode(&self) -> String {
        BASE64_URL_SAFE_NO_PAD.encode(&self.0)
    }

    /// Decodes the stored form.
    pub fn decode(text: &str) -> Result<Self, NotAToken> {
        BASE64_URL_SAFE_NO_PAD.decode(text).map(Self).map_err(|_| NotAToken)
    }
}

/// A filter's plain fields.
#[derive(Default, Serialize, Deserialize)]
#[serde(default)]
struct FilterParts {
    span: Option<(Timestamp, Timestamp)>,
    state: Option<String>,
    person: Option<PersonId>,
    number: Option<String>,
    template: Option<TemplateId>,
    context: Option<Context>,
    send: Option<SendId>,
    sender: Option<Line<128>>,
}

impl From<&Filter> for FilterParts {
    fn from(filter: &Filter) -> Self {
        let Filter { span, state, person, number, template, context, send, sender } = filter.clone();
        Self {
            span: span.map(|Span { from, until }| (from, until)),
            state: state.map(str::to_owned),
            person,
            number: number.map(|part| part.as_text()),
            template,
            context,
            send,
            sender,
        }
    }
}

impl FilterParts {
    fn filter(self) -> Option<Filter> {
        let known =
            |name: &String| MessageState::NAMES.into_iter().find(|known| known == name).ok_or(NotAToken);
        Some(Filter {
            span: self.span.map(|(from, until)| Span { from, until }),
            state: self.state.as_ref().map(known).transpose().ok()?,
            person: self.person,
            number: self.number.as_deref().map(NumberPart::parse).transpose().ok()?,
            template: self.template,
            context: self.context,
            send: self.send,
            sender: self.sender,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn filter() -> Filter {
        Filter {
            span: Some(Span { from: Timestamp::UNIX_EPOCH, until: Timestamp::MAX }),
            state: Some("failed"),
            person: Some(PersonId::from_bytes([7; 16])),
            number: NumberPart::parse("06 12 34 56 78").ok(),
            template: Some(TemplateId::from_bytes([1; 16])),
            context: Some(Context::Absence),
            send: Some(SendId::from_bytes([2; 16])),
            sender: Line::parse("claire").ok(),
        }
    }

    #[test]
    fn a_filter_opens_to_its_own_token_only_and_shows_nothing_before() {
        let token = LinkToken::generate();
        for filter in
            [Filter::default(), filter(), Filter { number: NumberPart::parse("12").ok(), ..filter() }]
        {
            let sealed = LinkToken::parse(&token.reveal()).unwrap().seal(&filter);
            let kept = SealedFilter::decode(&sealed.encode()).unwrap();
            let opened = token.open(&kept).unwrap();
            let text = |filter: &Filter| filter.number.as_ref().map(NumberPart::as_text);
            assert_eq!(text(&opened), text(&filter));
            assert_eq!(Filter { number: None, ..opened }, Filter { number: None, ..filter });
            assert_eq!(LinkToken::generate().open(&kept), None);
            assert!(!String::from_utf8_lossy(&kept.0).contains("33612345678"));
        }
        let mut changed = token.seal(&filter());
        changed.0[0] ^= 1;
        assert_eq!(token.open(&changed), None);
    }

    #[test]
    fn whatever_is_no_token_is_refused() {
        let token = LinkToken::generate();
        assert_eq!(token.reveal().len(), 43);
        assert_eq!(format!("{token:?}"), "LinkToken");
        for text in ["", "a", "é", &token.reveal()[1..], &format!("{}A", token.reveal())] {
            assert!(LinkToken::parse(text).is_err(), "{text}");
        }
        assert!(SealedFilter::decode("").is_ok_and(|nothing| token.open(&nothing).is_none()));
    }
}
