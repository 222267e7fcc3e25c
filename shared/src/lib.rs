//! The domain of Carillon, SMS for schools.

pub mod clock;
pub mod directory;
pub mod id;
pub mod language;
pub mod line;
pub mod phone;
pub mod pricing;
pub mod registration;
pub mod school;
pub mod template;
pub mod text;
