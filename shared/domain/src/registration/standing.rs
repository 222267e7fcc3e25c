//! A school's permission to send.

use jiff::Timestamp;

use super::{AcknowledgedPrices, Licence, Registration, RegistrationState};
use crate::{
    codes::codes,
    language::{Explain, Phrase},
    pricing::RateCard,
    school::School,
};

/// Everything that decides whether a school may send, read at one instant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Standing {
    /// `None` before the first application.
    pub school: Option<School>,
    /// The latest registration.
    pub registration: Option<Registration>,
    pub licence: Option<Licence>,
}

/// A school with permission to send, and its prices. Created only by [`Standing::check`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Licensed {
    school: School,
    rate_card: &'static RateCard,
    prices: AcknowledgedPrices,
    licence: Licence,
}

impl Licensed {
    /// Returns the school.
    pub const fn school(&self) -> &School {
        &self.school
    }

    /// Returns the acknowledged rate card.
    pub const fn rate_card(&self) -> &'static RateCard {
        self.rate_card
    }

    /// Returns the valid licence.
    pub const fn licence(&self) -> &Licence {
        &self.licence
    }

    /// Returns the state of the acknowledged prices.
    pub const fn prices(&self) -> AcknowledgedPrices {
        self.prices
    }
}

/// Why a school may not send, in the order of remedy.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Barred {
    /// No application.
    #[error("the school is not registered")]
    NotRegistered,
    /// The registration is not confirmed.
    #[error("the registration is {}", .0.as_str())]
    NotConfirmed(RegistrationState),
    /// No licence was fetched since the confirmation.
    #[error("there is no licence")]
    NoLicence,
    /// The licence has expired.
    #[error("the licence has expired")]
    LicenceOver,
    /// Prices changed and were not acknowledged in time.
    #[error("the current rate card is not acknowledged")]
    PricesChanged(&'static RateCard),
    /// The UAI is missing.
    #[error("the UAI is missing")]
    NoUai,
}

codes! {
    Barred {
        Self::NotRegistered => "not_registered",
        Self::NotConfirmed(_) => "registration_not_confirmed",
        Self::NoLicence => "no_licence",
        Self::LicenceOver => "licence_over",
        Self::PricesChanged(_) => "prices_lapsed",
        Self::NoUai => "no_uai",
    }
}

impl Explain for Barred {
    fn code(&self) -> &'static str {
        self.as_code()
    }

    fn explain(&self) -> Phrase {
        match self {
            Self::NotRegistered => Phrase::fixed(
                "L’établissement n’est pas inscrit au service SMS : inscrivez-le.",
                "The school is not registered for the SMS service: sign it up.",
            ),
            Self::NotConfirmed(RegistrationState::Suspended) => Phrase::fixed(
                "L’inscription est suspendue : écrivez à l’opérateur du service.",
                "The registration is suspended: write to the operator of the service.",
            ),
            Self::NotConfirmed(RegistrationState::Refused | RegistrationState::Closed) => Phrase::fixed(
                "L’inscription a été refusée ou close : inscrivez de nouveau l’établissement.",
                "The registration was refused or closed: sign the school up again.",
            ),
            Self::NotConfirmed(_) => Phrase::fixed(
                "L’inscription attend la confirmation de l’opérateur.",
                "The registration waits for the operator's confirmation.",
            ),
            Self::NoLicence => Phrase::fixed(
                "L’établissement n’a pas encore sa licence : mettez-la à jour.",
                "The school does not have its licence yet: refresh it.",
            ),
            Self::LicenceOver => Phrase::fixed(
                "La licence est échue avec l’année scolaire : mettez-la à jour.",
                "The licence ended with the school year: refresh it.",
            ),
            Self::PricesChanged(current) => AcknowledgedPrices::Lapsed { current }.explain(),
            Self::NoUai => Phrase::fixed(
                "Le numéro UAI (RNE) de l’établissement manque : ajoutez-le.",
                "The school's UAI (RNE) number is missing: add it.",
            ),
        }
    }
}

impl Standing {
    /// Returns the registration if confirmed.
    pub fn confirmed(&self) -> Result<&Registration, Barred> {
        let registration = self.registration.as_ref().ok_or(Barred::NotRegistered)?;
        match registration.state {
            RegistrationState::Confirmed => Ok(registration),
            state => Err(Barred::NotConfirmed(state)),
        }
    }

    /// Checks that the school may send now: registered, confirmed, licensed, and with its UAI.
    pub fn check(&self, now: Timestamp) -> Result<Licensed, Barred> {
        let registration = self.confirmed()?;
        let licence = self
            .licence
            .as_ref()
            .filter(|licence| licence.registration_id == registration.id)
            .ok_or(Barred::NoLicence)?;
        if licence.is_over(now) {
            return Err(Barred::LicenceOver);
        }
        let school = self.school.as_ref().ok_or(Barred::NotRegistered)?;
        if school.uai.is_none() {
            return Err(Barred::NoUai);
        }
        let prices = registration.prices(now, school.time_zone());
        if let AcknowledgedPrices::Lapsed { current } = prices {
            return Err(Barred::PricesChanged(current));
        }
        Ok(Licensed {
            school: school.clone(),
            rate_card: registration.rate_card.card(),
            prices,
            licence: licence.clone(),
        })
    }
}
