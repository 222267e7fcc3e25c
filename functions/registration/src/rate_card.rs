//! `GET /v1/rate-card`: what a segment costs today.

use axum::Json;
use serde::Serialize;
use shared::{
    http::{Problem, ReaderOf},
    phone::Country,
    pricing::{MicroEuros, RateCard, RateCardVersion},
    school::Territory,
};

#[derive(Serialize)]
pub(crate) struct RateCardBody {
    version: RateCardVersion,
    currency: &'static str,
    territories: Vec<TerritoryPrice>,
    countries: Vec<CountryPrice>,
}

#[derive(Serialize)]
struct TerritoryPrice {
    territory: Territory,
    name: &'static str,
    price_per_segment_micro_eur: MicroEuros,
}

#[derive(Serialize)]
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
            currency: "EUR",
            territories: territories.collect(),
            countries: countries.collect(),
        }
    }
}

pub(crate) async fn show(_: ReaderOf) -> Result<Json<RateCardBody>, Problem> {
    Ok(Json(RateCardBody::of(RateCard::current())))
}
