//! A school with years of sends: on each school day six small sends, and forty times a year one to everyone.

use carillon_tests::{Became, past_send, write_past};
use domain::{
    budget::Month,
    delivery::{FailureReason, Outcome, Receipt},
    id::{PersonId, SchoolId},
    phone::PhoneNumber,
    pricing::MicroEuros,
    sending::PlannedMessage,
    template::Context,
    territory::Territory,
    text::{Encoding, Segments},
};
use jiff::{Timestamp, ToSpan, civil::Date};
use store::Table;

const FAMILIES: u32 = 1_420;
/// Days of a school year, from September, without weekends.
const SCHOOL_DAYS: i64 = 180;
/// Small sends of a day: absences, lateness, the canteen.
const SMALL_SENDS: u32 = 6;
/// The most messages of a small send; forty on average.
const SMALL: u32 = 79;
/// Sends to everyone in a year.
const LARGE_SENDS: i64 = 40;

/// The years, and the families.
pub struct Decade {
    until: Timestamp,
    families: Vec<Family>,
    random: fastrand::Rng,
}

/// A guardian with a phone, and a child.
struct Family {
    guardian: PersonId,
    pupil: PersonId,
    name: String,
    phone: PhoneNumber,
}

impl Decade {
    /// The years before an instant, reproducible except for ids.
    pub fn before(until: Timestamp) -> Self {
        let mut random = fastrand::Rng::with_seed(7);
        let family = |index: u32| {
            let typed = format!("0750{:02}{:02}{:02}", random.u8(..100), index / 100, index % 100);
            Family {
                guardian: PersonId::generate(until),
                pupil: PersonId::generate(until),
                name: format!("Prénom{} Nom{index}", random.u16(..)),
                phone: PhoneNumber::parse(&typed, Territory::Metropole).expect("a mobile number"),
            }
        };
        let families = (0..FAMILIES).map(family).collect();
        Self { until, families, random }
    }

    /// A person with messages, and the number.
    pub fn somebody(&self) -> (PersonId, String) {
        let family = &self.families[700];
        (family.guardian, family.phone.e164())
    }

    /// Writes all of it. Returns the number of sends and messages.
    pub async fn write(&mut self, table: &Table, school: SchoolId, years: u16) -> (u32, u32) {
        let (mut sends, mut messages) = (0, 0);
        let today = self.until.to_zoned(Territory::Metropole.time_zone().clone()).date();
        for year in (1..=years).rev() {
            let first = today.checked_sub(i64::from(year).years()).expect("a day");
            for day in 0..SCHOOL_DAYS {
                // Five days of seven, all year round.
                let day_of_year = first.checked_add((day * 2).days()).expect("a day");
                for _ in 0..SMALL_SENDS {
                    let count = self.random.u32(1..=SMALL);
                    messages += self.send(table, school, day_of_year, count, Context::Absence).await;
                    sends += 1;
                }
                if day % (SCHOOL_DAYS / LARGE_SENDS) == 0 && day / (SCHOOL_DAYS / LARGE_SENDS) < LARGE_SENDS {
                    messages += self.send(table, school, day_of_year, FAMILIES, Context::Information).await;
                    sends += 1;
                }
            }
        }
        (sends, messages)
    }

    /// Writes one send of a day.
    async fn send(
        &mut self,
        table: &Table,
        school: SchoolId,
        day: Date,
        count: u32,
        context: Context,
    ) -> u32 {
        let minute = self.random.i8(0..60);
        let local = day.at(self.random.i8(8..18), minute, 0, 0);
        let zone = Territory::Metropole.time_zone();
        let at = local.to_zoned(zone.clone()).expect("an hour").timestamp().min(self.until);
        let everybody = count == FAMILIES;
        let messages: Vec<PlannedMessage> = (0..count)
            .map(|place| {
                let place = if everybody { place } else { self.random.u32(..FAMILIES) };
                message(&self.families[place as usize], day, everybody)
            })
            .collect();
        let mut send = past_send(at, at, &messages);
        send.context = context;
        let became: Vec<Became> = (0..count).map(|_| became(&mut self.random)).collect();
        let messages = messages.into_iter().zip(became).collect();
        write_past(table, school, Month::of(at, zone), &send, messages).await;
        count
    }
}

fn message(family: &Family, day: Date, everybody: bool) -> PlannedMessage {
    let text = if everybody {
        format!("Collège Jean Moulin : la réunion des parents aura lieu le {day} à 18h. Merci de confirmer.")
    } else {
        format!("{} est noté(e) absent(e) le {day} à 8h. Merci d'appeler le 01 39 98 00 00.", family.name)
    };
    PlannedMessage {
        recipient: family.guardian,
        name: family.name.clone(),
        about: vec![family.pupil],
        phone: family.phone,
        text,
        encoding: Encoding::Gsm7,
        segments: Segments::ONE,
        price: MicroEuros::new(49_000),
    }
}

/// Of a hundred messages, ninety-five are delivered.
fn became(random: &mut fastrand::Rng) -> Became {
    match random.u8(..100) {
        0 => Became::Answered(Outcome::Refused(FailureReason::InvalidNumber)),
        1 | 2 => Became::Told(Receipt::Failed(FailureReason::Undelivered)),
        3 | 4 => Became::Answered(Outcome::Accepted),
        _ => Became::Told(Receipt::Delivered),
    }
}
