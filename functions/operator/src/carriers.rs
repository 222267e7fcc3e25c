//! `GET /v1/operator/carriers`: what each carrier's answers and receipts mean, and what to do about them.

use api::Operator;
use axum::{Extension, Json};
use carriers::{receipt_verdicts, verdicts};
use domain::{
    delivery::{CarrierName, Outcome, Receipt},
    language::{Explain, Language},
};
use serde::Serialize;
use utoipa::ToSchema;

#[derive(Serialize, ToSchema)]
#[schema(as = CarrierList)]
pub(crate) struct CarriersBody {
    carriers: Vec<CarrierVocabulary>,
}

#[derive(Serialize, ToSchema)]
#[schema(as = CarrierCodes)]
struct CarrierVocabulary {
    name: CarrierName,
    answers: Vec<MeaningBody>,
    receipts: Vec<MeaningBody>,
}

/// A code of a carrier and its effect on a message.
#[derive(Serialize, ToSchema)]
#[schema(as = CarrierCode)]
struct MeaningBody {
    code: &'static str,
    #[schema(value_type = domain::schema::CarrierEffect)]
    means: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<domain::delivery::FailureReason>)]
    reason: Option<&'static str>,
    detail: &'static str,
}

const fn means(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Accepted => "accepted",
        Outcome::Refused(_) => "refused",
        Outcome::TryLater => "try_later",
        Outcome::Unknown => "unknown",
        Outcome::Halt => "halt",
    }
}

const fn tells(receipt: Option<Receipt>) -> &'static str {
    match receipt {
        None => "nothing",
        Some(Receipt::OnItsWay) => "sent",
        Some(Receipt::Delivered) => "delivered",
        Some(Receipt::Failed(_)) => "failed",
    }
}

impl CarrierVocabulary {
    fn new(name: CarrierName, language: Language) -> Self {
        let answers = verdicts(name).0.iter().map(|verdict| MeaningBody {
            code: verdict.code,
            means: means(verdict.outcome),
            reason: match &verdict.outcome {
                Outcome::Refused(reason) => Some(reason.code()),
                _ => None,
            },
            detail: verdict.explanation.in_language(language),
        });
        let receipts = receipt_verdicts(name).iter().map(|verdict| MeaningBody {
            code: verdict.code,
            means: tells(verdict.receipt),
            reason: match &verdict.receipt {
                Some(Receipt::Failed(reason)) => Some(reason.code()),
                _ => None,
            },
            detail: verdict.explanation.in_language(language),
        });
        Self { name, answers: answers.collect(), receipts: receipts.collect() }
    }
}

/// List carriers and their codes
#[utoipa::path(
    get,
    path = "/v1/operator/carriers",
    operation_id = "listCarriers",
    tag = "operator",
    security(("bearer" = ["operator"])),
    responses((status = OK, description = "The carriers and their known codes.", body = CarriersBody)),
)]
// What is not in these tables is `unknown`, or by its HTTP status what that says for certain.
pub(crate) async fn list(_: Operator, Extension(language): Extension<Language>) -> Json<CarriersBody> {
    let carriers = CarrierName::ALL.into_iter().map(|name| CarrierVocabulary::new(name, language)).collect();
    Json(CarriersBody { carriers })
}
