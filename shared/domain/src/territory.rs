//! The French territories, of schools and of phones.

use serde::{Deserialize, Serialize};

use crate::language::{Explain, Phrase};

/// A French territory with its own numbering plan or schools.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum Territory {
    /// Metropolitan France, with Corsica.
    Metropole,
    /// Guadeloupe. Phones of Saint-Barthélemy and Saint-Martin share its code, +590.
    Guadeloupe,
    /// Saint-Barthélemy.
    SaintBarthelemy,
    /// Saint-Martin, the French part.
    SaintMartin,
    /// French Guiana.
    Guyane,
    /// Martinique.
    Martinique,
    /// Réunion.
    Reunion,
    /// Mayotte, which shares +262 with Réunion.
    Mayotte,
    /// Saint-Pierre-et-Miquelon.
    SaintPierreEtMiquelon,
    /// New Caledonia.
    NouvelleCaledonie,
    /// French Polynesia.
    PolynesieFrancaise,
    /// Wallis and Futuna.
    WallisEtFutuna,
}

impl Territory {
    /// All territories.
    pub const ALL: [Self; 12] = [
        Self::Metropole,
        Self::Guadeloupe,
        Self::SaintBarthelemy,
        Self::SaintMartin,
        Self::Guyane,
        Self::Martinique,
        Self::Reunion,
        Self::Mayotte,
        Self::SaintPierreEtMiquelon,
        Self::NouvelleCaledonie,
        Self::PolynesieFrancaise,
        Self::WallisEtFutuna,
    ];

    /// Returns the ISO 3166-1 code, used in the API.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Metropole => "FR",
            Self::Guadeloupe => "GP",
            Self::SaintBarthelemy => "BL",
            Self::SaintMartin => "MF",
            Self::Guyane => "GF",
            Self::Martinique => "MQ",
            Self::Reunion => "RE",
            Self::Mayotte => "YT",
            Self::SaintPierreEtMiquelon => "PM",
            Self::NouvelleCaledonie => "NC",
            Self::PolynesieFrancaise => "PF",
            Self::WallisEtFutuna => "WF",
        }
    }

    /// Parses an ISO 3166-1 code.
    pub fn parse(code: &str) -> Result<Self, UnknownTerritory> {
        Self::ALL.into_iter().find(|territory| territory.code() == code).ok_or(UnknownTerritory)
    }

    /// Returns the country calling code. Some territories share one.
    pub const fn calling_code(self) -> &'static str {
        match self {
            Self::Metropole => "33",
            Self::Guadeloupe | Self::SaintBarthelemy | Self::SaintMartin => "590",
            Self::Guyane => "594",
            Self::Martinique => "596",
            Self::Reunion | Self::Mayotte => "262",
            Self::SaintPierreEtMiquelon => "508",
            Self::NouvelleCaledonie => "687",
            Self::PolynesieFrancaise => "689",
            Self::WallisEtFutuna => "681",
        }
    }

    /// Returns the French name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Metropole => "France métropolitaine",
            Self::Guadeloupe => "Guadeloupe",
            Self::SaintBarthelemy => "Saint-Barthélemy",
            Self::SaintMartin => "Saint-Martin",
            Self::Guyane => "Guyane",
            Self::Martinique => "Martinique",
            Self::Reunion => "La Réunion",
            Self::Mayotte => "Mayotte",
            Self::SaintPierreEtMiquelon => "Saint-Pierre-et-Miquelon",
            Self::NouvelleCaledonie => "Nouvelle-Calédonie",
            Self::PolynesieFrancaise => "Polynésie française",
            Self::WallisEtFutuna => "Wallis-et-Futuna",
        }
    }
}

/// An unknown territory code.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not the code of a French territory")]
pub struct UnknownTerritory;

impl Explain for UnknownTerritory {
    fn code(&self) -> &'static str {
        "unknown_territory"
    }

    fn explain(&self) -> Phrase {
        let codes = Territory::ALL.map(Territory::code).join(", ");
        Phrase::new(
            format!("Territoire inconnu. Codes possibles : {codes}."),
            format!("Unknown territory. Possible codes: {codes}."),
        )
    }
}

impl TryFrom<String> for Territory {
    type Error = UnknownTerritory;

    fn try_from(code: String) -> Result<Self, UnknownTerritory> {
        Self::parse(&code)
    }
}

impl From<Territory> for String {
    fn from(territory: Territory) -> Self {
        territory.code().to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_reads_back() {
        for territory in Territory::ALL {
            assert_eq!(Territory::parse(territory.code()), Ok(territory));
        }
        assert_eq!(Territory::parse("fr"), Err(UnknownTerritory));
    }
}
