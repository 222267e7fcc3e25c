//! Who is recognised, who is new, and who is asked about.

use std::collections::BTreeMap;

use domain::{
    directory::{BirthDate, ClassName, ExternalId, GivenName, IdentifierScheme, Identifiers},
    id::PersonId,
    import::Scope,
    phone::PhoneNumber,
    school::SchoolYear,
    territory::Territory,
};
use jiff::Timestamp;

use super::*;
use crate::{AdultRecord, Origin, PupilRecord, PupilRef, TieRecord};

const YEAR: i16 = 2026;

fn options(year: i16) -> Options {
    Options {
        first_id: PersonId::generate("2026-11-30T08:00:00Z".parse().unwrap()),
        today: jiff::civil::date(2026, 11, 30),
        year: SchoolYear::beginning_in(year).unwrap(),
        scope: Scope::WholeSchool,
        same_names: false,
        decisions: BTreeMap::new(),
    }
}

fn name(text: &str) -> GivenName {
    GivenName::parse(text).unwrap()
}

fn phone(text: &str) -> Option<PhoneNumber> {
    PhoneNumber::parse(text, Territory::Metropole).ok()
}

fn ids(scheme: IdentifierScheme, id: &str) -> Identifiers {
    ExternalId::parse(id).into_iter().map(|id| (scheme, id)).collect()
}

fn other(id: &str) -> Identifiers {
    ids(IdentifierScheme::Other, id)
}

/// A file under construction: each call is a line.
#[derive(Default)]
struct File(Roster);

impl File {
    fn pupil(&mut self, id: &str, first: &str, last: &str, class: &str, born: &str) -> usize {
        let line = u32::try_from(self.0.pupils.len() + self.0.adults.len()).unwrap() + 2;
        self.0.pupils.push(PupilRecord {
            origin: Origin { file: 0, line },
            identifiers: other(id),
            first_name: name(first),
            last_name: name(last),
            birth_name: None,
            birth_date: BirthDate::parse(born).ok(),
            class: ClassName::parse(class).ok(),
            phone: None,
            address: None,
            accepts_sms: None,
            left_on: None,
        });
        self.0.pupils.len() - 1
    }

    fn adult(&mut self, id: &str, first: &str, last: &str, number: &str, children: &[PupilRef]) -> usize {
        let line = u32::try_from(self.0.pupils.len() + self.0.adults.len()).unwrap() + 2;
        let origin = Origin { file: 0, line };
        self.0.adults.push(AdultRecord {
            origin,
            audience: domain::audience::Audience::Guardians,
            identifiers: other(id),
            first_name: name(first),
            last_name: name(last),
            birth_name: None,
            phone: phone(number),
            address: None,
            accepts_sms: None,
        });
        let adult = self.0.adults.len() - 1;
        for pupil in children {
            self.0.ties.push(TieRecord {
                origin,
                adult,
                pupil: pupil.clone(),
                level: None,
                kinship: None,
                rank: None,
                lives_with: None,
            });
        }
        adult
    }
}

fn by_id(id: &str) -> PupilRef {
    PupilRef::Identified(IdentifierScheme::Other, ExternalId::parse(id).unwrap())
}

fn named(first: &str, last: &str, class: &str) -> PupilRef {
    PupilRef::Named { first_name: name(first), last_name: name(last), class: ClassName::parse(class).ok() }
}

/// The outcomes as text, adults after pupils.
fn outcomes(plan: &Plan) -> Vec<String> {
    let outcome = |entry: &PlanEntry| match &entry.outcome {
        Outcome::Created(_) => "created".to_owned(),
        Outcome::Updated { .. } => "updated".to_owned(),
        Outcome::Unchanged(_) => "unchanged".to_owned(),
        Outcome::Doubtful(doubt) => format!("{:?}", doubt.reason),
        Outcome::Left(_) => "left".to_owned(),
        Outcome::NoPupil => "no pupil".to_owned(),
    };
    plan.entries.iter().map(|entry| format!("{} {}", entry.name, outcome(entry))).collect()
}

