//! What an import costs: calls, units, and the time that its pace takes.

use carillon_tests::{
    pupils_csv,
    world::{Setting, World},
};
use serde_json::json;

use crate::extent::up_to;

#[tokio::test(start_paused = true)]
async fn a_school_is_planned_with_few_calls_and_applied_at_the_pace_of_a_partition() {
    // Of 5,800 people, as many as a lycée of 2,000 pupils has with their guardians.
    let (pupils, world): (u32, _) = (up_to(2_900, 150), World::new(Setting::default()).await);
    let school = world.school(std::iter::empty()).await;
    let file = pupils_csv(0..pupils, |index| {
        format!("07 50 {:02} {:02} {:02}", index / 10_000, index / 100 % 100, index % 100)
    });
    let people = f64::from(pupils * 2);
    let (calls, [reads, ..]) = (world.calls_of_the_table(), world.units());
    let (status, planned) = world.plan(school, file).await;
    assert_eq!((status, &planned["counts"]["created"]), (201, &json!(pupils * 2)));
    let plan_calls = world.calls_of_the_table() - calls;
    let read = world.units()[0] - reads;
    println!("imports: {people} people planned with {plan_calls} calls and {read:.0} read units");
    // What files say is some parts of 350 KB, and the directory some pages.
    assert!(plan_calls <= 40, "{plan_calls}");

    let (calls, [_, writes, ..]) = (world.calls_of_the_table(), world.units());
    let began = tokio::time::Instant::now();
    let path = format!("/v1/imports/{}/apply", planned["id"].as_str().unwrap());
    let applied =
        world.sound_call(school, "admin", "POST", &path, json!({ "digest": planned["digest"] })).await;
    assert_eq!(applied["stage"], "applied", "within one request");
    let (calls, written) = (world.calls_of_the_table() - calls, world.units()[1] - writes);
    let seconds = began.elapsed().as_secs_f64();
    println!(
        "imports: {people} people applied with {calls} calls and {written:.0} write units in {seconds:.1} s of the held clock"
    );
    // A person, a number of every second one, and a claim of an identifier, each a unit or two.
    assert!(written <= 5.0 * people + 5_000.0, "{written}");
    // People and claims are in different partitions: each gets at most 800 writes a second.
    assert!(seconds >= people / 800.0, "{seconds} s are too few for {people} people");
}
