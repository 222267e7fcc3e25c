//! Reading one variable of the environment.

use std::env;

/// A setting that is missing or has no meaning.
#[derive(Debug, thiserror::Error)]
#[error("the environment variable {name} {problem}")]
pub struct SettingError {
    pub(super) name: &'static str,
    pub(super) problem: &'static str,
}

/// Variables by their names.
pub(super) struct Variables(Box<dyn Fn(&'static str) -> Option<String> + Send + Sync>);

impl Variables {
    #[expect(clippy::disallowed_methods, reason = "the one place that reads the environment")]
    pub fn of_this_process() -> Self {
        Self::of(|name| env::var(name).ok())
    }

    pub fn of(look_up: impl Fn(&'static str) -> Option<String> + Send + Sync + 'static) -> Self {
        Self(Box::new(look_up))
    }

    /// One that is empty is not set.
    pub fn optional(&self, name: &'static str) -> Option<String> {
        (self.0)(name).filter(|value| !value.is_empty())
    }

    pub fn required(&self, name: &'static str) -> Result<String, SettingError> {
        self.optional(name).ok_or(SettingError { name, problem: "is not set" })
    }
}
