//! Messages that wait, and messages in flight: visibility time-out, redelivery, dead letters.

use std::{
    collections::{BTreeSet, HashMap},
    sync::{Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use tokio::{sync::Notify, time::Instant};

/// How often a message may be received before it is a dead letter, as in the SAM template: once
/// for the work, and four times for as many crashes.
const MAX_RECEIVES: u32 = 5;

/// One message of the queue.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Message {
    pub id: String,
    pub body: String,
}

/// The queue in memory. Every change is in the journal first.
#[derive(Debug, Default)]
pub(crate) struct Messages {
    state: Mutex<State>,
    changed: Notify,
}

#[derive(Debug, Default)]
struct State {
    entries: HashMap<String, Entry>,
    /// When each message becomes visible, the soonest first.
    visible: BTreeSet<(Instant, u64, String)>,
    arrivals: u64,
}

#[derive(Debug)]
struct Entry {
    body: String,
    receives: u32,
    visible_at: (Instant, u64),
}

/// What a receiver gets.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Received {
    Message(Message),
    /// Received too often: it belongs to the dead-letter queue.
    Dead(Message),
}

impl Messages {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Adds a message that becomes visible after a delay.
    pub fn add(&self, message: Message, delay: Duration) {
        let mut state = self.state();
        state.arrivals += 1;
        let visible_at = (Instant::now() + delay, state.arrivals);
        state.visible.insert((visible_at.0, visible_at.1, message.id.clone()));
        state.entries.insert(message.id, Entry { body: message.body, receives: 0, visible_at });
        drop(state);
        self.changed.notify_one();
    }

    /// Waits for a visible message and hides it for `visibility`.
    pub async fn receive(&self, visibility: Duration) -> Received {
        loop {
            let next = {
                let mut state = self.state();
                match state.visible.first().map(|(at, _, _)| *at) {
                    Some(at) if at <= Instant::now() => {
                        let received = state.take_first(visibility);
                        let more = !state.visible.is_empty();
                        drop(state);
                        if more {
                            self.changed.notify_one();
                        }
                        return received;
                    }
                    next => next,
                }
            };
            match next {
                None => self.changed.notified().await,
                Some(at) => tokio::select! {
                    () = self.changed.notified() => {}
                    () = tokio::time::sleep_until(at) => {}
                },
            }
        }
    }

    /// Removes a message that is done with.
    pub fn delete(&self, id: &str) {
        let mut state = self.state();
        if let Some(entry) = state.entries.remove(id) {
            state.visible.remove(&(entry.visible_at.0, entry.visible_at.1, id.to_owned()));
        }
    }

    /// How many messages wait or are in flight.
    pub fn len(&self) -> usize {
        self.state().entries.len()
    }
}

impl State {
    fn take_first(&mut self, visibility: Duration) -> Received {
        let (_, _, id) = self.visible.pop_first().expect("the caller saw one");
        let entry = self.entries.get_mut(&id).expect("what is visible exists");
        entry.receives += 1;
        let message = Message { id: id.clone(), body: entry.body.clone() };
        if entry.receives > MAX_RECEIVES {
            self.entries.remove(&id);
            return Received::Dead(message);
        }
        entry.visible_at.0 = Instant::now() + visibility;
        let (at, arrival) = entry.visible_at;
        self.visible.insert((at, arrival, id));
        Received::Message(message)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const VISIBILITY: Duration = Duration::from_secs(30);

    fn message(id: &str) -> Message {
        Message { id: id.to_owned(), body: format!("body of {id}") }
    }

    #[tokio::test(start_paused = true)]
    async fn messages_come_in_order_and_a_delayed_one_at_its_time() {
        let (queue, start) = (Messages::default(), Instant::now());
        queue.add(message("late"), Duration::from_secs(5));
        queue.add(message("a"), Duration::ZERO);
        queue.add(message("b"), Duration::ZERO);
        for id in ["a", "b", "late"] {
            assert_eq!(queue.receive(VISIBILITY).await, Received::Message(message(id)));
            queue.delete(id);
        }
        assert_eq!(start.elapsed(), Duration::from_secs(5));
        assert_eq!(queue.len(), 0);
    }

    #[tokio::test(start_paused = true)]
    async fn a_message_that_is_not_deleted_comes_again_and_ends_as_a_dead_letter() {
        let (queue, start) = (Messages::default(), Instant::now());
        queue.add(message("a"), Duration::ZERO);
        for _ in 0..MAX_RECEIVES {
            assert_eq!(queue.receive(VISIBILITY).await, Received::Message(message("a")));
        }
        assert_eq!(queue.receive(VISIBILITY).await, Received::Dead(message("a")));
        assert_eq!(start.elapsed(), VISIBILITY * MAX_RECEIVES);
        assert_eq!(queue.len(), 0);
    }
}
