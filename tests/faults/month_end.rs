//! A month closes once, whatever call of the night fails.

use carillon_tests::world::{Faults, Setting, World};
use schedule::Round;

use crate::{
    extent::faults_at,
    log::books::{at, is_closed_once, month, november},
};

#[tokio::test(start_paused = true)]
async fn a_failure_at_any_call_of_a_night_closes_a_month_once_or_leaves_it_to_the_next() {
    let live = async |faults| {
        let begins = at("2026-12-20T02:40:00Z");
        let world = World::new(Setting { begins, faults, ..Setting::default() }).await;
        let (school, _) = november(&world).await;
        let before = world.table.account(school, month("2026-11")).await.unwrap().unwrap();
        world.round(Round::Night).await;
        let calls = world.faults.calls();
        let first = world.table.statement(school, month("2026-11")).await.unwrap();
        tokio::time::sleep(std::time::Duration::from_secs(24 * 3600)).await;
        world.round(Round::Night).await;
        is_closed_once(&world, school, &before).await;
        let last = world.table.statement(school, month("2026-11")).await.unwrap();
        assert!(first.is_none() || first == last, "a statement is not written again");
        calls
    };
    let calls = live(Faults::default()).await;
    let points = faults_at(0..calls);
    println!("books: {points} crash points of a night ({calls} calls)");
    for point in points {
        live(Faults::at([point])).await;
    }
}
