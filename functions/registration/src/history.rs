//! `GET /v1/school/history`: the changes of settings, with user and time.

use api::{AdminOf, Cursor, PageQuery, Problem, QueryOf};
use axum::{Json, extract::State};
use domain::{
    line::Line,
    school::{ChangedSetting, SettingsChange},
};
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

use crate::deps::Deps;

/// The list name in this module's cursors.
const LIST: &str = "school/history";

#[derive(Serialize, ToSchema)]
#[schema(as = SettingsHistory)]
pub(crate) struct HistoryBody {
    changes: Vec<ChangeBody>,
    #[serde(skip_serializing_if = "Option::is_none")]
    next_cursor: Option<String>,
}

#[derive(Serialize, ToSchema)]
#[schema(as = SettingsRevision)]
struct ChangeBody {
    version: u64,
    #[schema(format = DateTime)]
    changed_at: String,
    changed_by: Line<128>,
    settings: Vec<SettingBody>,
}

#[derive(Serialize, ToSchema)]
#[schema(as = SettingChange)]
struct SettingBody {
    name: String,
    before: Value,
    after: Value,
}

impl From<SettingsChange> for ChangeBody {
    fn from(change: SettingsChange) -> Self {
        let setting = |ChangedSetting { name, before, after }| SettingBody { name, before, after };
        Self {
            version: change.version,
            changed_at: change.changed_at.to_string(),
            changed_by: change.changed_by,
            settings: change.settings.into_iter().map(setting).collect(),
        }
    }
}

/// List changes of settings
///
/// The latest first.
#[utoipa::path(
    get,
    path = "/v1/school/history",
    operation_id = "listSettingsChanges",
    tag = "school",
    security(("bearer" = ["admin"])),
    params(PageQuery),
    responses((status = OK, description = "A page of changes.", body = HistoryBody)),
)]
pub(crate) async fn list(
    AdminOf(tenant): AdminOf,
    State(deps): State<Deps>,
    QueryOf(query): QueryOf<PageQuery>,
) -> Result<Json<HistoryBody>, Problem> {
    let owner = tenant.school.to_string();
    let before: Option<u64> = query.place(LIST, &owner)?;
    let (changes, next) = deps.table.settings_changes(tenant.school, before, query.limit.as_i32()).await?;
    let next_cursor = next.map(|version| Cursor::new(LIST, &owner, &version.to_string()).into());
    Ok(Json(HistoryBody { changes: changes.into_iter().map(ChangeBody::from).collect(), next_cursor }))
}
