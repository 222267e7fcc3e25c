//! A school's past: earlier sends in the service's own form, with the outcome of each message.

use api::Role;
use domain::{
    audience::Audience,
    audit::{Act, Entry},
    budget::Month,
    delivery::{Cancellation, CarrierName, Claimed, FailureReason, Outcome, Progress, Receipt, Worker},
    id::{ParcelId, ParcelNumber, SchoolId, SendId, WorkerId},
    line::Line,
    pricing::RateCard,
    sending::{
        Appointment, Avoided, IdempotencyKey, Origin, PARCEL_SIZE, Parcel, PlannedMessage, RequestDigest,
        Send, Totals, Wait,
    },
    template::Context,
};
use jiff::{SignedDuration, Timestamp};
use store::{Acceptance, Attempt, Consistency, ParcelsOf, StoreError, Table};
use telemetry::Counts;

/// The outcome of a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Became {
    /// Untouched.
    Waiting,
    /// Cancelled.
    CalledBack,
    /// The carrier's answer.
    Answered(Outcome),
    /// Accepted, with a receipt.
    Told(Receipt),
}

impl Became {
    /// One of each kind.
    pub const KINDS: [Self; 8] = [
        Self::Waiting,
        Self::CalledBack,
        Self::Answered(Outcome::Accepted),
        Self::Answered(Outcome::Refused(FailureReason::InvalidNumber)),
        Self::Answered(Outcome::Unknown),
        Self::Told(Receipt::Delivered),
        Self::Told(Receipt::Failed(FailureReason::Undelivered)),
        Self::Told(Receipt::OnItsWay),
    ];
}

/// An earlier send of information, with these messages.
pub fn past_send(accepted_at: Timestamp, due_at: Timestamp, messages: &[PlannedMessage]) -> Send {
    Send {
        id: SendId::generate(accepted_at),
        origin: Origin::Text,
        audience: Audience::Guardians,
        context: Context::Information,
        accepted_at,
        accepted_by: Line::parse("test").expect("a line"),
        due_at,
        wait: (due_at > accepted_at).then_some(Wait::Planned),
        urgent: false,
        expires_at: due_at.saturating_add(Send::LIFETIME).unwrap_or(Timestamp::MAX),
        parcels: u16::try_from(messages.len().div_ceil(PARCEL_SIZE)).expect("few parcels"),
        totals: Totals::of(messages.iter()),
        dropped: 0,
        avoided: Avoided::default(),
        rate_card: RateCard::current(accepted_at).version(),
        resent_as: None,
        tally: None,
    }
}

/// Writes a send with its messages and their outcomes.
pub async fn write_past(
    table: &Table,
    school: SchoolId,
    month: Month,
    send: &Send,
    messages: Vec<(PlannedMessage, Became)>,
) {
    let (messages, became): (Vec<_>, Vec<_>) = messages.into_iter().unzip();
    accept_past(table, school, month, send, messages).await;
    for (number, became) in (0..).map(ParcelNumber).zip(became.chunks(PARCEL_SIZE)) {
        settle(table, send, ParcelId { school, send: send.id, number }, became).await;
    }
    let release = Appointment::release(school, send);
    table.done(release).await.expect("the table answers");
    table.done(Appointment::close(school, send)).await.expect("the table answers");
}

/// The sends of a school, newest first, at most a hundred.
pub async fn sends_of(table: &Table, school: SchoolId) -> Result<Vec<Send>, StoreError> {
    let always = SendId::first_of(Timestamp::UNIX_EPOCH)..SendId::first_of(Timestamp::MAX);
    Ok(table.sends_between(school, always, Some(100), Consistency::Strong).await?.0)
}

/// Accepts a send up to the commit point: nothing is enqueued.
pub async fn accept_past(
    table: &Table,
    school: SchoolId,
    month: Month,
    send: &Send,
    messages: Vec<PlannedMessage>,
) {
    let now = send.accepted_at;
    let attempt = Attempt {
        school,
        key: IdempotencyKey::parse(&format!("accepted-by-a-test-{}", send.id)).expect("a key"),
        digest: RequestDigest::of("POST /v1/sends", b"{}"),
        send: send.id,
    };
    table.claim_key(&attempt, now).await.expect("a fresh key");
    let of = ParcelsOf { school, send: send.id, expires_at: send.expires_at, month };
    table.put_parcels(of, Parcel::cut(messages)).await.expect("the table answers");
    let acceptance = Acceptance {
        attempt: &attempt,
        send,
        answer: "{}".to_owned(),
        month,
        taken_up: Vec::new(),
        monthly_ceiling: None,
        entry: Entry::new(send.accepted_by.clone(), Role::Admin, Act::SendAccepted, now).about(send.id),
        now,
    };
    table.accept(acceptance).await.expect("the table answers");
}

/// Brings a parcel to its end, as a worker and its carrier would have.
async fn settle(table: &Table, send: &Send, parcel: ParcelId, became: &[Became]) {
    let stored = table.parcel(parcel).await.expect("the table answers");
    let stored = stored.expect("the parcel was written");
    let mut progress = Progress::new(became.len());
    let all = || (0_u8..).zip(became);
    for (index, _) in all().filter(|(_, became)| **became == Became::CalledBack) {
        progress.cancel(index, Cancellation::ByHand);
    }
    let now = send.due_at;
    let lease_until = now.saturating_add(SignedDuration::from_secs(30)).unwrap_or(Timestamp::MAX);
    let worker = Worker { id: WorkerId::generate(now), lease_until };
    let leaves = |index: u8| became[usize::from(index)] != Became::Waiting;
    while let Claimed::Block(block) =
        progress.claim_next(worker, Some(CarrierName::Bridge), now, send.expires_at, leaves)
    {
        for (index, _) in block {
            let outcome = match became[usize::from(index)] {
                Became::Answered(outcome) => outcome,
                Became::Told(_) | Became::Waiting | Became::CalledBack => Outcome::Accepted,
            };
            progress.record(index, outcome, 1, now);
        }
    }
    progress.release_claim();
    if progress != stored.progress {
        let counts = &mut Counts::default();
        let settled = workflows::settle(table, &stored, &stored.progress, &mut progress, counts).await;
        settled.expect("the table answers");
    }
    let told: Vec<(u8, Receipt)> = all()
        .filter_map(|(index, became)| match became {
            Became::Told(receipt) => Some((index, *receipt)),
            _ => None,
        })
        .collect();
    if !told.is_empty() {
        table.merge_receipts(parcel, &told).await.expect("the table answers");
    }
}
