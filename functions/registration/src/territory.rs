//! The territory of a school, given by its UAI number.

use api::{FieldError, FieldErrors};
use domain::{language::Phrase, school::Uai, territory::Territory};

/// The territory of the UAI number; the given one without a UAI number.
pub(crate) fn territory(
    uai: Option<Uai>,
    given: Option<Territory>,
    pointer: &str,
) -> Result<Territory, FieldErrors> {
    match (uai.map(Uai::territory), given) {
        (Some(told), Some(given)) if told != given => Err(FieldErrors::one(FieldError::described(
            pointer,
            "territory_contradicts_uai",
            Phrase::new(
                format!(
                    "Le numéro UAI est celui d’un établissement de {} : retirez ce champ ou corrigez l’UAI.",
                    told.name()
                ),
                format!(
                    "The UAI number belongs to a school of {}: leave this field out or correct the UAI.",
                    told.name()
                ),
            ),
        ))),
        (Some(territory), _) | (None, Some(territory)) => Ok(territory),
        (None, None) => Err(FieldErrors::one(FieldError::described(
            pointer,
            "required",
            Phrase::fixed(
                "Sans numéro UAI, indiquez le territoire de l’établissement (FR, RE, NC…).",
                "Without a UAI number, give the school's territory (FR, RE, NC…).",
            ),
        ))),
    }
}
