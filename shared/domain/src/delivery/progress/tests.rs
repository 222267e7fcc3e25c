//! The life of a parcel, by example and by property.

use proptest::prelude::*;

use super::*;

const BY: CarrierName = CarrierName::Bridge;

fn at(second: i64) -> Timestamp {
    Timestamp::from_second(1_800_000_000 + second).unwrap()
}

fn worker(lease_until: i64) -> Worker {
    Worker { id: WorkerId::generate(at(0)), lease_until: at(lease_until) }
}

fn states(progress: &Progress) -> Vec<&'static str> {
    progress.states().map(MessageState::as_str).collect()
}

fn claim(progress: &mut Progress, worker: Worker, now: i64) -> Vec<u8> {
    match progress.claim_next(worker, Some(BY), at(now), at(86_400), |_| true) {
        Claimed::Block(block) => block.into_iter().map(|(index, _)| index).collect(),
        other => panic!("{other:?}"),
    }
}

#[test]
fn blocks_of_ten_are_claimed_one_after_the_other_until_all_is_settled() {
    let (mut progress, worker) = (Progress::new(23), worker(30));
    for size in [10, 10, 3] {
        let block = claim(&mut progress, worker, 0);
        assert_eq!(block.len(), size);
        block.into_iter().for_each(|index| progress.record(index, Outcome::Accepted, 1, at(0)));
    }
    assert_eq!(progress.claim_next(worker, Some(BY), at(0), at(86_400), |_| true), Claimed::Finished);
    assert_eq!(states(&progress), ["sent"; 23]);
    assert_eq!(progress.claim(), None);
}

#[test]
fn a_second_worker_waits_for_the_lease_of_the_first() {
    let mut progress = Progress::new(2);
    claim(&mut progress, worker(30), 0);
    assert_eq!(
        progress.claim_next(worker(60), Some(BY), at(29), at(86_400), |_| true),
        Claimed::HeldUntil(at(30))
    );
    assert_eq!(states(&progress), ["sending"; 2]);
}

#[test]
fn what_a_dead_worker_left_in_flight_is_unknown_and_never_claimed_again() {
    let mut progress = Progress::new(12);
    claim(&mut progress, worker(30), 0);
    let second = worker(60);
    assert_eq!(claim(&mut progress, second, 30), [10, 11]);
    assert_eq!(states(&progress)[..10], ["unknown"; 10]);
    progress.record(0, Outcome::Accepted, 1, at(31));
    assert_eq!(states(&progress)[0], "unknown");
}

#[test]
fn what_a_carrier_put_off_is_tried_again_at_its_time_and_expires_at_the_end() {
    let (mut progress, worker) = (Progress::new(1), worker(30));
    claim(&mut progress, worker, 0);
    progress.record(0, Outcome::TryLater, 1, at(0));
    assert_eq!(
        progress.claim_next(worker, Some(BY), at(0), at(86_400), |_| true),
        Claimed::NothingBefore(at(1))
    );
    assert_eq!(states(&progress), ["sending"]);
    assert_eq!(
        progress.claim_next(worker, Some(BY), at(1), at(86_400), |_| true),
        Claimed::Block(vec![(0, 1)])
    );
    progress.record(0, Outcome::TryLater, 1, at(1));
    assert_eq!(
        progress.claim_next(worker, Some(BY), at(1), at(86_400), |_| true),
        Claimed::NothingBefore(at(6))
    );
    assert_eq!(progress.claim_next(worker, Some(BY), at(86_400), at(86_400), |_| true), Claimed::Finished);
    assert_eq!(states(&progress), ["expired"]);
}

#[test]
fn messages_that_are_put_off_again_and_again_do_not_keep_others_back() {
    let (mut progress, worker) = (Progress::new(25), worker(30));
    let mut now = 0;
    let mut claimed = [0; 25];
    for _ in 0..40 {
        match progress.claim_next(worker, Some(BY), at(now), at(86_400), |_| true) {
            Claimed::Block(block) => block.into_iter().for_each(|(index, _)| {
                claimed[usize::from(index)] += 1;
                progress.record(index, Outcome::TryLater, 1, at(now));
            }),
            Claimed::NothingBefore(due) => now = due.duration_since(at(0)).as_secs(),
            other => panic!("{other:?}"),
        }
    }
    let (least, most) = (claimed.iter().min().unwrap(), claimed.iter().max().unwrap());
    assert!(*least > 5 && most - least <= 1, "{claimed:?}");
}

#[test]
fn a_block_that_is_returned_is_claimed_again() {
    let (mut progress, worker) = (Progress::new(2), worker(30));
    let before = progress.clone();
    assert_eq!(claim(&mut progress, worker, 0), [0, 1]);
    progress.return_block(&before);
    assert_eq!(states(&progress), ["queued"; 2]);
    assert_eq!(claim(&mut progress, worker, 0), [0, 1]);
}

#[test]
fn a_receipt_only_moves_a_message_forward() {
    let (mut progress, worker) = (Progress::new(1), worker(30));
    assert!(!progress.advance(0, MessageState::Delivered));
    claim(&mut progress, worker, 0);
    progress.record(0, Outcome::Accepted, 1, at(0));
    assert!(progress.advance(0, MessageState::Delivered));
    assert!(!progress.advance(0, MessageState::Sent));
    assert_eq!(states(&progress), ["delivered"]);
}

#[test]
fn each_carrier_is_asked_once_before_a_message_has_to_wait() {
    let (mut progress, worker) = (Progress::new(1), worker(30));
    for (carrier, waits_until) in
        [(CarrierName::Ovh, 0), (CarrierName::Twilio, 1), (CarrierName::Ovh, 1), (CarrierName::Twilio, 6)]
    {
        let now = progress.asked(0).map_or(0, |(_, due)| due.duration_since(at(0)).as_secs());
        assert!(matches!(
            progress.claim_next(worker, Some(carrier), at(now), at(86_400), |_| true),
            Claimed::Block(_)
        ));
        progress.record(0, Outcome::TryLater, 2, at(now));
        assert_eq!(progress.asked(0), Some((carrier, at(waits_until))));
    }
}

