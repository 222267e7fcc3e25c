//! `GET /v1/school/history`: who changed which setting, and when.

use axum::{Json, extract::State};
use jiff::Timestamp;
use serde::Serialize;
use serde_json::Value;
use shared::{
    http::{AdminOf, Cursor, PageQuery, Problem, QueryOf},
    line::Line,
    school::{ChangedSetting, School, SettingsChange},
};
use utoipa::ToSchema;

use crate::{deps::Deps, school::SchoolBody};

/// The list that cursors of this module belong to.
const LIST: &str = "school/history";

/// What a change did, setting by setting, as the API shows settings. A school that is new had none.
pub(crate) fn change(
    before: Option<&School>,
    after: &School,
    changed_by: Line<128>,
    changed_at: Timestamp,
) -> SettingsChange {
    let shown = |school: &School| {
        serde_json::to_value(SchoolBody::from(school.clone())).expect("a plain struct with text keys")
    };
    let before = before.map_or(Value::Null, shown);
    let settings = match shown(after) {
        Value::Object(settings) => settings
            .into_iter()
            .filter(|(name, _)| name != "id")
            .map(|(name, after)| ChangedSetting { before: before[&name].clone(), name, after })
            .filter(|setting| setting.before != setting.after)
            .collect(),
        _ => Vec::new(),
    };
    SettingsChange { version: after.version, changed_at, changed_by, settings }
}

#[derive(Serialize, ToSchema)]
pub(crate) struct HistoryBody {
    changes: Vec<ChangeBody>,
    #[serde(skip_serializing_if = "Option::is_none")]
    next_cursor: Option<String>,
}

#[derive(Serialize, ToSchema)]
struct ChangeBody {
    version: u64,
    #[schema(format = DateTime)]
    changed_at: String,
    changed_by: Line<128>,
    settings: Vec<SettingBody>,
}

#[derive(Serialize, ToSchema)]
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

/// Who changed which setting
///
/// The latest change first.
#[utoipa::path(
    get,
    path = "/v1/school/history",
    operation_id = "school_history",
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
