//! What a file tells of a school: some of it.

use domain::{
    audience::Audience,
    directory::{BirthDate, ClassName, ExternalId, GivenName, IdentifierScheme, Identifiers},
    import::Scope,
    phone::PhoneNumber,
    territory::Territory,
};
use fastrand::Rng;
use roster::{AdultRecord, Origin, PupilRecord, PupilRef, Roster, TieRecord};

use crate::school::{Adult, Child, School};

/// The columns that a format has, and how it refers to children.
#[derive(Clone, Copy, Debug)]
pub struct Format {
    ine: bool,
    numbers: bool,
    births: bool,
    classes: bool,
    adults: bool,
    refers: Refers,
    /// Whether only some classes were exported.
    is_partial: bool,
}

#[derive(Clone, Copy, Debug)]
enum Refers {
    OnOneLine,
    ByNumber,
    ByName { with_class: bool },
    InOneCell { with_class: bool },
}

impl Format {
    /// Draws a format.
    pub fn any(rng: &mut Rng) -> Self {
        let numbers = rng.bool();
        let with_class = rng.u8(..3) > 0;
        let refers = match rng.u8(..4) {
            0 if numbers => Refers::ByNumber,
            1 => Refers::ByName { with_class },
            2 => Refers::InOneCell { with_class },
            _ => Refers::OnOneLine,
        };
        Self {
            ine: rng.u8(..3) == 0,
            numbers,
            births: rng.bool(),
            classes: rng.u8(..5) > 0,
            adults: rng.u8(..6) > 0,
            refers,
            is_partial: rng.u8(..6) == 0,
        }
    }
}

/// A file, and whom each of its records is about.
pub struct File {
    pub roster: Roster,
    pub scope: Scope,
    pub children: Vec<usize>,
    pub adults: Vec<usize>,
}

impl File {
    /// Writes what a format tells of a school. A cell in twenty is damaged, and so says nothing.
    pub fn of(school: &School, format: Format, rng: &mut Rng) -> Self {
        let scope = if format.is_partial { Scope::Classes } else { Scope::WholeSchool };
        let mut file = Self { roster: Roster::default(), scope, children: Vec::new(), adults: Vec::new() };
        let mut children: Vec<&Child> = school.children.iter().collect();
        if format.is_partial {
            children.retain(|child| child.class.ends_with('A'));
        }
        rng.shuffle(&mut children);
        for child in &children {
            let pupil = file.pupil(child, format, rng);
            file.roster.pupils.push(pupil);
            file.children.push(child.id);
        }
        if format.adults {
            let mut adults: Vec<&Adult> = school.adults.iter().collect();
            rng.shuffle(&mut adults);
            for adult in adults {
                file.adult(adult, school, format, rng);
            }
        }
        file
    }

    fn pupil(&self, child: &Child, format: Format, rng: &mut Rng) -> PupilRecord {
        let born = jiff::civil::date(2012, 1, 1) + jiff::Span::new().days(i64::from(child.born));
        let mut identifiers = Identifiers::default();
        if format.ine && kept(rng) {
            identifiers.give(IdentifierScheme::Ine, ExternalId::parse(&child.ine).unwrap(), None);
        }
        if format.numbers && kept(rng) {
            identifiers.give(IdentifierScheme::Other, ExternalId::parse(&child.number).unwrap(), None);
        }
        PupilRecord {
            origin: Origin { file: 0, line: u32::try_from(self.roster.pupils.len()).unwrap() + 2 },
            identifiers,
            first_name: GivenName::parse(child.first_name).unwrap(),
            last_name: GivenName::parse(child.last_name).unwrap(),
            birth_name: None,
            birth_date: (format.births && kept(rng)).then(|| BirthDate::parse(&born.to_string()).unwrap()),
            class: (format.classes && kept(rng)).then(|| ClassName::parse(&child.class).unwrap()),
            phone: None,
            address: None,
            accepts_sms: None,
            left_on: None,
        }
    }

    /// An adult on a line of their own, or on the line of each child.
    fn adult(&mut self, adult: &Adult, school: &School, format: Format, rng: &mut Rng) {
        let children: Vec<&Child> =
            school.children.iter().filter(|child| adult.children.contains(&child.id)).collect();
        match format.refers {
            Refers::OnOneLine => {
                for child in children {
                    if let Some(place) = self.children.iter().position(|id| *id == child.id) {
                        self.record(adult, format, rng);
                        self.tie(PupilRef::Record(place));
                    }
                }
            }
            Refers::ByNumber | Refers::ByName { .. } | Refers::InOneCell { .. } => {
                self.record(adult, format, rng);
                for child in children {
                    self.tie(reference(child, format.refers));
                }
            }
        }
    }

    fn record(&mut self, adult: &Adult, format: Format, rng: &mut Rng) {
        let mut identifiers = Identifiers::default();
        if format.numbers && kept(rng) {
            identifiers.give(IdentifierScheme::Other, ExternalId::parse(&adult.number).unwrap(), None);
        }
        let phone = adult.phone.as_ref().filter(|_| kept(rng));
        self.roster.adults.push(AdultRecord {
            origin: Origin { file: 0, line: u32::try_from(self.roster.adults.len()).unwrap() + 1000 },
            audience: Audience::Guardians,
            identifiers,
            first_name: GivenName::parse(adult.first_name).unwrap(),
            last_name: GivenName::parse(adult.last_name).unwrap(),
            birth_name: None,
            phone: phone.map(|phone| PhoneNumber::parse(phone, Territory::Metropole).unwrap()),
            address: None,
            accepts_sms: None,
        });
        self.adults.push(adult.id);
    }

    fn tie(&mut self, pupil: PupilRef) {
        let adult = self.roster.adults.len() - 1;
        let origin = self.roster.adults[adult].origin;
        self.roster.ties.push(TieRecord {
            origin,
            adult,
            pupil,
            level: None,
            kinship: None,
            rank: None,
            lives_with: None,
        });
    }
}

/// Whether a cell is not damaged.
fn kept(rng: &mut Rng) -> bool {
    rng.u8(..20) > 0
}

fn reference(child: &Child, refers: Refers) -> PupilRef {
    let class = |with_class: bool| with_class.then(|| ClassName::parse(&child.class).unwrap());
    match refers {
        Refers::OnOneLine | Refers::ByNumber => {
            PupilRef::Identified(IdentifierScheme::Other, ExternalId::parse(&child.number).unwrap())
        }
        Refers::ByName { with_class } => PupilRef::Named {
            first_name: GivenName::parse(child.first_name).unwrap(),
            last_name: GivenName::parse(child.last_name).unwrap(),
            class: class(with_class),
        },
        Refers::InOneCell { with_class } => PupilRef::FullName {
            name: GivenName::parse(&format!("{} {}", child.last_name, child.first_name)).unwrap(),
            class: class(with_class),
        },
    }
}
