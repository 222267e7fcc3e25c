//! The sends that may be due in a time span.

use std::ops::Range;

use jiff::{SignedDuration, Timestamp};

use crate::{id::SendId, sending::Timing, span::Span};

/// Maximum delay from acceptance to due time: the planning limit, plus quiet hours.
const LONGEST_WAIT: SignedDuration = Timing::FARTHEST.saturating_add(SignedDuration::from_hours(48));

/// Returns the sends that may be due in a span. None is accepted after its due time.
pub fn sends_due_in(span: &Span) -> Range<SendId> {
    // A span may begin with the calendar, and no send is older than 1970.
    let earliest = span.from.max(Timestamp::UNIX_EPOCH + LONGEST_WAIT) - LONGEST_WAIT;
    SendId::first_of(earliest)..SendId::first_of(span.until)
}
