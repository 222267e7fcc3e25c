//! `POST /v1/sends/{id}/resend`: sends failed or unknown messages again, on a person's decision.

use std::collections::BTreeSet;

use api::{
    FieldError, FieldErrors, JsonBody, ListOf, PathId, Problem, ProblemKind, Role, SenderOf, Tenant, TextOf,
    documentation::IdempotencyKeyHeader, forbidden,
};
use axum::{
    Extension,
    extract::State,
    http::{HeaderMap, StatusCode, header},
    response::IntoResponse,
};
use deserr::Deserr;
use domain::{
    delivery::{MessageState, Progress},
    id::{MessageId, ParcelId, ParcelNumber, SendId},
    language::{Language, Phrase},
    registration::Licensed,
    sending::{Origin, Plan, PlannedMessage, Send, Timing, Wish},
};
use store::StoredParcel;
use utoipa::ToSchema;

use crate::{
    accept::{AcceptedBody, Planned, Request, once},
    deps::Deps,
};

/// Messages of a send that are named by their references.
type NamedMessages = ListOf<TextOf<{ MessageId::MAX_REFERENCE_CHARACTERS }>, { Plan::MAX_MESSAGES }>;

#[derive(Debug, Deserr, ToSchema)]
#[deserr(error = FieldErrors, deny_unknown_fields)]
#[schema(as = ResendRequest, examples(json!({
    "messages": ["snd_01J0000000000000000000000A-0000-00"],
    "accept_duplicates": true,
})))]
pub(crate) struct ResendBody {
    /// The references of the messages. All messages that can be resent if absent.
    #[deserr(default)]
    messages: Option<NamedMessages>,
    /// Whether messages in the state `unknown`, with possible duplicates, are included.
    #[deserr(default)]
    #[schema(required = false)]
    accept_duplicates: bool,
    /// Whether quiet hours are ignored.
    #[deserr(default)]
    #[schema(required = false)]
    urgent: bool,
}

/// Resend messages
///
/// Resends failed and expired messages. Messages in the state `unknown` require `accept_duplicates`.
#[utoipa::path(
    post,
    path = "/v1/sends/{id}/resend",
    operation_id = "resendMessages",
    tag = "sends",
    security(("bearer" = ["sender"])),
    params(("id" = SendId, Path, description = "The send."), IdempotencyKeyHeader),
    request_body = ResendBody,
    responses((status = CREATED, description = "The new send.", body = AcceptedBody)),
)]
pub(crate) async fn resend(
    SenderOf(tenant): SenderOf,
    State(deps): State<Deps>,
    Extension(language): Extension<Language>,
    PathId(id): PathId<SendId>,
    headers: HeaderMap,
    JsonBody { value: body, bytes }: JsonBody<ResendBody>,
) -> Result<impl IntoResponse, Problem> {
    let route = format!("POST /v1/sends/{id}/resend");
    let request = Request { route: &route, headers: &headers, bytes: &bytes, language };
    let answer = once(&deps, &tenant, request, plan(&deps, &tenant, id, body)).await?;
    Ok((StatusCode::CREATED, [(header::CONTENT_TYPE, "application/json")], answer))
}

/// Plans the messages to resend: the same texts to the same people, at current prices, without those who may
/// no longer be texted.
async fn plan(deps: &Deps, tenant: &Tenant, id: SendId, body: ResendBody) -> Result<Planned, Problem> {
    if body.urgent && tenant.role != Role::Admin {
        return Err(forbidden(&[Role::Admin]));
    }
    let now = deps.clock.now();
    let licensed = deps.table.standing(tenant.school).await?.check(now)?;
    let send = deps.table.send(tenant.school, id).await?.ok_or_else(Problem::not_found)?;
    if send.origin == Origin::Test || send.tally.is_some() {
        return Err(nothing_to_send_again());
    }
    let wanted = body.messages.map(|ListOf(names)| names.into_iter().map(String::from).collect());
    let Chosen { messages, doubtful, marked } = chosen(deps, tenant, &send, wanted.as_ref()).await?;
    if doubtful > 0 && !body.accept_duplicates {
        return Err(may_arrive_twice(doubtful));
    }
    let directory = deps.table.directory(tenant.school).await?;
    let chosen = messages.len();
    let messages: Vec<_> = messages
        .into_iter()
        .filter(|message| message.recheck(send.context, &directory).is_none())
        .filter_map(|message| at_todays_price(message, &licensed))
        .collect();
    let timing = Timing::new(Wish::Now, body.urgent, send.context, licensed.school(), now)
        .map_err(|error| FieldErrors::one(FieldError::new("", &error)))?;
    Ok(Planned {
        left_out: chosen - messages.len(),
        plan: Plan { messages, ..Plan::default() },
        licensed,
        origin: Origin::Resend {
            of: send.id,
            template: send.origin.template(),
            label: send.origin.label().cloned(),
        },
        audience: send.audience,
        context: send.context,
        timing,
        taken_up: marked,
    })
}

