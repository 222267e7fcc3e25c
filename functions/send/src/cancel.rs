//! `POST /v1/sends/{id}/cancel`: cancels a send, parcel by parcel, until a parcel's first block is claimed.

use api::{PathId, Problem, ProblemKind, SenderOf};
use axum::{Json, extract::State};
use domain::{
    audit::Act,
    delivery::Cancellation,
    id::SendId,
    language::Phrase,
    sending::{Appointment, PlannedMessage},
};
use serde::Serialize;
use utoipa::ToSchema;

use crate::{
    call_back::{Reason, call_back},
    deps::Deps,
};

#[derive(Serialize, ToSchema)]
#[schema(as = SendCancellation)]
pub(crate) struct CancelledBody {
    id: SendId,
    /// The number of cancelled messages, including by earlier requests.
    cancelled: usize,
    /// The number of messages already sent or being sent.
    too_late: usize,
}

/// Cancel a send
///
/// Cancels all messages that are not yet sent.
#[utoipa::path(
    post,
    path = "/v1/sends/{id}/cancel",
    operation_id = "cancelSend",
    tag = "sends",
    security(("bearer" = ["sender"])),
    params(("id" = SendId, Path, description = "The send.")),
    responses(
        (status = OK, description = "The numbers of cancelled and of sent messages.", body = CancelledBody),
        (status = CONFLICT, description = "All messages are sent or being sent."),
    ),
)]
pub(crate) async fn cancel(
    SenderOf(tenant): SenderOf,
    State(deps): State<Deps>,
    PathId(id): PathId<SendId>,
) -> Result<Json<CancelledBody>, Problem> {
    telemetry::concerns_send(id);
    let send = deps.table.send(tenant.school, id).await?.ok_or_else(Problem::not_found)?;
    if send.tally.is_some() {
        return Err(too_late());
    }
    let everybody = |_: &PlannedMessage| true;
    let entry = tenant.does(Act::SendCancelled, deps.clock.now()).about(id);
    let reason = Reason { cancellation: Cancellation::ByHand, entry };
    let called_back = call_back(&deps, tenant.school, &send, everybody, reason).await?;
    if called_back.cancelled == 0 {
        return Err(too_late());
    }
    if called_back.too_late == 0 {
        // The schedule need not visit it.
        deps.table.done(Appointment::release(tenant.school, &send)).await?;
    }
    tracing::info!(cancelled = called_back.cancelled, "cancelled");
    Ok(Json(CancelledBody { id, cancelled: called_back.cancelled, too_late: called_back.too_late }))
}

fn too_late() -> Problem {
    Problem::new(
        ProblemKind::StateConflict,
        Phrase::fixed(
            "Les SMS de cet envoi sont déjà partis ou en train de partir : plus rien ne peut être annulé.",
            "The SMS of this send have left already or are leaving: nothing can be cancelled any more.",
        ),
    )
}
