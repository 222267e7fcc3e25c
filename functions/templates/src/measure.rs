//! `POST /v1/texts/measure`: what a text costs, and which character made it cost more.

use axum::{Json, extract::State};
use deserr::Deserr;
use serde::Serialize;
use shared::{
    http::{FieldError, FieldErrors, JsonBody, Problem, SenderOf},
    language::Phrase,
    phone::Destination,
    pricing::{MicroEuros, RateCard},
    registration::Standing,
    school::Territory,
    template::Body,
    text::{Encoding, EncodingMode, MeasuredText, Segments, TextReport},
};

use crate::Deps;

#[derive(Debug, Deserr)]
#[deserr(error = FieldErrors, deny_unknown_fields)]
pub(crate) struct MeasureBody {
    text: String,
    #[deserr(default)]
    encoding_mode: Option<EncodingMode>,
}

/// The cost of a text, as `texts/measure` and a template's preview tell it.
#[derive(Serialize)]
pub(crate) struct CostBody {
    text: String,
    #[serde(flatten)]
    size: Size,
    /// Above this many segments nothing is sent.
    segments_limit: Segments,
    offending_characters: Vec<OffendingBody>,
    without_them: Size,
}

#[derive(Serialize)]
struct Size {
    encoding: Encoding,
    units: usize,
    segments: Segments,
    /// To one phone of the school's own territory.
    price_micro_eur: MicroEuros,
}

#[derive(Serialize)]
struct OffendingBody {
    character: char,
    code_point: String,
    positions: Vec<usize>,
    replacement: Option<String>,
}

impl CostBody {
    /// The cost for a school: its mode unless another is asked for, its territory, and the prices
    /// that it acknowledged.
    pub(crate) fn of_school(text: &str, mode: Option<EncodingMode>, standing: &Standing) -> Self {
        let school = standing.school.as_ref();
        let mode = mode.or(school.map(|school| school.encoding_mode)).unwrap_or_default();
        let territory = school.map_or(Territory::Metropole, |school| school.territory);
        let acknowledged = standing.registration.as_ref().map(|registration| registration.rate_card.card());
        Self::new(text, mode, territory, acknowledged.unwrap_or(RateCard::current()))
    }

    fn new(text: &str, mode: EncodingMode, territory: Territory, card: &RateCard) -> Self {
        let report = TextReport::new(text, mode);
        let unit_price = card.unit_price(Destination::Territory(territory)).unwrap_or_default();
        let size = |measured: MeasuredText| Size {
            encoding: measured.encoding,
            units: measured.units,
            segments: measured.segments,
            price_micro_eur: unit_price.for_segments(measured.segments),
        };
        let offending = report.offending.into_iter().map(|offending| OffendingBody {
            character: offending.character,
            code_point: format!("U+{:04X}", u32::from(offending.character)),
            positions: offending.positions,
            replacement: offending.replacement,
        });
        Self {
            size: size(report.measured),
            segments_limit: Segments::DEFAULT_LIMIT,
            offending_characters: offending.collect(),
            without_them: size(report.without_them),
            text: report.text,
        }
    }
}

pub(crate) async fn measure(
    SenderOf(tenant): SenderOf,
    State(deps): State<Deps>,
    JsonBody { value: body, .. }: JsonBody<MeasureBody>,
) -> Result<Json<CostBody>, Problem> {
    if body.text.chars().count() > Body::MAX_CHARACTERS {
        let max = Body::MAX_CHARACTERS;
        return Err(FieldErrors::one(FieldError::described(
            "/text",
            "too_long",
            Phrase::new(
                format!("Le texte est limité à {max} caractères."),
                format!("The text is limited to {max} characters."),
            ),
        ))
        .into());
    }
    let standing = deps.table.standing(tenant.school).await?;
    Ok(Json(CostBody::of_school(&body.text, body.encoding_mode, &standing)))
}
