//! `POST /v1/texts/measure`: the cost of a text, and the characters that raise it.

use api::{FieldError, FieldErrors, JsonBody, Notice, Problem, SenderOf, documentation::text_of_at_most};
use axum::{Extension, Json, extract::State};
use deserr::Deserr;
use domain::{
    language::{Language, Phrase},
    phone::Destination,
    pricing::{MicroEuros, RateCard},
    registration::{AcknowledgedPrices, Standing},
    school::School,
    template::{Body, TextWarning},
    territory::Territory,
    text::{Encoding, EncodingMode, MeasuredText, Segments, TextReport},
};
use jiff::Timestamp;
use serde::Serialize;
use utoipa::ToSchema;

use crate::deps::Deps;

#[derive(Debug, Deserr, ToSchema)]
#[deserr(error = FieldErrors, deny_unknown_fields)]
#[schema(as = MeasurementRequest, examples(json!({ "text": "Réunion demain à 18 h, salle 12.", "encoding_mode": "typographic" })))]
pub(crate) struct MeasureBody {
    #[schema(schema_with = text_of_at_most::<{ Body::MAX_CHARACTERS }>)]
    text: String,
    #[deserr(default)]
    encoding_mode: Option<EncodingMode>,
}

/// The encoding, the segments and the cost of a text.
#[derive(Serialize, ToSchema)]
#[schema(as = TextMeasurement)]
pub(crate) struct CostBody {
    text: String,
    #[serde(flatten)]
    size: Size,
    /// The maximum number of segments of a message.
    segments_limit: Segments,
    /// The characters outside GSM-7.
    offending_characters: Vec<OffendingBody>,
    /// The size of the text with these characters replaced or removed.
    without_them: Size,
    warnings: Vec<Notice>,
}

#[derive(Serialize, ToSchema)]
#[schema(as = TextSize)]
struct Size {
    encoding: Encoding,
    /// The length: septets in GSM-7, UTF-16 code units in UCS-2.
    units: usize,
    segments: Segments,
    /// The price of one message to the school's own territory.
    price_micro_eur: MicroEuros,
}

#[derive(Serialize, ToSchema)]
#[schema(as = NonGsmCharacter)]
struct OffendingBody {
    character: char,
    code_point: String,
    /// The positions in the text, in characters from 0.
    positions: Vec<usize>,
    /// The equivalent in GSM-7. `null` without an equivalent.
    #[schema(required)]
    replacement: Option<String>,
}

/// The inputs of a measurement: a school's mode, territory and acknowledged prices.
pub(crate) struct Measure<'a> {
    pub standing: &'a Standing,
    /// Overrides the school's mode.
    pub mode: Option<EncodingMode>,
    pub now: Timestamp,
    pub language: Language,
}

impl CostBody {
    /// The cost of a text for a school.
    pub(crate) fn of(text: &str, measure: &Measure<'_>) -> Self {
        let Measure { standing, mode, now, language } = measure;
        let school = standing.school.as_ref();
        let mode = mode.or(school.map(|school| school.encoding_mode)).unwrap_or_default();
        let territory = school.map_or(Territory::Metropole, |school| school.territory);
        // The price of the next send: after a lapsed acknowledgement, the current card's.
        let acknowledged = standing.registration.as_ref().filter(|registration| {
            let zone = school.map_or(territory.time_zone(), School::time_zone);
            !matches!(registration.prices(*now, zone), AcknowledgedPrices::Lapsed { .. })
        });
        let card = acknowledged
            .map_or_else(|| RateCard::current(*now), |registration| registration.rate_card.card());
        let report = TextReport::new(text, mode);
        let unit_price = card
            .unit_price(Destination::Territory(territory))
            .expect("every card has a price for each territory");
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
        let warnings = TextWarning::of(text);
        Self {
            size: size(report.measured),
            segments_limit: Segments::DEFAULT_LIMIT,
            offending_characters: offending.collect(),
            without_them: size(report.without_them),
            warnings: warnings.iter().map(|warning| Notice::of(warning, *language)).collect(),
            text: report.text,
        }
    }
}

/// Measure a text
///
/// Returns the encoding, the segments, the cost and the characters outside GSM-7.
#[utoipa::path(
    post,
    path = "/v1/texts/measure",
    operation_id = "measureText",
    tag = "templates",
    security(("bearer" = ["sender"])),
    request_body = MeasureBody,
    responses((status = OK, description = "The measurement.", body = CostBody)),
)]
pub(crate) async fn measure(
    SenderOf(tenant): SenderOf,
    State(deps): State<Deps>,
    Extension(language): Extension<Language>,
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
    let measure = Measure { standing: &standing, mode: body.encoding_mode, now: deps.clock.now(), language };
    Ok(Json(CostBody::of(&body.text, &measure)))
}
