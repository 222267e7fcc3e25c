//! The sends that a span of time may concern.

use std::ops::Range;

use jiff::{SignedDuration, Timestamp};

use crate::{id::SendId, sending::Timing, span::Span};

/// How long after its acceptance a send may be due: as far ahead as it may be planned, and the end of quiet
/// hours after that.
const LONGEST_WAIT: SignedDuration = Timing::FARTHEST.saturating_add(SignedDuration::from_hours(48));

/// The sends that may be due in a span. None is accepted after its hour.
pub fn sends_due_in(span: &Span) -> Range<SendId> {
    // A span may begin with the calendar, and no send is older than 1970.
    let earliest = span.from.max(Timestamp::UNIX_EPOCH + LONGEST_WAIT) - LONGEST_WAIT;
    SendId::first_of(earliest)..SendId::first_of(span.until)
}
