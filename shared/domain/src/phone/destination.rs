//! Where a phone is.

use super::Country;
use crate::territory::Territory;

/// Where a phone is, which decides the price and whether the school may reach it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Destination {
    /// A French territory; open to every school.
    Territory(Territory),
    /// Another country; closed unless the school opened it.
    Country(Country),
    /// ARCEP's fiction block: nobody's phone, answered by the simulator.
    Simulated,
}

impl Destination {
    /// How stored numbers name the simulated block: `XS` is free for private use in ISO 3166-1.
    const SIMULATED_CODE: &'static str = "XS";

    /// Two letters: the ISO 3166-1 code of the territory or country, `XS` for simulated numbers.
    pub fn code(&self) -> &str {
        match self {
            Self::Territory(territory) => territory.code(),
            Self::Country(country) => country.code(),
            Self::Simulated => Self::SIMULATED_CODE,
        }
    }

    /// Reads a [`Destination::code`].
    pub fn parse(code: &str) -> Option<Self> {
        if code == Self::SIMULATED_CODE {
            return Some(Self::Simulated);
        }
        Territory::parse(code)
            .map(Self::Territory)
            .ok()
            .or_else(|| Country::parse(code).map(Self::Country).ok())
    }
}
