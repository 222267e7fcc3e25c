//! Phone numbers that can receive an SMS.

mod country;
mod metadata;
mod national_plan;
mod national_spelling;
mod number;
mod refusal;
mod simulated;

pub use country::{Country, UnknownCountry};
pub use number::{Destination, PhoneNumber};
pub use refusal::PhoneNumberError;
pub use simulated::SimulatedBehaviour;
