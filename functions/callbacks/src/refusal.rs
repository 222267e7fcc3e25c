//! Why a callback is not taken in.

use api::{FieldError, FieldErrors, Problem, ProblemKind};
use aws::SecretError;
use domain::{
    delivery::{CarrierName, NotAReport},
    language::{Explain, Phrase},
};
use queues::QueueError;

/// A bridge sends it again, and so does Twilio where it was told to; what OVHcloud does, it does not say. The
/// queue was tried four times before this.
pub(crate) fn unavailable(error: &QueueError) -> Problem {
    tracing::warn!(chain = telemetry::chain(error), "a report was not kept");
    Problem::new(
        ProblemKind::Unavailable,
        Phrase::fixed("Renvoyez cet appel dans un instant.", "Send this call again in a moment."),
    )
}

pub(crate) fn no_key(error: &SecretError) -> Problem {
    tracing::error!(alarm = "secret", chain = telemetry::chain(error), "a carrier's key cannot be read");
    Problem::new(
        ProblemKind::Unavailable,
        Phrase::fixed("Renvoyez cet appel dans un instant.", "Send this call again in a moment."),
    )
}

/// What is signed and cannot be understood: sending it again would not help.
pub(crate) fn not_understood(carrier: CarrierName, error: NotAReport) -> Problem {
    tracing::warn!(%carrier, reason = error.code(), "unreadable report");
    FieldErrors::one(FieldError::new("", &error)).into()
}

pub(crate) fn unsigned() -> Problem {
    Problem::new(
        ProblemKind::UnsignedCallback,
        Phrase::fixed(
            "Signez la requête exactement telle qu’elle est envoyée, avec la clé convenue et l’heure présente.",
            "Sign the request exactly as it is sent, with the agreed key and the present time.",
        ),
    )
}
