//! `GET /v1/operator/carriers`: what each carrier's answers and receipts mean, and what to do about them.

use axum::{Extension, Json};
use serde::Serialize;
use shared::{
    carrier::{CarrierName, Outcome, receipt_verdicts, verdicts},
    delivery::Receipt,
    http::Operator,
    language::{Explain, Language},
};

#[derive(Serialize)]
pub(crate) struct CarriersBody {
    carriers: Vec<CarrierBody>,
}

#[derive(Serialize)]
struct CarrierBody {
    name: CarrierName,
    answers: Vec<MeaningBody>,
    receipts: Vec<MeaningBody>,
}

/// A carrier's code, what it means for the message, and a sentence for people.
#[derive(Serialize)]
struct MeaningBody {
    code: &'static str,
    means: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
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

impl CarrierBody {
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

/// What is not in these tables is `unknown`, or by its HTTP status what that says for certain.
pub(crate) async fn list(_: Operator, Extension(language): Extension<Language>) -> Json<CarriersBody> {
    let carriers = CarrierName::ALL.into_iter().map(|name| CarrierBody::new(name, language)).collect();
    Json(CarriersBody { carriers })
}
