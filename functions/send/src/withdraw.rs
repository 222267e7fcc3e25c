//! `POST /v1/sends/{id}/withdraw`: cancels the messages about pupils whose absence or lateness was an error.

use std::collections::HashSet;

use api::{FieldError, FieldErrors, JsonBody, NamedPeople, PathId, Problem, ProblemKind, SenderOf};
use axum::{Json, extract::State};
use deserr::Deserr;
use domain::{
    audit::Act,
    delivery::Cancellation,
    id::{PersonId, SendId},
    language::Phrase,
    sending::PlannedMessage,
};
use serde::Serialize;
use utoipa::ToSchema;

use crate::{
    call_back::{Reason, call_back},
    deps::Deps,
};

#[derive(Debug, Deserr, ToSchema)]
#[deserr(error = FieldErrors, deny_unknown_fields)]
#[schema(as = WithdrawalRequest, examples(json!({ "people": ["per_01J0000000000000000000000A"] })))]
pub(crate) struct WithdrawBody {
    /// The pupils concerned, or recipients.
    people: NamedPeople,
}

#[derive(Serialize, ToSchema)]
#[schema(as = MessageWithdrawal)]
pub(crate) struct WithdrawnBody {
    id: SendId,
    /// The number of withdrawn messages.
    withdrawn: usize,
    /// The number of messages already sent or being sent.
    too_late: usize,
}

/// Withdraw messages
///
/// Withdraws the messages about some people after a recording error: an absence or a lateness.
#[utoipa::path(
    post,
    path = "/v1/sends/{id}/withdraw",
    operation_id = "withdrawMessages",
    tag = "sends",
    security(("bearer" = ["sender"])),
    params(("id" = SendId, Path, description = "The send.")),
    request_body = WithdrawBody,
    responses(
        (status = OK, description = "The numbers of withdrawn and of sent messages.", body = WithdrawnBody),
        (status = CONFLICT, description = "The send concerns neither absences nor latenesses, or has ended."),
    ),
)]
pub(crate) async fn withdraw(
    SenderOf(tenant): SenderOf,
    State(deps): State<Deps>,
    PathId(id): PathId<SendId>,
    JsonBody { value: body, .. }: JsonBody<WithdrawBody>,
) -> Result<Json<WithdrawnBody>, Problem> {
    telemetry::concerns_send(id);
    let send = deps.table.send(tenant.school, id).await?.ok_or_else(Problem::not_found)?;
    if !send.context.can_be_withdrawn() || send.tally.is_some() {
        return Err(nothing_to_withdraw());
    }
    let people: HashSet<PersonId> = body.people.0.into_iter().collect();
    let is_about_them = |message: &PlannedMessage| {
        people.contains(&message.recipient) || message.about.iter().any(|pupil| people.contains(pupil))
    };
    let entry = tenant.does(Act::MessagesWithdrawn, deps.clock.now()).about(id);
    let reason = Reason { cancellation: Cancellation::Withdrawn, entry };
    let called_back = call_back(&deps, tenant.school, &send, is_about_them, reason).await?;
    if called_back.cancelled + called_back.too_late == 0 {
        return Err(FieldErrors::one(not_in_the_send()).into());
    }
    tracing::info!(withdrawn = called_back.cancelled, "withdrawn");
    Ok(Json(WithdrawnBody { id, withdrawn: called_back.cancelled, too_late: called_back.too_late }))
}

fn nothing_to_withdraw() -> Problem {
    Problem::new(
        ProblemKind::StateConflict,
        Phrase::fixed(
            "Seules les absences et les retards se retirent pour certains élèves ; un autre envoi s’annule en entier.",
            "Only absences and latenesses are withdrawn for some pupils; any other send is cancelled as a whole.",
        ),
    )
}

fn not_in_the_send() -> FieldError {
    FieldError::described(
        "/people",
        "not_in_the_send",
        Phrase::fixed(
            "Aucun SMS de cet envoi ne concerne ces personnes : vérifiez l’envoi et les personnes.",
            "No SMS of this send is about these people: check the send and the people.",
        ),
    )
}
