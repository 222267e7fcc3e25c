//! The sends that may be due in a time span.

use std::ops::Range;

use jiff::{SignedDuration, Timestamp};

use crate::{id::SendId, sending::Timing, span::Span};

/// Maximum delay from acceptance to due time: the planning limit, plus quiet hours.
const LONGEST_WAIT: SignedDuration = Timing::FARTHEST.saturating_add(SignedDuration::from_hours(48));

/// Returns the sends that may be due in a span. None is accepted after its due time.
pub fn sends_due_in(span: &Span) -> Range<SendId> {
    let earliest = span.from.saturating_sub(LONGEST_WAIT).unwrap_or(Timestamp::UNIX_EPOCH);
    SendId::first_of(earliest.max(Timestamp::UNIX_EPOCH))..SendId::first_of(span.until)
}
