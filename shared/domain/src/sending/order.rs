//! A user's request to send: recipients, wording and values.

use std::{
    borrow::Cow,
    collections::{BTreeMap, HashMap},
};

use super::Selection;
use crate::{
    directory::Person,
    id::PersonId,
    line::Line,
    school::{HouseholdRule, School},
    template::{NamePart, PupilFact, SchoolFact, Source, Variable, View, Wording},
};

/// The value of a variable in a request.
pub type Value = Line<160>;

/// Selected people and the wording to send.
#[derive(Clone, Debug)]
pub struct Order {
    /// The list that the selection refers to.
    pub view: View,
    pub selection: Selection,
    pub wording: Wording,
    /// Values that only the caller knows.
    pub values: GivenValues,
    /// Overrides the school's setting for this send.
    pub household_rule: Option<HouseholdRule>,
}

/// Values of variables in the request.
#[derive(Clone, Debug, Default)]
pub struct GivenValues {
    /// Shared by all texts.
    pub common: BTreeMap<Variable, Value>,
    /// For one person each: the pupil concerned, or the recipient.
    pub by_person: HashMap<PersonId, BTreeMap<Variable, Value>>,
}

impl GivenValues {
    /// Returns the value for a recipient's text about some pupils; `None` if those pupils have
    /// different values.
    fn get(&self, variable: Variable, recipient: PersonId, pupils: &[&Person]) -> Option<&Value> {
        let of = |person: PersonId| self.by_person.get(&person).and_then(|values| values.get(&variable));
        let others = of(recipient).or_else(|| self.common.get(&variable));
        let mut of_pupils = pupils.iter().map(|pupil| of(pupil.id).or(others));
        let Some(first) = of_pupils.next() else { return others };
        if of_pupils.all(|value| value == first) { first } else { None }
    }
}

impl Order {
    /// Returns the value of a variable in a recipient's text about some pupils; `None` if unknown.
    pub(super) fn value_of<'a>(
        &'a self,
        variable: Variable,
        school: &'a School,
        recipient: &'a Person,
        pupils: &[&'a Person],
    ) -> Option<Cow<'a, str>> {
        match variable.source() {
            Source::School(SchoolFact::Name) => Some(school.name.as_str().into()),
            Source::School(SchoolFact::CallbackNumber) => {
                school.callback_number.as_ref().map(|number| number.to_string().into())
            }
            Source::Recipient(part) => Some(part_of_name(recipient, part)),
            Source::Pupil(fact) => {
                let [pupil] = pupils else { return None };
                match fact {
                    PupilFact::Name(part) => Some(part_of_name(pupil, part)),
                    PupilFact::Class => pupil.details.class.as_ref().map(|class| class.as_str().into()),
                }
            }
            Source::Pupils => enumerate_first_names(pupils),
            Source::Request(_) => {
                self.values.get(variable, recipient.id, pupils).map(|value| value.as_str().into())
            }
        }
    }
}

fn part_of_name(person: &Person, part: NamePart) -> Cow<'_, str> {
    match part {
        NamePart::First => person.details.first_name.as_str().into(),
        NamePart::Last => person.details.last_name.as_str().into(),
        NamePart::Full => person.details.name().into(),
    }
}

/// "Emma", "Emma et Hugo", "Emma, Hugo et Léa".
fn enumerate_first_names<'a>(pupils: &[&'a Person]) -> Option<Cow<'a, str>> {
    let (last, others) = pupils.split_last()?;
    let last = last.details.first_name.as_str();
    if others.is_empty() {
        return Some(last.into());
    }
    let others: Vec<_> = others.iter().map(|pupil| pupil.details.first_name.as_str()).collect();
    Some(format!("{} et {last}", others.join(", ")).into())
}