#[test]
fn who_was_asked_and_when_is_kept_before_the_request_leaves() {
    let mut progress = Progress::new(2);
    assert_eq!(progress.asked(0), None);
    progress.claim_next(worker(30), Some(CarrierName::Ovh), at(7), at(86_400), |index| index == 1);
    let kept = Progress::decode(&progress.encode_messages(), None, 1).unwrap();
    assert_eq!((kept.asked(0), kept.asked(1)), (None, Some((CarrierName::Ovh, at(7)))));
    progress.return_block(&Progress::new(2));
    assert_eq!(progress.asked(1), None);
}

#[test]
fn carriers_that_say_try_later_for_a_day_are_not_asked_without_a_pause() {
    for carriers in 1..=3 {
        let (mut progress, worker) = (Progress::new(1), worker(30));
        let (mut now, mut asked_at_once) = (0, 0);
        for _ in 0..1000 {
            progress.claim_next(worker, Some(BY), at(now), at(i64::from(u32::MAX)), |_| true);
            progress.record(0, Outcome::TryLater, carriers, at(now));
            let due = progress.asked(0).map_or(0, |(_, due)| due.duration_since(at(0)).as_secs());
            asked_at_once = if due == now { asked_at_once + 1 } else { 0 };
            assert!(asked_at_once < carriers, "{carriers} carriers");
            now = due;
        }
    }
}

#[test]
fn a_message_that_a_halted_carrier_did_not_take_is_as_untried_as_it_was() {
    let (mut progress, worker) = (Progress::new(2), worker(30));
    claim(&mut progress, worker, 0);
    progress.record(0, Outcome::Halt, 1, at(0));
    progress.record(1, Outcome::TryLater, 1, at(0));
    progress.release_claim();
    assert_eq!(states(&progress), ["queued", "sending"]);
    progress.stop(0);
    progress.stop(1);
    assert_eq!(states(&progress), ["cancelled", "failed"]);
}

/// Any mixture of outcomes and of workers that live or die.
#[derive(Clone, Debug)]
enum Act {
    Claim,
    Answer(Outcome),
    Die,
    Wait(i64),
}

fn acts() -> impl Strategy<Value = Vec<Act>> {
    let act = prop_oneof![
        4 => Just(Act::Claim),
        8 => prop_oneof![
            Just(Outcome::Accepted),
            Just(Outcome::TryLater),
            Just(Outcome::Unknown),
            Just(Outcome::Refused(FailureReason::Content)),
        ]
        .prop_map(Act::Answer),
        1 => Just(Act::Die),
        2 => (0_i64..60).prop_map(Act::Wait),
    ];
    proptest::collection::vec(act, 0..120)
}

proptest! {
    #[test]
    fn whatever_happens_no_message_is_claimed_after_it_was_accepted_or_doubtful(size in 1_usize..=40, acts in acts()) {
        let mut progress = Progress::new(size);
        let (mut now, mut current) = (0, worker(30));
        let mut in_flight: Vec<u8> = Vec::new();
        let mut spent = vec![false; size];
        for act in acts {
            match act {
                Act::Claim if in_flight.is_empty() => {
                    current.lease_until = at(now + 30);
                    if let Claimed::Block(block) = progress.claim_next(current, Some(BY), at(now), at(5_000), |_| true) {
                        prop_assert!(block.len() <= CLAIM_SIZE);
                        for (index, _) in block {
                            prop_assert!(!spent[usize::from(index)]);
                            in_flight.push(index);
                        }
                    }
                }
                Act::Answer(outcome) => {
                    if let Some(index) = in_flight.pop() {
                        spent[usize::from(index)] = outcome != Outcome::TryLater;
                        progress.record(index, outcome, 1, at(now));
                    }
                }
                Act::Die => {
                    in_flight.drain(..).for_each(|index| spent[usize::from(index)] = true);
                    current = worker(now + 30);
                }
                Act::Wait(seconds) => now += seconds,
                Act::Claim => {}
            }
            let encoded = progress.encode_messages();
            let decoded = Progress::decode(&encoded, progress.claim, progress.version);
            prop_assert_eq!(decoded.as_ref(), Ok(&progress));
            prop_assert!(encoded.len() == 7 * size);
        }
    }

    #[test]
    fn no_bytes_panic(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
        if let Ok(progress) = Progress::decode(&bytes, None, 1) {
            prop_assert_eq!(progress.encode_messages(), bytes);
        }
    }
}

#[test]
fn the_stored_code_of_every_step_stays_what_it_is() {
    let settled = |state| Progress {
        messages: vec![MessageProgress { step: Step::Settled(state), attempts: 0, carrier: None, at_s: 0 }],
        claim: None,
        version: 1,
    };
    let code = |state: MessageState| settled(state).encode_messages()[0];
    let failed: Vec<_> =
        FailureReason::ALL.iter().map(|reason| code(MessageState::Failed(*reason))).collect();
    let cancelled: Vec<_> =
        Cancellation::ALL.iter().map(|reason| code(MessageState::Cancelled(*reason))).collect();
    assert_eq!(failed, [16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27]);
    assert_eq!(cancelled, [64, 65, 66, 67, 68, 69, 70, 71, 72]);
    use MessageState::{Delivered, Expired, Sent, Unknown};
    assert_eq!([Sent, Delivered, Unknown, Expired].map(code), [6, 7, 8, 9]);
}
