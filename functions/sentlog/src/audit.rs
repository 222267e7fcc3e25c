//! `GET /v1/audit`: who did what when.

use axum::{Extension, Json, extract::State};
use deserr::Deserr;
use jiff::{Timestamp, civil::Date, tz::TimeZone};
use serde::Serialize;
use shared::{
    audit::{About, Act, Asked, Entry, Figures},
    http::{
        AdminOf, Cursor, FieldError, FieldErrors, LocalDay, PageLimit, PageQuery, Problem, QueryOf, Role,
    },
    id::{AuditEntryId, SchoolId},
    language::{Language, Phrase},
    line::Line,
    school::School,
    store::{AuditSpan, StoreError},
};

use crate::Deps;

/// The list that cursors of this module belong to.
const LIST: &str = "audit";

#[derive(Debug, Deserr)]
#[deserr(error = FieldErrors, deny_unknown_fields)]
pub(crate) struct ListQuery {
    #[deserr(default)]
    act: Option<Act>,
    /// The subject of a token.
    #[deserr(default)]
    by: Option<Line<128>>,
    /// The first day, in the school's time.
    #[deserr(default)]
    from: Option<LocalDay>,
    /// The last day.
    #[deserr(default)]
    to: Option<LocalDay>,
    #[deserr(default)]
    limit: PageLimit,
    #[deserr(default)]
    cursor: Option<String>,
}

#[derive(Serialize)]
pub(crate) struct AuditBody {
    entries: Vec<EntryBody>,
    #[serde(skip_serializing_if = "Option::is_none")]
    next_cursor: Option<String>,
}

#[derive(Serialize)]
struct EntryBody {
    id: AuditEntryId,
    at: String,
    by: Line<128>,
    role: Role,
    act: Act,
    /// What people call it.
    label: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    about: Option<About>,
    #[serde(skip_serializing_if = "Figures::is_empty")]
    figures: Figures,
    /// What a file was asked for by.
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

/// Which entries are wanted.
struct Filter {
    act: Option<Act>,
    by: Option<Line<128>>,
}

impl Filter {
    const fn keeps_all(&self) -> bool {
        self.act.is_none() && self.by.is_none()
    }

    fn keeps(&self, entry: &Entry) -> bool {
        self.act.is_none_or(|act| entry.act == act) && self.by.as_ref().is_none_or(|by| entry.by == *by)
    }
}

/// A page may have fewer entries than the limit and still a cursor, when a filter keeps few.
pub(crate) async fn list(
    AdminOf(tenant): AdminOf,
    State(deps): State<Deps>,
    Extension(language): Extension<Language>,
    QueryOf(query): QueryOf<ListQuery>,
) -> Result<Json<AuditBody>, Problem> {
    let owner = tenant.school.to_string();
    let page = PageQuery { limit: query.limit, cursor: query.cursor };
    let before = page.place(LIST, &owner)?;
    let (from, until) = instants(&deps, tenant.school, query.from, query.to).await?;
    let span = AuditSpan { from, until, before };
    let filter = Filter { act: query.act, by: query.by };
    let (found, last) = read(&deps, tenant.school, span, &filter, page.limit.get()).await?;
    let next_cursor = last.map(|place| Cursor::new(LIST, &owner, &place.to_string()).into());
    let entries = found.into_iter().map(|entry| EntryBody::new(entry, language)).collect();
    Ok(Json(AuditBody { entries, next_cursor }))
}

/// Entries read at once for a filter, and how often for one page.
const READ_AT_ONCE: usize = 500;
const READS: usize = 4;

/// The entries of a page, and after which one the next page starts.
async fn read(
    deps: &Deps,
    school: SchoolId,
    mut span: AuditSpan,
    filter: &Filter,
    limit: usize,
) -> Result<(Vec<Entry>, Option<AuditEntryId>), StoreError> {
    // One more tells whether there is another page.
    let at_once = if filter.keeps_all() { limit + 1 } else { READ_AT_ONCE };
    let mut found = Vec::new();
    for _ in 0..READS {
        let entries = deps.table.audit(school, span, at_once).await?;
        let is_the_end = entries.len() < at_once;
        for entry in entries {
            if found.len() == limit {
                return Ok((found, span.before));
            }
            span.before = Some(entry.id);
            found.extend(Some(entry).filter(|entry| filter.keeps(entry)));
        }
        if is_the_end {
            return Ok((found, None));
        }
    }
    Ok((found, span.before))
}

/// From the beginning of the first day to the end of the last one.
async fn instants(
    deps: &Deps,
    school: SchoolId,
    from: Option<LocalDay>,
    to: Option<LocalDay>,
) -> Result<(Option<Timestamp>, Option<Timestamp>), Problem> {
    if from.is_none() && to.is_none() {
        return Ok((None, None));
    }
    if from.zip(to).is_some_and(|(from, to)| to.0 < from.0) {
        return Err(FieldErrors::one(ends_before_it_begins()).into());
    }
    let school = deps.table.school(school).await?;
    // Nothing was ever done at a school without settings.
    let Some(zone) = school.as_ref().map(School::time_zone) else { return Ok((None, None)) };
    let after = |day: LocalDay| day.0.tomorrow().unwrap_or(Date::MAX);
    Ok((from.map(|day| start_of(day.0, zone)), to.map(|day| start_of(after(day), zone))))
}

/// The first instant of a day: midnight, or what comes after it where midnight was skipped.
fn start_of(day: Date, zone: &TimeZone) -> Timestamp {
    day.to_zoned(zone.clone()).map_or(Timestamp::MAX, |start| start.timestamp())
}

fn ends_before_it_begins() -> FieldError {
    FieldError::described(
        "/to",
        "ends_before_it_begins",
        Phrase::fixed(
            "Le dernier jour (to) ne peut pas précéder le premier (from).",
            "The last day (to) cannot be before the first one (from).",
        ),
    )
}
