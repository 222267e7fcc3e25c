//! `/v1/import-columns`: what a school says that the columns of its files are.

use api::{AdminOf, FieldError, FieldErrors, JsonBody, ListOf, Problem, TextOf};
use axum::{Json, extract::State};
use deserr::Deserr;
use domain::language::Phrase;
use roster::{ColumnMeaning, Mapping};
use serde::Serialize;
use utoipa::ToSchema;

use crate::deps::Deps;

/// A school has a few software packages, each with a few unusual headers.
const MAX_COLUMNS: usize = 200;

type NewMapped = ListOf<NewMappedBody, MAX_COLUMNS>;

#[derive(Debug, Deserr, ToSchema)]
#[deserr(error = FieldErrors, deny_unknown_fields)]
#[schema(as = ImportColumnMappingDetails, examples(json!({
    "columns": [{ "header": "Tél. urgence", "meaning": "guardian_1.mobile" }]
})))]
pub(crate) struct NewMappingBody {
    columns: NewMapped,
}

#[derive(Debug, Deserr, ToSchema)]
#[deserr(error = FieldErrors, deny_unknown_fields)]
#[schema(as = MappedColumnDetails)]
struct NewMappedBody {
    /// The header, without regard to case, accents and spaces.
    header: TextOf<200>,
    /// A meaning as in a plan, such as `person.mobile` or `guardian_2.last_name`; `ignored` for a column of no use.
    meaning: TextOf<64>,
}

#[derive(Serialize, ToSchema)]
#[schema(as = ImportColumnMapping)]
pub(crate) struct MappingBody {
    columns: Vec<MappedBody>,
}

#[derive(Serialize, ToSchema)]
#[schema(as = MappedColumn)]
struct MappedBody {
    /// In lower case, without accents.
    header: String,
    meaning: String,
}

impl From<Mapping> for MappingBody {
    fn from(mapping: Mapping) -> Self {
        let columns = mapping
            .iter()
            .map(|(header, meaning)| MappedBody { header: header.to_owned(), meaning: meaning.into() })
            .collect();
        Self { columns }
    }
}

/// Get the meanings of columns
#[utoipa::path(
    get,
    path = "/v1/import-columns",
    operation_id = "getImportColumns",
    tag = "people",
    security(("bearer" = ["admin"])),
    responses((status = OK, description = "The meanings that the school has set.", body = MappingBody)),
)]
pub(crate) async fn show(
    AdminOf(tenant): AdminOf,
    State(deps): State<Deps>,
) -> Result<Json<MappingBody>, Problem> {
    let mapping: Option<Mapping> = deps.table.column_mapping(tenant.school).await?;
    Ok(Json(mapping.unwrap_or_default().into()))
}

/// Replace the meanings of columns
///
/// For the next imports of the school, in place of what the words of a header suggest. Replaces all earlier ones.
#[utoipa::path(
    put,
    path = "/v1/import-columns",
    operation_id = "replaceImportColumns",
    tag = "people",
    security(("bearer" = ["admin"])),
    request_body = NewMappingBody,
    responses((status = OK, description = "The meanings of columns.", body = MappingBody)),
)]
pub(crate) async fn replace(
    AdminOf(tenant): AdminOf,
    State(deps): State<Deps>,
    JsonBody { value: body, .. }: JsonBody<NewMappingBody>,
) -> Result<Json<MappingBody>, Problem> {
    let (mut mapping, mut errors) = (Mapping::default(), Vec::new());
    for (place, column) in body.columns.0.iter().enumerate() {
        match ColumnMeaning::try_from(column.meaning.as_str().to_owned()) {
            Ok(meaning @ (ColumnMeaning::Field(_) | ColumnMeaning::Ignored)) => {
                mapping.set(column.header.as_str(), meaning);
            }
            Ok(ColumnMeaning::Unknown) | Err(_) => errors.push(unknown(place)),
        }
    }
    let mapping = FieldErrors::none_or(errors, mapping)?;
    deps.table.put_column_mapping(tenant.school, &mapping).await?;
    Ok(Json(mapping.into()))
}

fn unknown(place: usize) -> FieldError {
    FieldError::described(
        format!("/columns/{place}/meaning"),
        "unknown_meaning",
        Phrase::fixed(
            "Dites de qui et quoi, par exemple person.mobile, guardian_1.last_name ou child_2.class ; ou ignored.",
            "Say whose and what, for example person.mobile, guardian_1.last_name or child_2.class; or ignored.",
        ),
    )
}
