//! A person of the directory after an import.
//!
//! A value of a file replaces the present one. Absent values and empty cells change nothing; a court decision is neither
//! added nor removed.

use domain::{
    address::PostalAddress,
    audience::Audience,
    directory::{Guardianship, Identifiers, PersonDetails},
    id::PersonId,
    phone::PhoneNumber,
    school::SchoolYear,
};

use crate::{AdultRecord, PupilRecord, TieRecord};

/// The details of a pupil after an import.
pub(super) fn pupil(
    records: &[&PupilRecord],
    present: Option<&PersonDetails>,
    year: SchoolYear,
    uses_consent: bool,
) -> Option<PersonDetails> {
    let first = records.first()?;
    let mut details = base(present, || {
        PersonDetails::named(Audience::Pupils, first.first_name.clone(), first.last_name.clone())
    });
    details.first_name = first.first_name.clone();
    details.last_name = first.last_name.clone();
    for record in records.iter().rev() {
        set(&mut details.birth_date, record.birth_date.as_ref());
        if record.class.is_some() {
            details.class.clone_from(&record.class);
            details.class_given_in = Some(year);
        }
        contact(&mut details, record.phone, record.address.as_ref());
        consent(&mut details, record.accepts_sms, uses_consent);
    }
    details.confirmed_in = Some(year);
    details.archived_at = None;
    Some(details)
}

/// The details of an adult after an import. Ties are apart.
pub(super) fn adult(
    records: &[&AdultRecord],
    present: Option<&PersonDetails>,
    year: SchoolYear,
    uses_consent: bool,
) -> Option<PersonDetails> {
    let first = records.first()?;
    let mut details = base(present, || {
        PersonDetails::named(first.audience, first.first_name.clone(), first.last_name.clone())
    });
    details.first_name = first.first_name.clone();
    details.last_name = first.last_name.clone();
    for record in records.iter().rev() {
        contact(&mut details, record.phone, record.address.as_ref());
        consent(&mut details, record.accepts_sms, uses_consent);
    }
    details.confirmed_in = Some(year);
    details.archived_at = None;
    Some(details)
}

/// Sets the identifiers of the files.
pub(super) fn identifiers(details: &mut PersonDetails, identifiers: &Identifiers, year: SchoolYear) {
    for (scheme, id) in identifiers.iter() {
        details.identifiers.give(scheme, id.clone(), Some(year));
    }
}

/// Adds a tie, or changes what the file says about it.
pub(super) fn tie(details: &mut PersonDetails, pupil: PersonId, record: &TieRecord) {
    let tie = match details.guardianships.iter_mut().position(|tie| tie.pupil == pupil) {
        Some(place) => &mut details.guardianships[place],
        None => {
            details.guardianships.push(Guardianship::new(pupil, record.rank.unwrap_or(1)));
            let last = details.guardianships.len() - 1;
            &mut details.guardianships[last]
        }
    };
    tie.rank = record.rank.unwrap_or(tie.rank);
    tie.level = record.level.unwrap_or(tie.level);
    tie.kinship = record.kinship.or(tie.kinship);
    tie.lives_with = record.lives_with.or(tie.lives_with);
}

fn contact(details: &mut PersonDetails, phone: Option<PhoneNumber>, address: Option<&PostalAddress>) {
    details.phone = phone.or(details.phone);
    set(&mut details.address, address);
}

/// A file's answer counts where no human has answered since.
fn consent(details: &mut PersonDetails, answer: Option<bool>, uses_consent: bool) {
    if uses_consent && !details.sms_set_by_human {
        details.accepts_sms = answer.unwrap_or(details.accepts_sms);
    }
}

fn base(present: Option<&PersonDetails>, new: impl FnOnce() -> PersonDetails) -> PersonDetails {
    present.cloned().unwrap_or_else(new)
}

/// Takes the value of a record, if it has one.
fn set<T: Clone>(field: &mut Option<T>, value: Option<&T>) {
    if let Some(value) = value {
        *field = Some(value.clone());
    }
}