fn import(file: &File, directory: &[Person]) -> (Plan, Vec<Person>) {
    import_in(YEAR, file, directory)
}

fn import_in(year: i16, file: &File, directory: &[Person]) -> (Plan, Vec<Person>) {
    let plan = reconcile(&file.0, directory.to_vec(), &options(year));
    let directory = plan.applied_to(directory.to_vec(), Timestamp::UNIX_EPOCH);
    (plan, directory)
}

/// The full names of the children of an adult.
fn children_of(first: &str, directory: &[Person]) -> Vec<String> {
    let adult = directory.iter().find(|person| person.details.first_name.as_str() == first).unwrap();
    let child = |id| directory.iter().find(|person| person.id == id).unwrap().details.clone();
    let of = adult.details.guardianships.iter().map(|tie| child(tie.pupil));
    of.map(|child| format!("{} {}", child.name(), child.class.map_or("-".to_owned(), String::from))).collect()
}

#[test]
fn two_lines_of_one_name_are_two_children_or_asked() {
    let mut file = File::default();
    file.pupil("", "Emma", "MARTIN", "", "12/03/2015");
    file.pupil("", "Emma", "MARTIN", "", "01/02/2014");
    let (plan, directory) = import(&file, &[]);
    assert_eq!(outcomes(&plan), ["Emma MARTIN created", "Emma MARTIN created"]);
    assert_eq!(outcomes(&import(&file, &directory).0), ["Emma MARTIN unchanged", "Emma MARTIN unchanged"]);
    let mut file = File::default();
    file.pupil("", "Emma", "MARTIN", "6A", "");
    file.pupil("", "Emma", "MARTIN", "6A", "");
    let (plan, _) = import(&file, &[]);
    assert_eq!(outcomes(&plan), ["Emma MARTIN Indistinguishable", "Emma MARTIN Indistinguishable"]);
}

#[test]
fn an_identifier_that_names_another_first_name_is_another_child() {
    let mut file = File::default();
    file.pupil("12", "Emma", "MARTIN", "6A", "");
    file.pupil("13", "Hugo", "MARTIN", "4B", "");
    file.adult("500001", "Claire", "MARTIN", "0639980010", &[by_id("12")]);
    file.adult("500010", "Karim", "MARTIN", "0639980019", &[by_id("13")]);
    let (_, directory) = import(&file, &[]);
    let mut file = File::default();
    file.pupil("11", "Ana", "LEROY", "6A", "");
    file.pupil("12", "Adam", "MARTIN", "5C", "");
    file.pupil("13", "Emma", "MARTIN", "6A", "");
    file.pupil("14", "Hugo", "MARTIN", "4B", "");
    let (plan, directory) = import(&file, &directory);
    assert_eq!(
        outcomes(&plan),
        [
            "Ana LEROY created",
            "Adam MARTIN IdentifierOfAnother",
            "Emma MARTIN IdentifierOfAnother",
            "Hugo MARTIN AnotherIdentifier"
        ]
    );
    assert_eq!(children_of("Claire", &directory), ["Emma MARTIN 6A"]);
}

