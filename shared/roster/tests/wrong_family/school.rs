//! A school as it is, which no file tells whole.

use std::collections::{BTreeMap, BTreeSet};

use fastrand::Rng;

/// Few names, so that namesakes are many.
const FIRST_NAMES: [&str; 8] = ["Emma", "Léa", "Hugo", "Adam", "Zoé", "Tom", "Inès", "Noé"];
const ADULT_NAMES: [&str; 6] = ["Claire", "Karim", "Anne", "Jean", "Maria", "Paul"];
const LAST_NAMES: [&str; 4] = ["MARTIN", "PETIT", "ROY", "DA SILVA"];

/// A child, by a number that only this test knows.
#[derive(Clone, Debug)]
pub struct Child {
    pub id: usize,
    pub first_name: &'static str,
    pub last_name: &'static str,
    /// The day of birth, as days from 2012.
    pub born: u32,
    pub ine: String,
    pub number: String,
    pub class: String,
    pub level: u8,
}

/// An adult, by a number that only this test knows.
#[derive(Clone, Debug)]
pub struct Adult {
    pub id: usize,
    pub first_name: &'static str,
    pub last_name: &'static str,
    pub phone: Option<String>,
    pub number: String,
    /// The children, by their numbers.
    pub children: Vec<usize>,
}

/// A school in one year.
#[derive(Clone, Debug)]
pub struct School {
    pub children: Vec<Child>,
    pub adults: Vec<Adult>,
    people: usize,
    /// Who was in which class this year.
    seats: BTreeSet<(&'static str, &'static str, String)>,
    births: BTreeSet<(&'static str, &'static str, u32)>,
    /// Who of a name had which number.
    numbers: BTreeMap<(String, &'static str, &'static str), usize>,
    /// Every tie that there ever was.
    pub ties: BTreeSet<(usize, usize)>,
}

impl School {
    /// Draws a school.
    pub fn new(rng: &mut Rng) -> Self {
        let mut school = Self {
            children: Vec::new(),
            adults: Vec::new(),
            people: 0,
            seats: BTreeSet::new(),
            births: BTreeSet::new(),
            numbers: BTreeMap::new(),
            ties: BTreeSet::new(),
        };
        for _ in 0..rng.usize(2..14) {
            school.add_family(rng);
        }
        school.number_anew(rng);
        school
    }

    fn next(&mut self) -> usize {
        self.people += 1;
        self.people
    }

    /// One to three children; one or two adults, of whom each knows some of the children: separated and recomposed
    /// families are families in which not everybody is tied to everybody.
    fn add_family(&mut self, rng: &mut Rng) {
        let last_name = LAST_NAMES[rng.usize(..LAST_NAMES.len())];
        let mut first_names = FIRST_NAMES.to_vec();
        rng.shuffle(&mut first_names);
        let born = rng.u32(..1500);
        let children: Vec<usize> = first_names[..rng.usize(1..4)]
            .iter()
            .enumerate()
            .map(|(place, first_name)| {
                let id = self.next();
                // Twins are born on one day.
                let born = if rng.u8(..4) == 0 { born } else { born + 300 * u32::try_from(place).unwrap() };
                // Nobody shares both the full name and the day of birth: that is who a child is.
                let born = (born..).find(|born| self.births.insert((first_name, last_name, *born))).unwrap();
                let level = rng.u8(3..7);
                let class = self.free_class(first_name, last_name, level, rng);
                self.children.push(Child {
                    id,
                    first_name,
                    last_name,
                    born,
                    ine: format!("{id:09}AA"),
                    number: String::new(),
                    class,
                    level,
                });
                id
            })
            .collect();
        // Two adults of one child with one full name are taken for one, unless numbers tell them apart.
        let mut adult_names = ADULT_NAMES.to_vec();
        rng.shuffle(&mut adult_names);
        for first_name in &adult_names[..rng.usize(1..3)] {
            let id = self.next();
            let known: Vec<usize> = children.iter().copied().filter(|_| rng.u8(..5) > 0).collect();
            self.ties.extend(known.iter().map(|child| (id, *child)));
            let last_name = if rng.bool() { last_name } else { LAST_NAMES[rng.usize(..LAST_NAMES.len())] };
            self.adults.push(Adult {
                id,
                first_name,
                last_name,
                phone: (rng.u8(..8) > 0).then(|| phone(id)),
                number: String::new(),
                children: known,
            });
        }
    }

