//! Accepts a plan: key, parcels, commit point, queue, in this order.
//!
//! A crash before the commit point leaves nothing visible; a crash after it leaves a due send, which the
//! schedule enqueues. Enqueueing is safe to repeat.

use std::error::Error;

use api::{BudgetBody, Notice, Problem, ProblemKind, Tenant};
use axum::http::HeaderMap;
use bytes::Bytes;
use domain::{
    audience::Audience,
    audit::{Act, Entry, Figure},
    budget::{Budget, OverBudget},
    clock::later,
    delivery::Progress,
    id::SendId,
    language::{Language, Phrase},
    registration::{EndsSoon, Licensed},
    sending::{
        Appointment, IdempotencyKey, IdempotencyKeyError, Origin, PARCEL_SIZE, Parcel, Plan, RequestDigest,
        Send, Timing,
    },
    template::Context,
};
use jiff::Timestamp;
use serde::Serialize;
use store::{AcceptError, Acceptance, Attempt, KeyUse, ParcelsOf, StoredParcel};
use telemetry::Counts;
use utoipa::ToSchema;

use crate::{
    budget::{self, NearlySpent},
    deps::Deps,
    dispatch::{DispatchBody, HourSkipped},
    plan_body::TotalsBody,
};

/// An accepted send.
#[derive(Serialize, ToSchema)]
#[schema(as = AcceptedSend)]
pub(crate) struct AcceptedBody {
    id: SendId,
    #[schema(format = DateTime)]
    accepted_at: String,
    leaves: DispatchBody,
    totals: TotalsBody,
    /// The number of people who are not recipients.
    dropped: u32,
    /// The budget of the month after this send.
    budget: BudgetBody,
    warnings: Vec<Notice>,
}

/// A plan ready for acceptance.
pub(crate) struct Planned {
    pub plan: Plan,
    pub licensed: Licensed,
    pub origin: Origin,
    pub audience: Audience,
    pub context: Context,
    pub timing: Timing,
    /// Recipients of an earlier send who may no longer be texted.
    pub left_out: usize,
    /// Parcels of an earlier send whose messages are resent, with their updated progress.
    pub taken_up: Vec<(StoredParcel, Progress)>,
}

/// A request with an idempotency key.
#[derive(Clone, Copy)]
pub(crate) struct Request<'a> {
    pub route: &'a str,
    pub headers: &'a HeaderMap,
    pub bytes: &'a Bytes,
    pub language: Language,
}

/// The idempotency key of a request.
fn key(headers: &HeaderMap) -> Result<IdempotencyKey, Problem> {
    let value = headers.get("idempotency-key").and_then(|value| value.to_str().ok());
    value
        .ok_or(IdempotencyKeyError)
        .and_then(IdempotencyKey::parse)
        .map_err(|error| Problem::explained(ProblemKind::MalformedRequest, &error))
}

/// Executes a request once: `plan` runs only for the first use of the key. Returns the response body as JSON.
pub(crate) async fn once(
    deps: &Deps,
    tenant: &Tenant,
    request: Request<'_>,
    plan: impl Future<Output = Result<Planned, Problem>>,
) -> Result<String, Problem> {
    let now = deps.clock.now();
    let attempt = Attempt {
        school: tenant.school,
        key: key(request.headers)?,
        digest: RequestDigest::of(request.route, request.bytes),
        send: SendId::generate(now),
    };
    match deps.table.claim_key(&attempt, now).await? {
        KeyUse::Fresh => {}
        KeyUse::Answered(answer) => return Ok(answer.body),
        KeyUse::Running => return Err(still_running()),
        KeyUse::UsedForAnother => return Err(key_reused()),
    }
    let planned = match plan.await {
        Ok(planned) => planned,
        Err(problem) => return Err(abandon_key(deps, &attempt, problem).await),
    };
    match accept(deps, tenant, &attempt, planned, now, request.language).await {
        // A failure of the table may hide a commit: only a certain refusal abandons the key.
        Err(problem) if problem.kind().status().is_client_error() => {
            Err(abandon_key(deps, &attempt, problem).await)
        }
        accepted => accepted,
    }
}

