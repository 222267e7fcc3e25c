//! The cost of reading the sent log of a school with ten years of 100,000 messages: calls, billed reads,
//! time.
//!
//! `cargo run --profile rehearsal -p carillon-tests --bin sent-log -- page` (or `month`, `person`, `number`,
//! `all`)

mod decade;

use std::time::Instant;

use carillon_tests::world::{Setting, World};
use clap::{Parser, ValueEnum};
use domain::id::SchoolId;
use serde_json::{Value, json};

use decade::Decade;

/// The log of a school over the years.
#[derive(Parser)]
struct Options {
    /// The query.
    reading: Reading,
    /// Years with 100,000 messages each.
    #[arg(long, default_value_t = 10)]
    years: u16,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Reading {
    /// The first page.
    Page,
    /// The failed messages of one month.
    Month,
    /// The messages of one person, in the last year and in all years.
    Person,
    /// The messages of one month to a number, by four digits.
    Number,
    /// All of these.
    All,
}

#[tokio::main(flavor = "current_thread", start_paused = true)]
async fn main() {
    let options = Options::parse();
    let world = World::new(Setting::default()).await;
    let school = world.school(std::iter::empty()).await;
    let started = Instant::now();
    let mut decade = Decade::before("2026-11-24T09:00:00Z".parse().expect("an instant"));
    let (sends, messages) = decade.write(&world.table, school, options.years).await;
    println!(
        "{messages} messages in {sends} sends over {} years, written in {:.0} s",
        options.years,
        started.elapsed().as_secs_f64()
    );
    let reader = Reader { world: &world, school };
    let wants = |reading| options.reading == reading || options.reading == Reading::All;
    let (person, number) = decade.somebody();
    if wants(Reading::Page) {
        reader.read("the first page", "limit=100", Pages::First).await;
        reader.read("the second page", "limit=100", Pages::Second).await;
    }
    if wants(Reading::Month) {
        let october = "from=2026-10-01&to=2026-10-31&limit=500";
        reader.read("a month, what failed", &format!("{october}&state=failed"), Pages::All).await;
        reader.read("a month, all of it", october, Pages::All).await;
    }
    if wants(Reading::Person) {
        let year = format!("person={person}&from=2025-11-24&limit=500");
        reader.read("a person's year", &year, Pages::All).await;
        reader.read("a person's first page", &format!("person={person}"), Pages::First).await;
        reader.read("a person's whole history", &format!("person={person}&limit=500"), Pages::All).await;
    }
    if wants(Reading::Number) {
        let digits = &number[number.len() - 4..];
        let month = format!("from=2026-10-01&to=2026-10-31&number={digits}&limit=500");
        reader.read("four digits, in a month", &month, Pages::All).await;
        let year = format!("number=0{}&from=2025-11-24&limit=500", &number[3..]);
        reader.read("a whole number, in a year", &year, Pages::All).await;
    }
}

/// The number of pages to read.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Pages {
    First,
    Second,
    All,
}

/// A reader of a school's sent log.
struct Reader<'w> {
    world: &'w World,
    school: SchoolId,
}

impl Reader<'_> {
    /// Reads pages and prints their cost.
    async fn read(&self, what: &str, query: &str, pages: Pages) {
        let (mut read, mut found, mut cursor) = (0, 0, None::<String>);
        if pages == Pages::Second {
            cursor = next(&self.page(query, None).await);
        }
        let ([reads, ..], calls) = (self.world.units(), self.world.calls_of_the_table());
        let started = Instant::now();
        loop {
            let page = self.page(query, cursor).await;
            read += 1;
            found += page["messages"].as_array().map_or(0, Vec::len);
            cursor = next(&page);
            if cursor.is_none() || pages != Pages::All {
                break;
            }
        }
        let took_ms = started.elapsed().as_secs_f64() * 1e3;
        let ([after, ..], calls) = (self.world.units(), self.world.calls_of_the_table() - calls);
        println!(
            "{what:<26}{found:>7} messages {read:>4} pages {calls:>4} calls {:>8.1} read units {took_ms:>8.1} ms",
            after - reads
        );
    }

    async fn page(&self, query: &str, cursor: Option<String>) -> Value {
        let cursor = cursor.map(|cursor| format!("&cursor={cursor}")).unwrap_or_default();
        let path = format!("/v1/messages?{query}{cursor}");
        self.world.sound_call(self.school, "reader", "GET", &path, json!({})).await
    }
}

fn next(page: &Value) -> Option<String> {
    page["next_cursor"].as_str().map(str::to_owned)
}