    /// A class in which nobody of this name has been this year: within one year, name and class are taken for one child
    /// unless a file shows two.
    fn free_class(
        &mut self,
        first_name: &'static str,
        last_name: &'static str,
        level: u8,
        rng: &mut Rng,
    ) -> String {
        let free = std::iter::repeat_with(|| class(level, rng))
            .take(20)
            .find(|class| !self.seats.contains(&(first_name, last_name, class.clone())));
        let class = free.unwrap_or_else(|| format!("{level}D{}", self.people));
        self.seats.insert((first_name, last_name, class.clone()));
        class
    }

    /// Numbers that the school gives anew, in the order of names. A number with the full name is taken for one person, so
    /// nobody gets the number that a namesake had before: nothing in a file would tell.
    fn number_anew(&mut self, rng: &mut Rng) {
        let mut order: Vec<usize> = (0..self.children.len()).collect();
        rng.shuffle(&mut order);
        order.sort_by_key(|place| (self.children[*place].last_name, self.children[*place].first_name));
        let first = (1..).find(|first| {
            order.iter().enumerate().all(|(place, child)| {
                let child = &self.children[*child];
                self.is_free(first + place, child.first_name, child.last_name, child.id)
            }) && self.adults.iter().enumerate().all(|(place, adult)| {
                self.is_free(first + place, adult.first_name, adult.last_name, adult.id)
            })
        });
        let first = first.unwrap_or(1);
        for (place, child) in order.into_iter().enumerate() {
            let child = &mut self.children[child];
            child.number = format!("{}", first + place);
            self.numbers.insert((child.number.clone(), child.first_name, child.last_name), child.id);
        }
        for (place, adult) in self.adults.iter_mut().enumerate() {
            adult.number = format!("{}", first + place);
            self.numbers.insert((adult.number.clone(), adult.first_name, adult.last_name), adult.id);
        }
    }

    fn is_free(&self, number: usize, first_name: &'static str, last_name: &'static str, id: usize) -> bool {
        let holder = self.numbers.get(&(number.to_string(), first_name, last_name));
        holder.is_none_or(|holder| *holder == id)
    }

    fn number_newcomers(&mut self) {
        let last = self.people;
        for child in self.children.iter_mut().filter(|child| child.number.is_empty()) {
            child.number = format!("{}", 1000 + last + child.id);
        }
        for adult in self.adults.iter_mut().filter(|adult| adult.number.is_empty()) {
            adult.number = format!("{}", 1000 + last + adult.id);
        }
    }

    /// The next school year: some leave, some come, classes change, numbers change.
    pub fn next_year(&mut self, rng: &mut Rng) {
        self.children.retain(|_| rng.u8(..5) > 0);
        for child in &mut self.children {
            if rng.u8(..10) > 0 {
                child.level = child.level.saturating_sub(1).max(3);
            }
            child.class = class(child.level, rng);
        }
        self.seats = self
            .children
            .iter()
            .map(|child| (child.first_name, child.last_name, child.class.clone()))
            .collect();
        self.change(rng);
        if rng.u8(..3) == 0 {
            self.number_anew(rng);
        }
        self.number_newcomers();
    }

    /// What changes within a year, too: a family leaves, one comes, numbers of phones change.
    pub fn change(&mut self, rng: &mut Rng) {
        if rng.u8(..3) == 0 && !self.children.is_empty() {
            let leaves = rng.usize(..self.children.len());
            self.children.remove(leaves);
        }
        for _ in 0..rng.usize(..4) {
            self.add_family(rng);
        }
        let here: BTreeSet<usize> = self.children.iter().map(|child| child.id).collect();
        for adult in &mut self.adults {
            adult.children.retain(|child| here.contains(child));
            if rng.u8(..8) == 0 {
                adult.phone = Some(phone(adult.id + 2000 * rng.usize(1..4)));
            }
        }
        self.adults.retain(|adult| !adult.children.is_empty());
        self.number_newcomers();
    }
}

fn class(level: u8, rng: &mut Rng) -> String {
    format!("{level}{}", ["A", "B", "C"][rng.usize(..3)])
}

/// A number of the block for fiction.
fn phone(of: usize) -> String {
    format!("063998{:04}", of % 10_000)
}
