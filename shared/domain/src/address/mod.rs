//! Postal addresses, and whether two of them are the same door.

mod components;
mod household;
mod words;

pub use household::HouseholdKey;

use crate::line::Line;

/// The lines above the postal code, joined: number, street, building, flat.
pub type Street = Line<200>;
/// A postal code, of France or not.
pub type PostalCode = Line<12>;
/// The name of a town.
pub type City = Line<80>;

/// Where a person lives.
///
/// Its household key is kept beside it: comparing two addresses is then comparing two numbers. When
/// the rule learns an abbreviation, a key stays as it was until its address is written again; two
/// spellings may be apart meanwhile, and two doors never become one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PostalAddress {
    street: Street,
    postal_code: Option<PostalCode>,
    city: Option<City>,
    household: Option<HouseholdKey>,
}

impl PostalAddress {
    /// An address as a person typed it. One that names no door (no number, no postal code, no town)
    /// is kept, and joins nobody.
    pub fn new(street: Street, postal_code: Option<PostalCode>, city: Option<City>) -> Self {
        let household = postal_code
            .as_ref()
            .zip(city.as_ref())
            .and_then(|(code, city)| HouseholdKey::of(street.as_str(), code.as_str(), city.as_str()));
        Self { street, postal_code, city, household }
    }

    /// An address as it was kept, with the key that it had.
    pub const fn kept(
        street: Street,
        postal_code: Option<PostalCode>,
        city: Option<City>,
        household: Option<HouseholdKey>,
    ) -> Self {
        Self { street, postal_code, city, household }
    }

    /// Number, street, building, flat.
    pub const fn street(&self) -> &Street {
        &self.street
    }

    /// The postal code.
    pub const fn postal_code(&self) -> Option<&PostalCode> {
        self.postal_code.as_ref()
    }

    /// The town.
    pub const fn city(&self) -> Option<&City> {
        self.city.as_ref()
    }

    /// What two spellings of one address share; none when nobody could tell.
    pub const fn household(&self) -> Option<HouseholdKey> {
        self.household
    }
}
