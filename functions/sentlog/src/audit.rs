//! `GET /v1/audit`: the audit log.

use api::{AdminOf, Cursor, FieldErrors, LocalDay, PageLimit, PageQuery, Problem, QueryOf, Role, at};
use axum::{Extension, Json, extract::State};
use deserr::Deserr;
use domain::{
    audit::{About, Act, Asked, Entry, Figure, Figures},
    id::{AuditEntryId, SchoolId},
    language::Language,
    line::Line,
    school::School,
    span::Span,
    territory::Territory,
};
use serde::Serialize;
use store::StoreError;
use utoipa::{IntoParams, ToSchema};

use crate::deps::Deps;

/// The list name in this module's cursors.
const LIST: &str = "audit";

#[derive(Debug, Deserr, IntoParams)]
#[deserr(error = FieldErrors, deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct ListQuery {
    #[deserr(default)]
    act: Option<Act>,
    /// The `sub` of the user.
    #[deserr(default)]
    by: Option<Line<128>>,
    /// The first date, in the school's time zone.
    #[deserr(default)]
    from: Option<LocalDay>,
    /// The last date.
    #[deserr(default)]
    to: Option<LocalDay>,
    #[deserr(default)]
    #[param(required = false)]
    limit: PageLimit,
    /// The `next_cursor` of the previous page.
    #[deserr(default)]
    cursor: Option<String>,
}

#[derive(Serialize, ToSchema)]
#[schema(as = AuditPage)]
pub(crate) struct AuditBody {
    entries: Vec<EntryBody>,
    #[serde(skip_serializing_if = "Option::is_none")]
    next_cursor: Option<String>,
}

/// An action of a user. Without personal data of other people.
#[derive(Serialize, ToSchema)]
#[schema(as = AuditEntry)]
struct EntryBody {
    id: AuditEntryId,
    #[schema(format = DateTime)]
    at: String,
    /// The `sub` of the user.
    by: Line<128>,
    role: Role,
    act: Act,
    /// The name of the action, for people.
    label: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    about: Option<About>,
    /// The figures of the action.
    #[serde(skip_serializing_if = "Figures::is_empty")]
    #[schema(value_type = std::collections::BTreeMap<Figure, u64>)]
    figures: Figures,
    /// The filter of an export.
    #[serde(skip_serializing_if = "Option::is_none")]
    asked: Option<Asked>,
}

impl EntryBody {
    fn new(entry: Entry, language: Language) -> Self {
        Self {
            id: entry.id,
            at: entry.at().to_string(),
            by: entry.by,
            role: entry.role,
            act: entry.act,
            label: entry.act.label().in_language(language).to_owned(),
            about: entry.about,
            figures: entry.figures,
            asked: entry.asked,
        }
    }
}

/// The filter of a request.
struct Filter {
    span: Span,
    act: Option<Act>,
    by: Option<Line<128>>,
}

impl Filter {
    const fn keeps_all_of_its_span(&self) -> bool {
        self.act.is_none() && self.by.is_none()
    }

    fn keeps(&self, entry: &Entry) -> bool {
        self.act.is_none_or(|act| entry.act == act) && self.by.as_ref().is_none_or(|by| entry.by == *by)
    }
}

/// List audit entries
///
/// The latest first. A filtered page may have fewer entries than the limit and still a cursor.
#[utoipa::path(
    get,
    path = "/v1/audit",
    operation_id = "listAuditEntries",
    tag = "school",
    security(("bearer" = ["admin"])),
    params(ListQuery),
    responses((status = OK, description = "A page of audit entries.", body = AuditBody)),
)]
pub(crate) async fn list(
    AdminOf(tenant): AdminOf,
    State(deps): State<Deps>,
    Extension(language): Extension<Language>,
    QueryOf(query): QueryOf<ListQuery>,
) -> Result<Json<AuditBody>, Problem> {
    let owner = tenant.school.to_string();
    let page = PageQuery { limit: query.limit, cursor: query.cursor };
    let before = page.place(LIST, &owner)?;
    let span = span(&deps, tenant.school, query.from, query.to).await?;
    let filter = Filter { span, act: query.act, by: query.by };
    let (found, last) = read(&deps, tenant.school, &filter, before, page.limit.get()).await?;
    let next_cursor = last.map(|place| Cursor::new(LIST, &owner, &place.to_string()).into());
    let entries = found.into_iter().map(|entry| EntryBody::new(entry, language)).collect();
    Ok(Json(AuditBody { entries, next_cursor }))
}

/// Entries per read with a filter, and the limit of reads per page.
const READ_AT_ONCE: usize = 500;
const READS: usize = 4;

/// The entries of a page, and the start of the next page.
async fn read(
    deps: &Deps,
    school: SchoolId,
    filter: &Filter,
    mut before: Option<AuditEntryId>,
    limit: usize,
) -> Result<(Vec<Entry>, Option<AuditEntryId>), StoreError> {
    // One extra entry shows whether there is another page.
    let at_once = if filter.keeps_all_of_its_span() { limit + 1 } else { READ_AT_ONCE };
    let mut found = Vec::new();
    for _ in 0..READS {
        let entries = deps.table.audit(school, filter.span, before, at_once).await?;
        let is_the_end = entries.len() < at_once;
        for entry in entries {
            if found.len() == limit {
                return Ok((found, before));
            }
            before = Some(entry.id);
            found.extend(Some(entry).filter(|entry| filter.keeps(entry)));
        }
        if is_the_end {
            return Ok((found, None));
        }
    }
    Ok((found, before))
}

/// The requested days. Only days need the school, for its time zone; a school without settings has no
/// entries, whatever its time zone.
async fn span(
    deps: &Deps,
    school: SchoolId,
    from: Option<LocalDay>,
    to: Option<LocalDay>,
) -> Result<Span, Problem> {
    if from.is_none() && to.is_none() {
        return Ok(Span::ALWAYS);
    }
    let school = deps.table.school(school).await?;
    let zone = school.as_ref().map_or(Territory::Metropole.time_zone(), School::time_zone);
    let (from, to) = (from.map(|LocalDay(day)| day), to.map(|LocalDay(day)| day));
    Ok(at("/to", Span::of_days(from, to, zone))?)
}
