//! `GET /v1/operator/registrations`: the registrations of all schools.

use api::{Cursor, FieldErrors, Operator, PageLimit, PageQuery, Problem, QueryOf, RegistrationBody};
use axum::{Json, extract::State};
use deserr::Deserr;
use domain::{id::SchoolId, registration::RegistrationState};
use serde::Serialize;
use utoipa::{IntoParams, ToSchema};

use crate::deps::Deps;

/// The list that cursors of this module belong to.
const LIST: &str = "operator/registrations";
/// Whose list it is: there is one operator.
const OWNER: &str = "operator";

#[derive(Debug, Deserr, IntoParams)]
#[deserr(error = FieldErrors, deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct ListQuery {
    #[deserr(default)]
    state: Option<RegistrationState>,
    #[deserr(default)]
    #[param(required = false)]
    limit: PageLimit,
    #[deserr(default)]
    cursor: Option<String>,
}

#[derive(Serialize, ToSchema)]
#[schema(as = RegistrationPage)]
pub(crate) struct RegistrationsBody {
    registrations: Vec<RegistrationBody>,
    #[serde(skip_serializing_if = "Option::is_none")]
    next_cursor: Option<String>,
}

/// List registrations
///
/// The registrations of all schools. A filtered page may have fewer items than the limit and still a cursor.
#[utoipa::path(
    get,
    path = "/v1/operator/registrations",
    operation_id = "listRegistrations",
    tag = "operator",
    security(("bearer" = ["operator"])),
    params(ListQuery),
    responses((status = OK, description = "A page of registrations.", body = RegistrationsBody)),
)]
pub(crate) async fn list(
    _: Operator,
    State(deps): State<Deps>,
    QueryOf(query): QueryOf<ListQuery>,
) -> Result<Json<RegistrationsBody>, Problem> {
    let now = deps.clock.now();
    let page = PageQuery { limit: query.limit, cursor: query.cursor };
    let after: Option<SchoolId> = page.place(LIST, OWNER)?;
    let (registrations, next) = deps.table.registrations(after, page.limit.as_i32()).await?;
    let registrations = registrations
        .into_iter()
        .filter(|registration| query.state.is_none_or(|state| registration.state == state))
        .map(|registration| RegistrationBody::new(registration, None, now))
        .collect();
    let next_cursor = next.map(|place| Cursor::new(LIST, OWNER, &place.to_string()).into());
    Ok(Json(RegistrationsBody { registrations, next_cursor }))
}
