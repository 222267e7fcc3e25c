//! The variables of a process, and its AWS clients.

use std::sync::Arc;

use aws::{Aws, Secret};
use domain::clock::Clock;

use super::{
    clients,
    variables::{SettingError, Variables},
};
use crate::SystemClock;

/// The parts of a function as the variables of its process name them.
pub struct Environment {
    pub(super) variables: Variables,
    pub(super) aws: Aws,
}

impl Environment {
    /// That of this process.
    pub fn of_this_process() -> Result<Self, SettingError> {
        Self::from_variables(Variables::of_this_process())
    }

    /// Variables that are looked up by their names.
    pub fn of(
        look_up: impl Fn(&'static str) -> Option<String> + Send + Sync + 'static,
    ) -> Result<Self, SettingError> {
        Self::from_variables(Variables::of(look_up))
    }

    fn from_variables(variables: Variables) -> Result<Self, SettingError> {
        let aws = clients::aws(&variables)?;
        Ok(Self { variables, aws })
    }

    pub(super) fn optional(&self, name: &'static str) -> Option<String> {
        self.variables.optional(name)
    }

    pub(super) fn required(&self, name: &'static str) -> Result<String, SettingError> {
        self.variables.required(name)
    }

    /// The secret that a variable names.
    pub(super) fn secret(&self, name: &'static str) -> Result<Secret, SettingError> {
        Ok(Secret::stored(self.aws.clone(), self.required(name)?, clock()))
    }
}

/// The machine's clock.
pub(super) fn clock() -> Arc<dyn Clock> {
    Arc::new(SystemClock)
}
