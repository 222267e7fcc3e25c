//! Field errors: all invalid fields of a request, each with its pointer (RFC 6901) and reason.

use std::ops::ControlFlow;

use deserr::{DeserializeError, ErrorKind, IntoValue, MergeWithError, ValueKind, ValuePointerRef};
use serde::Serialize;
use utoipa::ToSchema;

use domain::language::{Explain, Language, Phrase};

/// One invalid field of a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FieldError {
    pointer: String,
    code: &'static str,
    detail: Phrase,
}

impl FieldError {
    /// Creates an error from a JSON Pointer and a domain error.
    pub fn new(pointer: impl Into<String>, error: &impl Explain) -> Self {
        Self { pointer: pointer.into(), code: error.code(), detail: error.explain() }
    }

    /// Creates an error with a reason outside the domain.
    pub fn described(pointer: impl Into<String>, code: &'static str, detail: Phrase) -> Self {
        Self { pointer: pointer.into(), code, detail }
    }

    /// Returns the stable code.
    pub const fn code(&self) -> &'static str {
        self.code
    }

    pub(super) fn document(&self, language: Language) -> ErrorDocument {
        ErrorDocument {
            pointer: self.pointer.clone(),
            code: self.code,
            detail: self.detail.in_language(language).to_owned(),
        }
    }
}

/// One invalid field of a request.
#[derive(Serialize, ToSchema)]
#[schema(as = FieldError)]
pub(super) struct ErrorDocument {
    /// The JSON Pointer of the field (RFC 6901).
    pointer: String,
    /// A stable code for programs.
    code: &'static str,
    /// The reason and the remedy, for people.
    detail: String,
}

/// Bodies with more errors repeat one mistake.
const MAX_ERRORS: usize = 100;

/// All invalid fields of a request; at least one.
#[derive(Debug)]
pub struct FieldErrors(Vec<FieldError>);

impl FieldErrors {
    /// Creates a single error.
    pub fn one(error: FieldError) -> Self {
        Self(vec![error])
    }

    /// Returns the errors, up to the limit, or the value if there are none.
    pub fn none_or<T>(mut errors: Vec<FieldError>, value: T) -> Result<T, Self> {
        errors.truncate(MAX_ERRORS);
        if errors.is_empty() { Ok(value) } else { Err(Self(errors)) }
    }

    /// Returns the errors.
    pub fn into_vec(self) -> Vec<FieldError> {
        self.0
    }
}

/// Returns the JSON Pointer to a member of an object, with its key escaped (RFC 6901, 3).
pub fn member(object: &str, key: &str) -> String {
    format!("{object}/{}", key.replace('~', "~0").replace('/', "~1"))
}

/// Adds the field's pointer to a domain error.
pub fn at<T>(pointer: &str, result: Result<T, impl Explain>) -> Result<T, FieldErrors> {
    result.map_err(|error| FieldErrors::one(FieldError::new(pointer, &error)))
}

/// Converts a location to a JSON Pointer.
pub(super) fn pointer(location: ValuePointerRef<'_>) -> String {
    match location {
        ValuePointerRef::Origin => String::new(),
        ValuePointerRef::Key { key, prev } => member(&pointer(*prev), key),
        ValuePointerRef::Index { index, prev } => format!("{}/{index}", pointer(*prev)),
    }
}

impl MergeWithError<Self> for FieldErrors {
    fn merge(earlier: Option<Self>, other: Self, _: ValuePointerRef<'_>) -> ControlFlow<Self, Self> {
        let mut errors = earlier.map(Self::into_vec).unwrap_or_default();
        errors.extend(other.0);
        if errors.len() < MAX_ERRORS {
            ControlFlow::Continue(Self(errors))
        } else {
            ControlFlow::Break(Self(errors))
        }
    }
}

impl<E: Explain> MergeWithError<E> for FieldErrors {
    fn merge(earlier: Option<Self>, error: E, location: ValuePointerRef<'_>) -> ControlFlow<Self, Self> {
        Self::merge(earlier, Self::one(FieldError::new(pointer(location), &error)), location)
    }
}

impl DeserializeError for FieldErrors {
    fn error<V: IntoValue>(
        earlier: Option<Self>,
        error: ErrorKind<'_, V>,
        location: ValuePointerRef<'_>,
    ) -> ControlFlow<Self, Self> {
        let place = pointer(location);
        let error = match error {
            ErrorKind::MissingField { field } => FieldError::described(
                format!("{place}/{field}"),
                "required",
                Phrase::fixed("Ce champ est obligatoire.", "This field is required."),
            ),
            ErrorKind::UnknownKey { key, accepted } => unknown_field(&place, key, accepted),
            ErrorKind::IncorrectValueKind { accepted, .. } => {
                let (fr, en) = kinds(accepted);
                let detail = Phrase::new(format!("Il faut ici {fr}."), format!("This must be {en}."));
                FieldError::described(place, "wrong_type", detail)
            }
            ErrorKind::UnknownValue { accepted, .. } => {
                let accepted = accepted.join(", ");
                let detail = Phrase::new(
                    format!("Valeur inconnue. Valeurs possibles : {accepted}."),
                    format!("Unknown value. Possible values: {accepted}."),
                );
                FieldError::described(place, "unknown_value", detail)
            }
            ErrorKind::BadSequenceLen { expected, .. } => {
                let detail = Phrase::new(
                    format!("Il faut ici {expected} éléments."),
                    format!("This must have {expected} elements."),
                );
                FieldError::described(place, "wrong_length", detail)
            }
            ErrorKind::Unexpected { .. } => FieldError::described(
                place,
                "out_of_range",
                Phrase::fixed("Cette valeur est hors des limites.", "This value is out of range."),
            ),
        };
        Self::merge(earlier, Self::one(error), location)
    }
}

/// Names that clients try for the sender, which is fixed.
const SENDER_FIELDS: [&str; 5] = ["sender", "sender_id", "from", "originator", "emetteur"];

fn unknown_field(place: &str, key: &str, accepted: &[&str]) -> FieldError {
    let place = member(place, key);
    if SENDER_FIELDS.contains(&key.to_lowercase().as_str()) {
        return FieldError::described(
            place,
            "sender_fixed",
            Phrase::fixed(
                "Le numéro affiché ne peut pas être modifié. Pour être rappelé, mettez {{school.callback_number}} dans le texte.",
                "The sender shown cannot be changed. To be called back, put {{school.callback_number}} in the text.",
            ),
        );
    }
    let accepted = accepted.join(", ");
    FieldError::described(
        place,
        "unknown_field",
        Phrase::new(
            format!("Ce champ n’existe pas. Champs possibles : {accepted}."),
            format!("There is no such field. Possible fields: {accepted}."),
        ),
    )
}

fn kinds(accepted: &[ValueKind]) -> (String, String) {
    let name = |kind: &ValueKind| match kind {
        ValueKind::Null => ("null", "null"),
        ValueKind::Boolean => ("true ou false", "true or false"),
        ValueKind::Integer | ValueKind::NegativeInteger => ("un nombre entier", "an integer"),
        ValueKind::Float => ("un nombre", "a number"),
        ValueKind::String => ("un texte", "a string"),
        ValueKind::Sequence => ("une liste", "an array"),
        ValueKind::Map => ("un objet", "an object"),
    };
    let mut names: Vec<_> = accepted.iter().map(name).collect();
    names.dedup();
    let (fr, en): (Vec<_>, Vec<_>) = names.into_iter().unzip();
    (fr.join(" ou "), en.join(" or "))
}
