//! Why a number cannot receive an SMS.

use serde::{Deserialize, Serialize};

use crate::explain;

/// The kind of number that was typed instead of a mobile one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, thiserror::Error)]
pub enum PhoneNumberError {
    /// Nothing was typed.
    #[error("empty")]
    Empty,
    /// Letters or signs that no phone number has.
    #[error("not a phone number")]
    NotANumber,
    /// A spreadsheet turned the number into scientific notation and lost its last digits.
    #[error("rounded by a spreadsheet")]
    RoundedBySpreadsheet,
    /// An emergency or service number of up to five digits.
    #[error("a short number")]
    Short,
    /// Fewer digits than any number of the place has.
    #[error("too few digits")]
    TooFewDigits,
    /// More digits than any number of the place has.
    #[error("too many digits")]
    TooManyDigits,
    /// A fixed line (01 to 05, 09 in France).
    #[error("a landline")]
    Landline,
    /// A number that is paid for or free to call (08 in France).
    #[error("a premium or special-rate number")]
    SpecialRate,
    /// A number of a machine (0700 in France).
    #[error("a machine's number")]
    MachineToMachine,
    /// A number that belongs to nobody.
    #[error("not allocated to anybody")]
    Unallocated,
}

impl PhoneNumberError {
    /// Every kind of refusal.
    pub const ALL: [Self; 10] = [
        Self::Empty,
        Self::NotANumber,
        Self::RoundedBySpreadsheet,
        Self::Short,
        Self::TooFewDigits,
        Self::TooManyDigits,
        Self::Landline,
        Self::SpecialRate,
        Self::MachineToMachine,
        Self::Unallocated,
    ];
}

explain! {
    PhoneNumberError:
    Self::Empty => "phone_empty",
        "Le numéro est vide : saisissez un numéro de mobile, ou rien du tout.",
        "The number is empty: give a mobile number, or leave the field out.";
    Self::NotANumber => "phone_not_a_number",
        "Ce n’est pas un numéro de téléphone : il y a des lettres ou des signes en trop.",
        "This is not a phone number: it has letters or signs that do not belong there.";
    Self::RoundedBySpreadsheet => "phone_rounded_by_spreadsheet",
        "Le tableur a arrondi ce numéro (notation 6,12E+08) : mettez la colonne au format texte et exportez de nouveau.",
        "The spreadsheet rounded this number (6.12E+08): format the column as text and export again.";
    Self::Short => "phone_short_number",
        "C’est un numéro court (urgence ou service) : il ne reçoit pas de SMS. Saisissez un numéro de mobile.",
        "This is a short number (emergency or service): it receives no SMS. Give a mobile number.";
    Self::TooFewDigits => "phone_too_few_digits",
        "Il manque des chiffres. Un numéro à 6 ou 8 chiffres d’outre-mer se saisit avec son indicatif, par exemple +687.",
        "Digits are missing. An overseas number of 6 or 8 digits needs its country code, such as +687.";
    Self::TooManyDigits => "phone_too_many_digits",
        "Il y a trop de chiffres. Un numéro étranger commence par + et l’indicatif du pays.",
        "There are too many digits. A foreign number starts with + and the country code.";
    Self::Landline => "phone_landline",
        "C’est un téléphone fixe : il ne reçoit pas de SMS. Saisissez un numéro de mobile.",
        "This is a landline: it receives no SMS. Give a mobile number.";
    Self::SpecialRate => "phone_special_rate",
        "C’est un numéro spécial ou surtaxé : il ne reçoit pas de SMS. Saisissez un numéro de mobile.",
        "This is a premium or special-rate number: it receives no SMS. Give a mobile number.";
    Self::MachineToMachine => "phone_machine_to_machine",
        "C’est un numéro réservé aux machines (0700). Saisissez le mobile d’une personne.",
        "This number is reserved for machines (0700). Give a person's mobile number.";
    Self::Unallocated => "phone_unallocated",
        "Ce numéro n’est attribué à personne : une faute de frappe ?",
        "This number belongs to nobody: a typing error?";
}
