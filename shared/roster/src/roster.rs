//! The one model to which every format is lowered.

use domain::{
    address::PostalAddress,
    audience::Audience,
    directory::{
        BirthDate, ClassName, ExternalId, GivenName, IdentifierScheme, Identifiers, Kinship, TieLevel,
    },
    phone::PhoneNumber,
    school::{SchoolYear, Uai},
};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::{Column, Finding, Origin};

/// What the files of one import say. `None` in a record means that the file says nothing: no column, an empty cell, or a
/// cell that was not understood (see [`Finding`]).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Roster {
    pub pupils: Vec<PupilRecord>,
    /// Guardians, teachers, staff and internship supervisors.
    pub adults: Vec<AdultRecord>,
    pub ties: Vec<TieRecord>,
    /// Cells, lines and columns that were not understood, or only with a guess.
    pub findings: Vec<Finding>,
    /// The columns of the tables among the files.
    pub columns: Vec<Column>,
    /// The school that a file names.
    pub uai: Option<Uai>,
    /// The school year that a file names.
    pub school_year: Option<SchoolYear>,
}

/// A pupil as one place of a file describes them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PupilRecord {
    pub origin: Origin,
    pub identifiers: Identifiers,
    pub first_name: GivenName,
    /// The name in use.
    pub last_name: GivenName,
    /// The name at birth, if the file has both and they differ.
    pub birth_name: Option<GivenName>,
    pub birth_date: Option<BirthDate>,
    pub class: Option<ClassName>,
    pub phone: Option<PhoneNumber>,
    pub address: Option<PostalAddress>,
    pub accepts_sms: Option<bool>,
    /// The last day at the school. SIECLE lists former pupils, with their class.
    pub left_on: Option<Date>,
}

/// An adult as one place of a file describes them. Several places may describe one adult.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AdultRecord {
    pub origin: Origin,
    pub audience: Audience,
    pub identifiers: Identifiers,
    pub first_name: GivenName,
    /// The name in use.
    pub last_name: GivenName,
    /// The name at birth, if the file has both and they differ.
    pub birth_name: Option<GivenName>,
    pub phone: Option<PhoneNumber>,
    pub address: Option<PostalAddress>,
    pub accepts_sms: Option<bool>,
}

/// A tie of an adult of this roster to a pupil.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TieRecord {
    pub origin: Origin,
    /// The place of the adult in [`Roster::adults`].
    pub adult: usize,
    pub pupil: PupilRef,
    pub level: Option<TieLevel>,
    pub kinship: Option<Kinship>,
    /// 1 for the first contact, if the file orders the adults of this child.
    pub rank: Option<u8>,
    pub lives_with: Option<bool>,
}

/// A file's reference to a pupil.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Hash)]
pub enum PupilRef {
    /// The place of a pupil in [`Roster::pupils`], described on the same line.
    Record(usize),
    Identified(IdentifierScheme, ExternalId),
    /// First and last name in two cells, and perhaps class and birth date.
    Named {
        first_name: GivenName,
        last_name: GivenName,
        class: Option<ClassName>,
    },
    /// First and last name in one cell, in either order.
    FullName {
        name: GivenName,
        class: Option<ClassName>,
    },
}

impl PupilRecord {
    /// Returns first and last name.
    pub fn name(&self) -> String {
        format!("{} {}", self.first_name, self.last_name)
    }
}

impl AdultRecord {
    /// Returns first and last name.
    pub fn name(&self) -> String {
        format!("{} {}", self.first_name, self.last_name)
    }
}

impl Roster {
    /// Takes in another file of the same import.
    pub fn append(&mut self, other: Self) {
        let (pupils, adults) = (self.pupils.len(), self.adults.len());
        self.pupils.extend(other.pupils);
        self.adults.extend(other.adults);
        self.ties.extend(other.ties.into_iter().map(|tie| TieRecord {
            adult: tie.adult + adults,
            pupil: match tie.pupil {
                PupilRef::Record(index) => PupilRef::Record(index + pupils),
                other => other,
            },
            ..tie
        }));
        self.findings.extend(other.findings);
        self.columns.extend(other.columns);
        self.uai = self.uai.take().or(other.uai);
        self.school_year = self.school_year.or(other.school_year);
    }
}