#[test]
fn a_new_namesake_in_last_years_class_takes_nobodys_record() {
    let mut file = File::default();
    file.pupil("", "Emma", "MARTIN", "6A", "");
    file.adult("", "Claire", "MARTIN", "0639980010", &[named("Emma", "MARTIN", "6A")]);
    let (_, directory) = import_in(2025, &file, &[]);
    let mut file = File::default();
    file.pupil("", "Emma", "MARTIN", "6A", "");
    file.pupil("", "Emma", "MARTIN", "5A", "");
    // Nothing tells the two apart.
    let (plan, _) = import(&file, &directory);
    assert_eq!(outcomes(&plan), ["Emma MARTIN AnotherYear", "Emma MARTIN AnotherYear"]);
    // Their families do.
    file.adult("", "Odile", "MARTIN", "0639980055", &[named("Emma", "MARTIN", "6A")]);
    file.adult("", "Claire", "MARTIN", "0639980010", &[named("Emma", "MARTIN", "5A")]);
    let (plan, directory) = import(&file, &directory);
    assert_eq!(
        outcomes(&plan),
        ["Emma MARTIN created", "Emma MARTIN updated", "Odile MARTIN created", "Claire MARTIN updated"]
    );
    assert_eq!(children_of("Claire", &directory), ["Emma MARTIN 5A"]);
    assert_eq!(children_of("Odile", &directory), ["Emma MARTIN 6A"]);
}

#[test]
fn another_scheme_of_identifiers_does_not_double_the_directory() {
    let school = |pupil: &str, adult: &str| {
        let mut file = File::default();
        file.pupil(pupil, "Emma", "MARTIN", "6A", "");
        file.adult(adult, "Claire", "MARTIN", "0639980010", &[by_id(pupil)]);
        file
    };
    let (_, directory) = import(&school("1001", "500001"), &[]);
    let (plan, directory) = import(&school("120000001AA", "7001"), &directory);
    assert_eq!(outcomes(&plan), ["Emma MARTIN updated", "Claire MARTIN updated"]);
    assert_eq!(directory.len(), 2);
}

#[test]
fn one_identifier_on_two_lines_with_two_names_is_refused_on_both() {
    for id in ["12", "0", "-", "MATHS", "1,23457E+09"] {
        let mut file = File::default();
        file.pupil(id, "Emma", "MARTIN", "6A", "");
        file.pupil(id, "Hugo", "MARTIN", "4B", "");
        let (plan, _) = import(&file, &[]);
        assert_eq!(outcomes(&plan), ["Emma MARTIN SharedIdentifier", "Hugo MARTIN SharedIdentifier"], "{id}");
    }
}

#[test]
fn a_known_identifier_with_another_last_name_and_class_is_asked() {
    let mut file = File::default();
    file.pupil("12", "Emma", "MARTIN", "6A", "");
    let (_, directory) = import(&file, &[]);
    let again = |last: &str, class: &str| {
        let mut file = File::default();
        file.pupil("12", "Emma", last, class, "");
        outcomes(&import(&file, &directory).0)
    };
    assert_eq!(again("MARTIN-ROY", "6A"), ["Emma MARTIN-ROY updated"]);
    assert_eq!(again("MARTIN", "5C"), ["Emma MARTIN updated"]);
    assert_eq!(again("PETIT", "5C"), ["Emma PETIT IdentifierOfAnother"]);
}

#[test]
fn a_class_of_another_year_proves_nothing_and_a_human_may_say_so_for_all() {
    let mut file = File::default();
    file.pupil("", "Léa", "ROY", "6A", "");
    let (_, directory) = import_in(2025, &file, &[]);
    let (plan, _) = import(&file, &directory);
    assert_eq!(outcomes(&plan), ["Léa ROY AnotherYear"]);
    let options = Options { same_names: true, ..options(YEAR) };
    assert_eq!(outcomes(&reconcile(&file.0, directory.clone(), &options)), ["Léa ROY updated"]);
    let same = BTreeMap::from([(RecordId::Pupil(0), Decision::Same(directory[0].id))]);
    let options = Options { same_names: false, decisions: same, ..options };
    assert_eq!(outcomes(&reconcile(&file.0, directory, &options)), ["Léa ROY updated"]);
}

