//! `GET /v1/rate-card`: the current price of a segment, or that of an earlier card.

use api::{FieldErrors, Problem, QueryOf, ReaderOf};
use axum::{Json, extract::State};
use deserr::Deserr;
use domain::{
    phone::Country,
    pricing::{MicroEuros, RateCard, RateCardVersion},
    territory::Territory,
};
use serde::Serialize;
use utoipa::{IntoParams, ToSchema};

use crate::deps::Deps;

#[derive(Serialize, ToSchema)]
#[schema(as = RateCard)]
pub(crate) struct RateCardBody {
    version: RateCardVersion,
    /// The date from which schools acknowledge the card.
    #[schema(format = Date)]
    in_force_on: String,
    /// The last date on which the acknowledged prices of the previous card remain valid.
    #[schema(format = Date)]
    earlier_prices_until: String,
    currency: &'static str,
    territories: Vec<TerritoryPrice>,
    countries: Vec<CountryPrice>,
}

#[derive(Serialize, ToSchema)]
struct TerritoryPrice {
    territory: Territory,
    name: &'static str,
    price_per_segment_micro_eur: MicroEuros,
}

#[derive(Serialize, ToSchema)]
struct CountryPrice {
    country: Country,
    price_per_segment_micro_eur: MicroEuros,
}

impl RateCardBody {
    pub(crate) fn of(card: &RateCard) -> Self {
        let territories = card.territories().iter().map(|(territory, price)| TerritoryPrice {
            territory: *territory,
            name: territory.name(),
            price_per_segment_micro_eur: *price,
        });
        let countries = card
            .countries()
            .iter()
            .map(|(country, price)| CountryPrice { country: *country, price_per_segment_micro_eur: *price });
        Self {
            version: card.version(),
            in_force_on: card.in_force_on().to_string(),
            earlier_prices_until: card.earlier_prices_until().to_string(),
            currency: "EUR",
            territories: territories.collect(),
            countries: countries.collect(),
        }
    }
}

#[derive(Debug, Deserr, IntoParams)]
#[deserr(error = FieldErrors, deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct CardQuery {
    /// The version. The card in force if absent.
    #[deserr(default)]
    version: Option<RateCardVersion>,
}

/// Get a rate card
///
/// The prices per segment of the card in force, or of an earlier version.
#[utoipa::path(
    get,
    path = "/v1/rate-card",
    operation_id = "getRateCard",
    tag = "registration",
    security(("bearer" = ["reader"])),
    params(CardQuery),
    responses((status = OK, description = "The rate card.", body = RateCardBody)),
)]
pub(crate) async fn show(
    _: ReaderOf,
    State(deps): State<Deps>,
    QueryOf(query): QueryOf<CardQuery>,
) -> Result<Json<RateCardBody>, Problem> {
    let card = query.version.map_or_else(|| RateCard::current(deps.clock.now()), RateCardVersion::card);
    Ok(Json(RateCardBody::of(card)))
}
