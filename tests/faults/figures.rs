//! The functions' metrics of messages add up to the accepted ones.

use carillon_local::queue::Unruly;
use carillon_tests::world::{Audit, Behaviour, Setting, World, to_all_teachers};

const MESSAGES: u32 = 150;

/// A carrier with all behaviours, by the last digits of a message's reference.
fn moods(reference: &str, before: u32) -> Behaviour {
    let index: u32 = reference.rsplit('-').next().and_then(|index| index.parse().ok()).unwrap_or(0);
    match (index % 10, before) {
        (1, _) => Behaviour::Refuse,
        (2, _) => Behaviour::NoAnswer,
        (3, 0) => Behaviour::TryLater,
        _ => Behaviour::Accept,
    }
}

/// The worst behaviour of a queue: late, out of order, with duplicates.
#[tokio::test(start_paused = true)]
async fn a_queue_that_brings_parcels_twice_changes_no_figure() {
    for can_be_asked in [false, true] {
        let mut world = World::new(Setting {
            script: Box::new(moods),
            unruly: Some(Unruly::new(7)),
            can_be_asked,
            ..Setting::default()
        })
        .await;
        let school = world.school((0..MESSAGES).map(|index| format!("0612345{index:03}"))).await;
        world.start_workers();
        let order = to_all_teachers("Conseil ce soir");
        world.send_until_answered(school, "/v1/sends", "key", &order).await;
        // A repeated request is answered, and accepts nothing.
        world.send_until_answered(school, "/v1/sends", "key", &order).await;
        world.run_to_the_end().await;
        let audit = Audit::of(&world, school, MESSAGES).await.unwrap();
        world.figures.check(&audit.states, false).unwrap();
        let told = ["Accepted", "Segments", "Sent", "Failed", "Unknown", "Reconciled"];
        let told = told.map(|name| format!("{name} {}", world.figures.sum(name))).join(", ");
        let expected = match can_be_asked {
            false => "Accepted 150, Segments 150, Sent 120, Failed 15, Unknown 15, Reconciled 0",
            // The results of reconciliation.
            true => "Accepted 150, Segments 150, Sent 135, Failed 15, Unknown 15, Reconciled 15",
        };
        assert_eq!(told, expected);
    }
}
