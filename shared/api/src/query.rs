//! Query strings and paths.

use std::{fmt::Debug, str::FromStr};

use axum::{
    extract::{FromRequestParts, Path, Query},
    http::request::Parts,
};
use deserr::{Deserr, IntoValue, ValuePointerRef};
use serde_json::{Map, Value};

use super::{FieldError, FieldErrors, Problem, ProblemKind, fields::pointer};
use domain::language::Phrase;

/// A query, parsed into `T` like a body: an unknown or repeated parameter is refused, so that a
/// misspelt filter never returns everything.
#[derive(Debug)]
pub struct QueryOf<T>(pub T);

impl<S: Send + Sync, T: Deserr<FieldErrors>> FromRequestParts<S> for QueryOf<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let malformed = || {
            Problem::new(
                ProblemKind::MalformedRequest,
                Phrase::fixed(
                    "Les paramètres après le ? ne se lisent pas, ou l’un d’eux est répété.",
                    "The parameters after the ? cannot be read, or one of them is repeated.",
                ),
            )
        };
        let Query(pairs) = Query::<Vec<(String, String)>>::from_request_parts(parts, state)
            .await
            .map_err(|_| malformed())?;
        let mut parameters = Map::new();
        for (name, value) in pairs {
            if parameters.insert(name, Value::String(value)).is_some() {
                return Err(malformed());
            }
        }
        Ok(Self(deserr::deserialize::<T, _, FieldErrors>(Value::Object(parameters))?))
    }
}

/// A boolean in a query; false if absent.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct QueryFlag(pub bool);

impl Deserr<FieldErrors> for QueryFlag {
    fn deserialize_from_value<V: IntoValue>(
        value: deserr::Value<V>,
        location: ValuePointerRef<'_>,
    ) -> Result<Self, FieldErrors> {
        match <String as Deserr<FieldErrors>>::deserialize_from_value(value, location)?.as_str() {
            "true" => Ok(Self(true)),
            "false" => Ok(Self(false)),
            _ => Err(FieldErrors::one(FieldError::described(
                pointer(location),
                "wrong_type",
                Phrase::fixed("Il faut ici true ou false.", "This must be true or false."),
            ))),
        }
    }
}

/// An identifier in the path. An invalid one is not found.
#[derive(Debug)]
pub struct PathId<Id>(pub Id);

impl<S: Send + Sync, Id: FromStr + Debug> FromRequestParts<S> for PathId<Id> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let Path(text) =
            Path::<String>::from_request_parts(parts, state).await.map_err(|_| Problem::not_found())?;
        text.parse().map(Self).map_err(|_| Problem::not_found())
    }
}
