//! The refusals of callbacks.

use api::{FieldError, FieldErrors, Problem, ProblemKind};
use aws::SecretError;
use domain::{
    delivery::{CarrierName, NotAReport},
    language::{Explain, Phrase},
};
use queues::QueueError;

/// The queue was tried four times. A bridge sends the callback again, and so does Twilio if configured to;
/// OVHcloud documents no retry.
pub(crate) fn unavailable(error: &QueueError) -> Problem {
    tracing::warn!(chain = telemetry::chain(error), "report not enqueued");
    Problem::new(
        ProblemKind::Unavailable,
        Phrase::fixed("Renvoyez cet appel dans un instant.", "Send this call again in a moment."),
    )
}

pub(crate) fn no_key(error: &SecretError) -> Problem {
    tracing::error!(alarm = "secret", chain = telemetry::chain(error), "carrier key unreadable");
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
