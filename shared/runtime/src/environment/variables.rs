//! Reading environment variables.

use std::{env, sync::Arc};

use aws::{Aws, Secret};
use domain::clock::Clock;

use crate::SystemClock;

/// A missing or invalid setting.
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

/// References the secret of a variable.
pub(super) fn secret(aws: &Aws, name: &'static str) -> Result<Secret, SettingError> {
    Ok(Secret::stored(aws.clone(), required(name)?, clock()))
}

/// Creates the system clock.
pub fn clock() -> Arc<dyn Clock> {
    Arc::new(SystemClock)
}
