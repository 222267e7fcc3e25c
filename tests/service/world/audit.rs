//! The invariants of a world: no duplicate, no loss, and every cent accounted for.

use std::collections::{BTreeMap, HashMap};

use domain::{
    budget::Month,
    delivery::MessageState,
    id::{MessageId, ParcelId, ParcelNumber, SchoolId, SendId},
    pricing::MicroEuros,
    territory::Territory,
};

use super::{system::World, violation::Violation};

/// The outcomes of a world's sends.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Audit {
    /// Messages in each state.
    pub states: BTreeMap<&'static str, u32>,
}

impl Audit {
    /// Messages in one state.
    pub fn count(&self, state: &str) -> u32 {
        self.states.get(state).copied().unwrap_or(0)
    }

    /// Audits all sends of a school, each with `messages` messages.
    pub async fn of(world: &World, school: SchoolId, messages: u32) -> Result<Self, Violation> {
        let sends = crate::sends_of(&world.table, school).await.map_err(unreadable)?;
        let accepted = world.fake_carrier.accepted();
        let mut audit = Self::default();
        let (mut total, mut owed, mut months) = (0, HashMap::<Month, u64>::new(), Vec::new());
        for send in &sends {
            let month = Month::of(send.due_at, Territory::Metropole.time_zone());
            months.push(month);
            for number in (0..send.parcels).map(ParcelNumber) {
                let parcel = ParcelId { school, send: send.id, number };
                let stored = world.table.parcel(parcel).await.map_err(unreadable)?;
                let stored = stored.ok_or_else(|| Violation::new(format!("{} {number} is gone", send.id)))?;
                for ((index, message), state) in (0_u8..).zip(&stored.messages).zip(stored.progress.states())
                {
                    let id = parcel.message(index);
                    let times = accepted.get(&id.reference()).copied().unwrap_or(0);
                    check(id, state, times)?;
                    total += 1;
                    *audit.states.entry(state.as_str()).or_default() += 1;
                    if !state.was_never_sent() {
                        *owed.entry(month).or_default() += message.price().get();
                    }
                }
            }
        }
        if total != messages {
            return Err(Violation::new(format!("{total} messages in the log instead of {messages}")));
        }
        for month in months {
            let committed = world.table.spending(school, month).await.map_err(unreadable)?.committed;
            let owed = MicroEuros::new(owed.get(&month).copied().unwrap_or(0));
            if committed != owed {
                return Err(Violation::new(format!("{committed} committed for texts of {owed}")));
            }
        }
        audit.nothing_is_left_to_do(world, &sends.iter().map(|send| send.id).collect::<Vec<_>>()).await?;
        Ok(audit)
    }

    /// The queue is empty, and no appointment is due.
    async fn nothing_is_left_to_do(&self, world: &World, sends: &[SendId]) -> Result<(), Violation> {
        use domain::clock::Clock;
        let due = world.table.agenda(world.clock.now()).await.map_err(unreadable)?;
        if let Some(left) = due.iter().find(|appointment| sends.contains(&appointment.send)) {
            return Err(Violation::new(format!("{:?} of {} is still to be done", left.step, left.send)));
        }
        match world.queued() {
            (0, 0) => Ok(()),
            (waiting, dead) => {
                Err(Violation::new(format!("{waiting} queue messages and {dead} dead letters wait")))
            }
        }
    }
}

/// One message: taken at most once, in a final state or unknown, and as its state says.
fn check(id: MessageId, state: MessageState, times: u32) -> Result<(), Violation> {
    let name = state.as_str();
    let holds = match state {
        MessageState::Scheduled | MessageState::Queued | MessageState::Sending => false,
        MessageState::Sent | MessageState::Delivered => times == 1,
        MessageState::Unknown => times <= 1,
        MessageState::Failed(_) | MessageState::Expired | MessageState::Cancelled(_) => times == 0,
    };
    if holds {
        Ok(())
    } else {
        Err(Violation::new(format!("{} is {name} and was taken {times} times", id.reference())))
    }
}

fn unreadable(error: store::StoreError) -> Violation {
    Violation::new(telemetry::chain(&error))
}