/// Warnings for schools that send without a preview.
fn warnings(
    budget: &Budget,
    licensed: &Licensed,
    timing: &Timing,
    now: Timestamp,
    language: Language,
) -> Vec<Notice> {
    let nearly_spent = NearlySpent::of(budget).map(|warning| Notice::of(&warning, language));
    nearly_spent.into_iter().chain(standing_warnings(licensed, timing, now, language)).collect()
}

/// Warnings common to previews and sends: changed prices, an expiring licence, a skipped hour.
pub(crate) fn standing_warnings(
    licensed: &Licensed,
    timing: &Timing,
    now: Timestamp,
    language: Language,
) -> impl Iterator<Item = Notice> {
    let prices = licensed.prices();
    let prices = prices.have_changed().then(|| Notice::of(&prices, language));
    let ends_soon = licensed.licence().ends_soon(now).then(|| Notice::of(&EndsSoon, language));
    let skipped = timing.hour_was_skipped.then(|| Notice::of(&HourSkipped, language));
    [prices, ends_soon, skipped].into_iter().flatten()
}

/// Nothing was done: the key may be reused for a corrected request.
async fn abandon_key(deps: &Deps, attempt: &Attempt, problem: Problem) -> Problem {
    if let Err(error) = deps.table.abandon_key(attempt).await {
        tracing::warn!(%error, "idempotency key not abandoned");
    }
    problem
}

/// The send's stored form.
fn record(planned: &Planned, tenant: &Tenant, attempt: &Attempt, now: Timestamp) -> Send {
    let Planned { plan, licensed, origin, audience, context, timing, left_out, .. } = planned;
    // An immediate send was due at its acceptance, however long its planning took.
    let due_at = if timing.wait.is_some() { timing.due_at } else { now };
    let parcels = plan.messages.len().div_ceil(PARCEL_SIZE);
    Send {
        id: attempt.send,
        origin: origin.clone(),
        audience: *audience,
        context: *context,
        accepted_at: now,
        accepted_by: tenant.subject.clone(),
        due_at,
        wait: timing.wait,
        urgent: timing.urgent,
        expires_at: later(due_at, Send::LIFETIME),
        parcels: u16::try_from(parcels).expect("a plan has at most Plan::MAX_MESSAGES"),
        totals: plan.totals(),
        dropped: u32::try_from(plan.dropped.len() + left_out).expect("a school has fewer people"),
        avoided: plan.avoided,
        rate_card: licensed.rate_card().version(),
        resent_as: None,
        tally: None,
    }
}

/// The audit entry of a send.
fn entry(send: &Send, tenant: &Tenant, now: Timestamp) -> Entry {
    let act = match send.origin {
        Origin::Template { .. } | Origin::Text => Act::SendAccepted,
        Origin::Test => Act::TestSmsAccepted,
        Origin::Resend { .. } => Act::ResendAccepted,
    };
    let entry = tenant.does(act, now).about(send.id);
    entry
        .with(Figure::Messages, send.totals.messages)
        .with(Figure::PriceMicroEur, send.totals.price.get())
        .with(Figure::LeftOut, send.dropped)
}

