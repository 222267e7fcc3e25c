//! Trouble with the carrier's account: delivery halts, and one action of the operator resumes it.

use std::{
    sync::Arc,
    sync::atomic::{AtomicBool, Ordering},
    time::Duration,
};

use carillon_tests::world::{Audit, Behaviour, Setting, World, to_all_teachers};
use domain::delivery::{CarrierName, DeliveryState};
use schedule::Round;
use serde_json::json;

async fn delivery_state(world: &World) -> DeliveryState {
    world.table.carrier_statuses().await.unwrap().of(CarrierName::Bridge).state
}

#[tokio::test(start_paused = true)]
async fn a_carrier_that_takes_nothing_halts_delivery_until_the_operator_says_go_on() {
    let barred = Arc::new(AtomicBool::new(true));
    let is_barred = barred.clone();
    let script = move |_: &str, _| {
        if is_barred.load(Ordering::SeqCst) { Behaviour::Halt } else { Behaviour::Accept }
    };
    let mut world = World::new(Setting { script: Box::new(script), ..Setting::default() }).await;
    let schools = [
        world.school((0..250).map(|index| format!("0612345{index:03}"))).await,
        world.school((0..5).map(|index| format!("0613345{index:03}"))).await,
    ];
    world.start_workers();
    let order = to_all_teachers("Conseil ce soir");
    for school in schools {
        world.send_until_answered(school, "/v1/sends", "key", &order).await;
    }
    tokio::time::sleep(Duration::from_secs(600)).await;
    world.round(Round::Minute).await;
    let state = delivery_state(&world).await;
    assert!(
        matches!(state, DeliveryState::Halted(_)),
        "{state:?} {} calls {:?}",
        world.fake_carrier.calls().len(),
        world.queued()
    );
    assert_eq!(world.queued(), (0, 0), "parcels leave the queue while they wait");
    let asked = world.fake_carrier.calls().len();
    assert!(asked <= 40, "{asked} requests to a halted carrier: at most a block per worker");

    let resume = "/v1/operator/delivery/resume";
    let seen = world.sound_call(schools[0], "operator", "GET", "/v1/operator/delivery", json!({})).await;
    assert_eq!(seen["state"], "halted");
    let (status, _) = world.call(schools[0], "admin", "POST", resume, None, json!({})).await;
    assert_eq!(status, 403, "reserved for the operator");
    // The account is still barred: it halts again, and resumes with the next action.
    world.sound_call(schools[0], "operator", "POST", resume, json!({})).await;
    world.round(Round::Minute).await;
    tokio::time::sleep(Duration::from_secs(60)).await;
    assert!(matches!(delivery_state(&world).await, DeliveryState::Halted(_)));
    barred.store(false, Ordering::SeqCst);
    let seen = world.sound_call(schools[0], "operator", "POST", resume, json!({})).await;
    assert_eq!(seen["state"], "resuming");
    let (status, _) = world.call(schools[0], "operator", "POST", resume, None, json!({})).await;
    assert_eq!(status, 409, "already resumed");
    // Two concurrent rounds.
    futures_util::future::join(world.round(Round::Minute), world.round(Round::Minute)).await;
    world.run_to_the_end().await;
    assert_eq!(delivery_state(&world).await, DeliveryState::Running);
    for (school, messages) in schools.into_iter().zip([250, 5]) {
        assert_eq!(Audit::of(&world, school, messages).await.unwrap().count("sent"), messages);
    }
}

#[tokio::test(start_paused = true)]
async fn what_stays_set_aside_expires_and_is_given_back() {
    let script = |_: &str, _| Behaviour::Halt;
    let mut world = World::new(Setting { script: Box::new(script), ..Setting::default() }).await;
    let school = world.school((0..25).map(|index| format!("0612345{index:03}"))).await;
    world.start_workers();
    let order = to_all_teachers("Conseil ce soir");
    world.send_until_answered(school, "/v1/sends", "key", &order).await;
    world.run_to_the_end().await;
    let audit = Audit::of(&world, school, 25).await.unwrap();
    assert_eq!(audit.count("expired"), 25);
    let budget = world.sound_call(school, "admin", "GET", "/v1/budget", json!({})).await;
    assert_eq!(budget["committed_micro_eur"], 0);
}