#[test]
fn a_guardian_is_recognised_by_number_or_child_and_never_by_name_alone() {
    let mut file = File::default();
    file.pupil("", "Emma", "MARTIN", "6A", "");
    file.adult("", "Claire", "MARTIN", "0639980010", &[named("Emma", "MARTIN", "6A")]);
    let (_, directory) = import(&file, &[]);
    let mut new_number = File::default();
    new_number.adult("", "Claire", "MARTIN", "0639980011", &[named("Emma", "MARTIN", "6A")]);
    assert_eq!(outcomes(&import(&new_number, &directory).0), ["Claire MARTIN updated"]);
    let mut name_only = File::default();
    name_only.adult("", "Claire", "MARTIN", "", &[]);
    assert_eq!(outcomes(&import(&name_only, &directory).0), ["Claire MARTIN NameOnly"]);
    let mut other_family = File::default();
    other_family.pupil("", "Hugo", "MARTIN", "4B", "");
    other_family.adult("", "Claire", "MARTIN", "0639980099", &[named("Hugo", "MARTIN", "4B")]);
    let (plan, directory) = import(&other_family, &directory);
    assert_eq!(outcomes(&plan), ["Hugo MARTIN created", "Claire MARTIN created"]);
    assert_eq!(children_of("Claire", &directory), ["Emma MARTIN 6A"]);
}

#[test]
fn one_unknown_sibling_costs_that_tie_only() {
    let mut file = File::default();
    file.pupil("", "Emma", "MARTIN", "6A", "");
    let children = [named("Emma", "MARTIN", ""), named("Zed", "MARTIN", "")];
    file.adult("", "Claire", "MARTIN", "0639980010", &children);
    let (plan, directory) = import(&file, &[]);
    assert_eq!(outcomes(&plan), ["Emma MARTIN created", "Claire MARTIN created"]);
    assert_eq!(plan.lost_ties.len(), 1);
    assert_eq!(plan.lost_ties[0].reason, LostTieReason::UnknownPupil);
    assert_eq!(children_of("Claire", &directory), ["Emma MARTIN 6A"]);
}

#[test]
fn a_child_who_is_named_without_a_class_is_the_only_one_or_nobody() {
    let mut file = File::default();
    file.pupil("", "Emma", "MARTIN", "6A", "");
    file.pupil("", "Emma", "MARTIN", "5C", "");
    file.adult("", "Karim", "MARTIN", "0639980019", &[named("Emma", "MARTIN", "")]);
    let (plan, directory) = import(&file, &[]);
    assert_eq!(outcomes(&plan)[2], "Karim MARTIN no pupil");
    assert_eq!(plan.lost_ties[0].reason, LostTieReason::AmbiguousPupil);
    // A pupil of the directory whom the file does not name is a namesake too.
    let mut partial = File::default();
    partial.pupil("", "Emma", "MARTIN", "6A", "");
    partial.adult("", "Karim", "MARTIN", "0639980019", &[named("Emma", "MARTIN", "")]);
    let (plan, _) = import(&partial, &directory);
    assert_eq!(plan.lost_ties[0].reason, LostTieReason::AmbiguousPupil);
    // Where the files are a part of the school, nobody knows whether there is a namesake.
    let plan = reconcile(&partial.0, Vec::new(), &Options { scope: Scope::Classes, ..options(YEAR) });
    assert_eq!(plan.lost_ties[0].reason, LostTieReason::NameOnly);
}

#[test]
fn a_pupil_who_left_does_not_come_in_nor_do_adults_without_another_child() {
    let mut file = File::default();
    let tom = file.pupil("", "Tom", "ROUX", "6A", "");
    file.0.pupils[tom].left_on = Some(jiff::civil::date(2026, 10, 15));
    file.adult("", "Denis", "ROUX", "0639980022", &[PupilRef::Record(tom)]);
    let (plan, directory) = import(&file, &[]);
    assert_eq!(outcomes(&plan), ["Tom ROUX left", "Denis ROUX no pupil"]);
    assert!(directory.is_empty());
}

