//! Problem documents (RFC 9457).

use std::{error::Error, sync::Arc};

use axum::{
    body::Body,
    http::{HeaderValue, header},
    response::{IntoResponse, Response},
};
use serde::Serialize;
use utoipa::ToSchema;

use super::{
    FieldError, FieldErrors,
    fields::ErrorDocument,
    problem_kinds::{ProblemKind, Retry},
};
use domain::{
    budget::OverBudget,
    language::{Explain, Language, Phrase},
    registration::{Barred, IllegalDecision},
};
use queues::QueueError;
use store::StoreError;

/// An error and its remedy, in both languages until rendered.
#[derive(Clone, Debug)]
pub struct Problem {
    kind: ProblemKind,
    detail: Phrase,
    code: Option<&'static str>,
    errors: Vec<FieldError>,
    cause: Option<Arc<dyn Error + Send + Sync>>,
}

/// Returns the `type` of a problem kind: a URI used as a name, not dereferenceable.
pub fn problem_type(kind: ProblemKind) -> String {
    format!("tag:carillon.example,2026:problems/{}", kind.slug())
}

impl Problem {
    /// Creates a problem of a kind.
    pub fn new(kind: ProblemKind, detail: Phrase) -> Self {
        Self { kind, detail, code: None, errors: Vec::new(), cause: None }
    }

    /// Creates a problem from a domain error.
    pub fn explained(kind: ProblemKind, error: &impl Explain) -> Self {
        Self { code: Some(error.code()), ..Self::new(kind, error.explain()) }
    }

    /// Adds the invalid fields or texts.
    pub fn with_errors(mut self, errors: Vec<FieldError>) -> Self {
        self.errors = errors;
        self
    }

    /// Not found, or owned by another school: indistinguishable to the caller.
    pub fn not_found() -> Self {
        Self::new(
            ProblemKind::NotFound,
            Phrase::fixed(
                "Il n’y a rien à cette adresse pour votre établissement.",
                "There is nothing at this address for your school.",
            ),
        )
    }

    /// A bug of ours. The cause is logged, never returned.
    pub fn internal(cause: impl Error + Send + Sync + 'static) -> Self {
        Self {
            cause: Some(Arc::new(cause)),
            ..Self::new(
                ProblemKind::Internal,
                Phrase::fixed(
                    "L’erreur est enregistrée. Si elle se répète, transmettez à l’opérateur le numéro de la requête.",
                    "The error is recorded. If it happens again, give the operator the request's number.",
                ),
            )
        }
    }

    fn unavailable(cause: impl Error + Send + Sync + 'static) -> Self {
        Self {
            cause: Some(Arc::new(cause)),
            ..Self::new(
                ProblemKind::Unavailable,
                Phrase::fixed(
                    "Recommencez dans quelques secondes, avec la même clé d’idempotence pour un envoi.",
                    "Try again in a few seconds, with the same idempotency key for a send.",
                ),
            )
        }
    }

    /// Returns the kind.
    pub const fn kind(&self) -> ProblemKind {
        self.kind
    }

    /// Returns the cause, for the log.
    pub(super) fn cause(&self) -> Option<&(dyn Error + 'static)> {
        self.cause.as_deref().map(|cause| cause as &(dyn Error + 'static))
    }

    /// Builds the document in one language.
    pub(super) fn document(&self, language: Language, request_id: Option<&str>) -> ProblemDocument {
        ProblemDocument {
            r#type: problem_type(self.kind),
            title: self.kind.title().in_language(language).to_owned(),
            status: self.kind.status().as_u16(),
            detail: self.detail.in_language(language).to_owned(),
            code: self.code,
            request_id: request_id.map(str::to_owned),
            errors: self.errors.iter().map(|error| error.document(language)).collect(),
        }
    }

    /// Renders the response in one language.
    pub(super) fn render(&self, language: Language, request_id: Option<&str>) -> Response {
        let body =
            serde_json::to_string(&self.document(language, request_id)).expect("a problem has plain fields");
        let mut response = (self.kind.status(), Body::from(body)).into_response();
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
        headers.insert(header::CONTENT_LANGUAGE, HeaderValue::from_static(language.tag()));
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        if let Retry::After(seconds) = self.kind.retry() {
            headers.insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        if self.kind == ProblemKind::Unauthenticated {
            headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        response
    }
}

/// A problem document (RFC 9457).
#[derive(Serialize, ToSchema)]
#[schema(as = Problem)]
pub(super) struct ProblemDocument {
    /// The stable identifier of the kind of problem.
    #[schema(value_type = ProblemKind)]
    r#type: String,
    /// A short summary of the kind of problem.
    title: String,
    /// The HTTP status.
    #[schema(minimum = 400, maximum = 599)]
    status: u16,
    /// The cause of this problem and the remedy.
    detail: String,
    /// The reason, for kinds with several reasons.
    #[serde(skip_serializing_if = "Option::is_none")]
    code: Option<&'static str>,
    /// The identifier of the request, for support.
    #[serde(skip_serializing_if = "Option::is_none")]
    request_id: Option<String>,
    /// All invalid fields, or all texts with missing values.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(min_items = 1)]
    errors: Vec<ErrorDocument>,
}

/// The outermost layer renders the document: it knows the language.
impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let mut response = self.kind.status().into_response();
        response.extensions_mut().insert(self);
        response
    }
}

impl From<FieldErrors> for Problem {
    fn from(errors: FieldErrors) -> Self {
        Self::new(
            ProblemKind::InvalidFields,
            Phrase::fixed(
                "Corrigez les champs indiqués et envoyez de nouveau la requête. Rien n’a été changé.",
                "Correct the fields named below and send the request again. Nothing was changed.",
            ),
        )
        .with_errors(errors.into_vec())
    }
}

impl From<Barred> for Problem {
    fn from(barred: Barred) -> Self {
        Self::explained(ProblemKind::SendingBarred, &barred)
    }
}

impl From<IllegalDecision> for Problem {
    fn from(illegal: IllegalDecision) -> Self {
        Self::explained(ProblemKind::StateConflict, &illegal)
    }
}

impl From<OverBudget> for Problem {
    fn from(over: OverBudget) -> Self {
        Self::explained(ProblemKind::OverBudget, &over)
    }
}

impl From<QueueError> for Problem {
    fn from(error: QueueError) -> Self {
        Self::unavailable(error)
    }
}

impl From<StoreError> for Problem {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Conflict => Self::new(
                ProblemKind::StateConflict,
                Phrase::fixed(
                    "Quelqu’un d’autre vient de modifier la même chose : relisez-la et recommencez.",
                    "Somebody else has just changed the same thing: read it again and start over.",
                ),
            ),
            StoreError::Unavailable(_) => Self::unavailable(error),
            StoreError::Unreadable(_) | StoreError::Refused(_) => Self::internal(error),
        }
    }
}
