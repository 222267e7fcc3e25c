//! All messages of a filter in one response, up to its limits.

use api::{FieldError, FieldErrors, Problem, Tenant, file_headers};
use axum::response::{IntoResponse, Response};
use domain::{
    audit::{Act, Asked, Figure},
    language::{Language, Phrase},
    school::School,
    sent_log::{Filter, export::Format},
    territory::Territory,
};
use store::Consistency;
use workflows::sent_log::{FileWriter, LogQuery, ParcelScan};

use crate::{asked::ListQuery, deps::Deps};

/// The most messages of a direct file.
pub(crate) const MOST_MESSAGES: u64 = 5_000;
/// A response of Lambda holds six megabytes, headers included.
const MOST_BYTES: usize = 5_900_000;

/// A file is not paginated.
pub(crate) fn refuse_pages(query: &ListQuery) -> Result<(), FieldErrors> {
    let refused = [("/limit", query.limit.is_some()), ("/cursor", query.cursor.is_some())];
    let errors = refused.into_iter().filter(|(_, is_told)| *is_told).map(|(pointer, _)| {
        FieldError::described(
            pointer,
            "not_with_a_file",
            Phrase::fixed(
                "Un fichier contient tous les SMS du filtre : retirez limit et cursor, ou demandez application/json.",
                "A file holds all SMS of the filter: leave out limit and cursor, or ask for application/json.",
            ),
        )
    });
    FieldErrors::none_or(errors.collect(), ())
}

/// Builds the file.
pub(crate) async fn all(
    deps: &Deps,
    tenant: &Tenant,
    filter: &Filter,
    format: Format,
    language: Language,
) -> Result<Response, Problem> {
    let (table, now) = (&deps.table, deps.clock.now());
    let school = table.school(tenant.school).await?;
    let zone = school.as_ref().map_or(Territory::Metropole.time_zone(), School::time_zone);
    let mut file = FileWriter::new(format, zone.clone(), language);
    let log_query =
        LogQuery { table, school: tenant.school, filter, consistency: Consistency::Eventual, now };
    let mut scan = ParcelScan::for_all(&log_query);
    let (mut written, mut travelling) = (Vec::new(), 0);
    loop {
        let is_more = log_query
            .visit_batch(&mut scan, &mut |logged| {
                // One extra message shows that the file is too long.
                if file.messages() <= MOST_MESSAGES {
                    file.write(&logged);
                }
            })
            .await?;
        let piece = file.take();
        travelling += bytes_on_the_way(format, &piece);
        if file.messages() > MOST_MESSAGES || travelling > MOST_BYTES {
            return Err(too_much().into());
        }
        written.extend_from_slice(&piece);
        if !is_more {
            let asked = Asked::new(format, filter);
            let entry =
                tenant.does(Act::ExportAsked, now).with(Figure::Messages, file.messages()).asking(asked);
            table.note(tenant.school, entry).await?;
            return Ok((file_headers(format, language, now, zone), written).into_response());
        }
    }
}

/// The size of a piece in Lambda's JSON response: text for text types, base64 for others.
fn bytes_on_the_way(format: Format, piece: &[u8]) -> usize {
    let escaped = |byte: &u8| match byte {
        b'"' | b'\\' | b'\n' | b'\r' | b'\t' | 0x08 | 0x0c => 2,
        0..=0x1f => 6,
        _ => 1,
    };
    match format {
        Format::Csv => piece.iter().map(escaped).sum(),
        Format::JsonLines => piece.len().div_ceil(3) * 4,
    }
}

fn too_much() -> FieldErrors {
    FieldErrors::one(FieldError::described(
        "",
        "too_many_for_one_answer",
        Phrase::new(
            format!(
                "Un fichier obtenu directement est limité à {MOST_MESSAGES} SMS, moins s’ils sont très longs : resserrez le filtre, ou demandez un fichier à télécharger."
            ),
            format!(
                "A file that is answered at once is limited to {MOST_MESSAGES} SMS, fewer if they are very long: narrow the filter, or ask for a file to download."
            ),
        ),
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_piece_is_as_long_on_the_way_as_json_makes_it() {
        let text: String = (0..0x250).filter_map(char::from_u32).collect();
        let json = serde_json::to_string(&text).unwrap();
        assert_eq!(bytes_on_the_way(Format::Csv, text.as_bytes()), json.len() - 2);
        assert_eq!(bytes_on_the_way(Format::JsonLines, &[0; 4]), 8);
    }
}
