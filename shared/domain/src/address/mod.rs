//! Postal addresses and household matching.

mod components;
mod household;
mod words;

pub use household::HouseholdKey;

use serde::{Deserialize, Serialize};

use crate::line::Line;

/// The lines above the postal code, joined: number, street, building, flat.
pub type Street = Line<200>;
/// A postal code, French or foreign.
pub type PostalCode = Line<12>;
/// The name of a town.
pub type City = Line<80>;

/// A person's postal address.
///
/// The household key is stored with it, so that comparing addresses compares two numbers. When the rule
/// learns an abbreviation, stored keys change only on the next write; until then two spellings may
/// differ, but two doors are never merged.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PostalAddress {
    street: Street,
    postal_code: Option<PostalCode>,
    city: Option<City>,
    household: Option<HouseholdKey>,
}

impl PostalAddress {
    /// Creates an address from user input. Without a number, a postal code or a town it has no
    /// household key.
    pub fn new(street: Street, postal_code: Option<PostalCode>, city: Option<City>) -> Self {
        let household = postal_code
            .as_ref()
            .zip(city.as_ref())
            .and_then(|(code, city)| HouseholdKey::of(street.as_str(), code.as_str(), city.as_str()));
        Self { street, postal_code, city, household }
    }

    /// Restores an address with its stored key.
    pub const fn kept(
        street: Street,
        postal_code: Option<PostalCode>,
        city: Option<City>,
        household: Option<HouseholdKey>,
    ) -> Self {
        Self { street, postal_code, city, household }
    }

    /// Returns number, street, building and flat.
    pub const fn street(&self) -> &Street {
        &self.street
    }

    /// Returns the postal code.
    pub const fn postal_code(&self) -> Option<&PostalCode> {
        self.postal_code.as_ref()
    }

    /// Returns the town.
    pub const fn city(&self) -> Option<&City> {
        self.city.as_ref()
    }

    /// Returns the household key; `None` if the address identifies no door.
    pub const fn household(&self) -> Option<HouseholdKey> {
        self.household
    }
}