/// The messages to resend.
#[derive(Default)]
struct Chosen {
    messages: Vec<PlannedMessage>,
    /// Those that may have arrived.
    doubtful: usize,
    /// Their parcels, with the updated progress.
    marked: Vec<(StoredParcel, Progress)>,
}

/// The limit of parcels per request: a transaction holds a hundred items, including the new send's own.
const MOST_PARCELS: usize = 90;

/// The requested messages that can be resent, from up to [`MOST_PARCELS`] parcels. Later requests resend the
/// rest.
async fn chosen(
    deps: &Deps,
    tenant: &Tenant,
    send: &Send,
    wanted: Option<&BTreeSet<String>>,
) -> Result<Chosen, Problem> {
    let (mut chosen, mut found) = (Chosen::default(), BTreeSet::new());
    for number in (0..send.parcels).map(ParcelNumber) {
        let Some(stored) =
            deps.table.parcel(ParcelId { school: tenant.school, send: send.id, number }).await?
        else {
            continue;
        };
        deps.table.retry_refund(&stored).await?;
        if stored.progress.states().any(MessageState::is_open) {
            // A worker may hold it: its next write must not conflict with ours.
            continue;
        }
        let mut progress = stored.progress.clone();
        let states: Vec<MessageState> = stored.states().collect();
        for (index, message) in stored.whole_messages() {
            let Some(state) = states.get(usize::from(index)).copied() else { continue };
            let reference = stored.id.message(index).reference();
            let is_wanted = wanted.is_none_or(|wanted| wanted.contains(&reference));
            if is_wanted && progress.can_be_taken_up(index, state) {
                progress.take_up(index);
                chosen.doubtful += usize::from(state == MessageState::Unknown);
                chosen.messages.push(message.clone());
                found.insert(reference);
            }
        }
        if progress != stored.progress {
            chosen.marked.push((stored, progress));
        }
        if chosen.marked.len() == MOST_PARCELS {
            break;
        }
    }
    let missing = wanted.into_iter().flatten().filter(|reference| !found.contains(*reference));
    FieldErrors::none_or(missing.map(not_possible).collect(), ())?;
    if chosen.messages.is_empty() { Err(nothing_to_send_again()) } else { Ok(chosen) }
}

/// The message at the current price; none if its country was closed since.
fn at_todays_price(message: PlannedMessage, licensed: &Licensed) -> Option<PlannedMessage> {
    let destination = message.phone.destination();
    let unit_price = licensed.rate_card().unit_price(destination)?;
    let price = unit_price.for_segments(message.segments);
    licensed.school().reaches(destination).then_some(PlannedMessage { price, ..message })
}

fn not_possible(reference: &String) -> FieldError {
    FieldError::described(
        "/messages",
        "cannot_be_sent_again",
        Phrase::new(
            format!("{reference} ne désigne aucun SMS de cet envoi qui puisse être renvoyé."),
            format!("{reference} names no SMS of this send that can be sent again."),
        ),
    )
}

fn nothing_to_send_again() -> Problem {
    Problem::new(
        ProblemKind::StateConflict,
        Phrase::fixed(
            "Cet envoi n’a aucun SMS à renvoyer : seuls ceux qui ne sont pas arrivés, ou dont on ignore s’ils sont arrivés, peuvent l’être.",
            "This send has no SMS to send again: only those that failed, or whose arrival is unknown, can be sent again.",
        ),
    )
}

fn may_arrive_twice(doubtful: usize) -> Problem {
    Problem::new(
        ProblemKind::DuplicatesPossible,
        Phrase::new(
            format!(
                "On ignore si certains SMS sont arrivés (nombre : {doubtful}). Des familles pourraient les recevoir deux fois. Pour les renvoyer malgré tout, donnez accept_duplicates: true ; sinon, choisissez les autres (messages)."
            ),
            format!(
                "SMS whose arrival is unknown: {doubtful}. Some families might get them twice. To send them again anyway, give accept_duplicates: true; or choose the others (messages)."
            ),
        ),
    )
}
