//! Phone numbers that can receive an SMS.

mod country;
mod destination;
mod metadata;
mod national_plan;
mod national_spelling;
mod number;
mod refusal;
mod simulated;

pub use country::{Country, UnknownCountry};
pub use destination::Destination;
pub use number::PhoneNumber;
pub use refusal::PhoneNumberError;
pub use simulated::SimulatedBehaviour;
