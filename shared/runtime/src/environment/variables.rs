//! Reading one variable of the environment.

use std::{env, sync::Arc};

use aws::{Aws, Secret};
use domain::clock::Clock;

use crate::SystemClock;

/// A setting that is missing or has no meaning.
#[derive(Debug, thiserror::Error)]
#[error("the environment variable {name} {problem}")]
pub struct SettingError {
    pub(super) name: &'static str,
    pub(super) problem: &'static str,
}

#[expect(clippy::disallowed_methods, reason = "the one place that reads the environment")]
pub(super) fn optional(name: &'static str) -> Option<String> {
    env::var(name).ok().filter(|value| !value.is_empty())
}

pub(super) fn required(name: &'static str) -> Result<String, SettingError> {
    optional(name).ok_or(SettingError { name, problem: "is not set" })
}

/// The secret that a variable names.
pub(super) fn secret(aws: &Aws, name: &'static str) -> Result<Secret, SettingError> {
    Ok(Secret::stored(aws.clone(), required(name)?, clock()))
}

/// The machine's clock.
pub fn clock() -> Arc<dyn Clock> {
    Arc::new(SystemClock)
}