#[test]
fn lines_of_one_adult_are_one_person_by_number_or_identifier() {
    let mut file = File::default();
    let emma = file.pupil("", "Emma", "MARTIN", "6A", "");
    let hugo = file.pupil("", "Hugo", "MARTIN", "4B", "");
    file.adult("", "Claire", "MARTIN", "0639980010", &[PupilRef::Record(emma)]);
    file.adult("", "Claire", "MARTIN", "0639980010", &[PupilRef::Record(hugo)]);
    let (plan, directory) = import(&file, &[]);
    assert_eq!(outcomes(&plan)[2..], ["Claire MARTIN created"]);
    assert_eq!(children_of("Claire", &directory), ["Emma MARTIN 6A", "Hugo MARTIN 4B"]);
    assert!(outcomes(&import(&file, &directory).0).iter().all(|outcome| outcome.ends_with("unchanged")));
}

#[test]
fn a_court_decision_is_neither_lifted_nor_evaded_by_a_file() {
    let mut file = File::default();
    file.pupil("E1", "Emma", "MARTIN", "6A", "");
    file.adult("R2", "Jean", "MARTIN", "0639980011", &[by_id("E1")]);
    let (_, mut directory) = import(&file, &[]);
    directory[1].details.guardianships[0].no_contact = true;
    let (_, same) = import(&file, &directory);
    assert!(same[1].details.guardianships[0].no_contact);
    let mut renumbered = File::default();
    renumbered.pupil("E1", "Emma", "MARTIN", "6A", "");
    renumbered.adult("R2", "Anne", "PETIT", "0639980013", &[by_id("E1")]);
    renumbered.adult("R9", "Jean", "MARTIN", "0639980012", &[by_id("E1")]);
    let (plan, _) = import(&renumbered, &directory);
    assert_eq!(outcomes(&plan)[2], "Jean MARTIN BarredNamesake");
}

#[test]
fn a_column_in_which_nobody_accepts_silences_nobody_and_a_human_has_the_last_word() {
    let school = |refusing: usize, accepting: usize| {
        let mut file = File::default();
        for place in 0..refusing + accepting {
            let adult = file.adult("", &format!("P{place}"), "ROY", &format!("06399810{place:02}"), &[]);
            file.0.adults[adult].accepts_sms = Some(place >= refusing);
        }
        file
    };
    let refusals =
        |directory: &[Person]| directory.iter().filter(|person| !person.details.accepts_sms).count();
    let (plan, directory) = import(&school(12, 0), &[]);
    assert_eq!((plan.unused_consents.len(), refusals(&directory)), (1, 0));
    let (plan, mut directory) = import(&school(12, 1), &[]);
    assert_eq!((plan.unused_consents.len(), refusals(&directory)), (0, 12));
    assert_eq!(refusals(&import(&school(3, 0), &[]).1), 3);
    directory[0].details.accepts_sms = true;
    directory[0].details.sms_set_by_human = true;
    assert_eq!(refusals(&import(&school(12, 1), &directory).1), 11);
}

#[test]
fn who_is_in_no_file_of_the_whole_school_is_absent() {
    let mut file = File::default();
    file.pupil("12", "Emma", "MARTIN", "6A", "");
    file.pupil("13", "Hugo", "MARTIN", "4B", "");
    file.adult("1", "Claire", "MARTIN", "0639980010", &[by_id("12")]);
    file.adult("2", "Karim", "MARTIN", "0639980019", &[by_id("13")]);
    let (_, directory) = import(&file, &[]);
    let mut next = File::default();
    next.pupil("12", "Emma", "MARTIN", "5A", "");
    assert_eq!(import(&next, &directory).0.absent, directory[1..2], "of adults the file says nothing");
    next.adult("1", "Claire", "MARTIN", "0639980010", &[by_id("12")]);
    assert_eq!(import(&next, &directory).0.absent, [directory[1].clone(), directory[3].clone()]);
    let part = reconcile(&next.0, directory, &Options { scope: Scope::Classes, ..options(YEAR) });
    assert_eq!(part.absent, []);
}