/// The second half of a send: cost, parcels, commit point, queue.
async fn accept(
    deps: &Deps,
    tenant: &Tenant,
    attempt: &Attempt,
    planned: Planned,
    now: Timestamp,
    language: Language,
) -> Result<String, Problem> {
    if planned.plan.messages.is_empty() {
        return Err(nobody_reached());
    }
    let send = record(&planned, tenant, attempt, now);
    let Planned { plan, licensed, timing, taken_up, .. } = planned;
    let (school, totals) = (licensed.school(), send.totals);
    // Checked before personal data is written, and again at the commit point.
    let budget = budget::read(&deps.table, school, send.due_at).await?;
    budget.check(totals.price)?;
    let after = budget.after(totals.price);
    let answer = AcceptedBody {
        id: send.id,
        accepted_at: now.to_string(),
        leaves: DispatchBody::new(&timing, school, language),
        totals: totals.into(),
        dropped: send.dropped,
        budget: (&after).into(),
        warnings: warnings(&after, &licensed, &timing, now, language),
    };
    let answer = serde_json::to_string(&answer).map_err(Problem::internal)?;
    let month = budget.month;
    let of = ParcelsOf { school: tenant.school, send: send.id, expires_at: send.expires_at, month };
    deps.table.put_parcels(of, Parcel::cut(plan.messages)).await?;
    let acceptance = Acceptance {
        attempt,
        send: &send,
        answer: answer.clone(),
        month,
        monthly_ceiling: school.ceilings.month,
        taken_up,
        entry: entry(&send, tenant, now),
        now,
    };
    let due = match deps.table.accept(acceptance).await {
        Ok(due) => due,
        // A concurrent send used the budget: nothing of this one remains.
        Err(AcceptError::OverBudget(ceiling)) => {
            remove_parcels(deps, &send, tenant).await;
            return Err(OverBudget::Month { price: totals.price, ceiling }.into());
        }
        Err(AcceptError::ResentAlready) => {
            remove_parcels(deps, &send, tenant).await;
            return Err(resent_already());
        }
        Err(AcceptError::Store(error)) => return Err(error.into()),
    };
    telemetry::concerns_send(send.id);
    tracing::info!(messages = totals.messages, "accepted");
    deps.tell(&Counts::accepted(totals).of(tenant.school, send.id));
    // From here on the send will leave, whatever happens to this process.
    if send.wait.is_none()
        && let Err(error) = enqueue(deps, due).await
    {
        tracing::warn!(%error, "not enqueued: left to the schedule");
    }
    Ok(answer)
}

/// Removes the parcels of a send that was not committed.
async fn remove_parcels(deps: &Deps, send: &Send, tenant: &Tenant) {
    if let Err(error) = deps.table.delete_parcels(tenant.school, send.id, send.parcels).await {
        tracing::warn!(%error, send = %send.id, "parcels of a refused send not removed");
    }
}

/// Enqueues the parcels; the schedule releases those beyond the next minutes.
async fn enqueue(deps: &Deps, due: Appointment) -> Result<(), Box<dyn Error + std::marker::Send + Sync>> {
    match deps.queue.enqueue(due).await? {
        None => deps.table.done(due).await?,
        Some(rest) => deps.table.postpone(due, rest).await?,
    }
    Ok(())
}

fn resent_already() -> Problem {
    Problem::new(
        ProblemKind::StateConflict,
        Phrase::fixed(
            "Quelqu’un vient de renvoyer certains de ces messages, ou leur état a changé : relisez-le.",
            "Some of these messages have just been sent again, or their state has changed: read it again.",
        ),
    )
}

fn still_running() -> Problem {
    Problem::new(
        ProblemKind::StillRunning,
        Phrase::fixed(
            "Attendez quelques secondes et répétez la requête avec la même clé : elle donnera la première réponse.",
            "Wait a few seconds and repeat the request with the same key: it will give the first answer.",
        ),
    )
}

fn key_reused() -> Problem {
    Problem::new(
        ProblemKind::KeyReused,
        Phrase::fixed(
            "Donnez une nouvelle clé à une nouvelle requête ; la même clé ne sert qu’à répéter la même.",
            "Give a new request a new key; the same key only serves to repeat the same request.",
        ),
    )
}

fn nobody_reached() -> Problem {
    Problem::new(
        ProblemKind::NobodyReached,
        Phrase::fixed(
            "Aucune des personnes choisies ne peut être jointe : l’aperçu dit pourquoi.",
            "None of the people picked can be reached: the preview tells why.",
        ),
    )
}
