//! Waiting messages and messages in flight: visibility timeout, redelivery, fairness.
//!
//! Like a fair queue of SQS: of the visible messages, those of the group with the fewest in flight come
//! first. A school with few messages does not wait behind another's thousands.

use std::{
    collections::{BTreeSet, HashMap},
    sync::{Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use tokio::{sync::Notify, time::Instant};

use super::unruly::Unruly;

/// One message of the queue.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Message {
    /// The queue's message id.
    pub id: String,
    pub body: String,
    /// The message group, for fairness.
    pub group: String,
}

/// A queue in memory. The journal records every change first.
#[derive(Debug)]
pub struct Messages {
    max_receives: Option<u32>,
    unruly: Option<Unruly>,
    state: Mutex<State>,
    changed: Notify,
}

#[derive(Debug, Default)]
struct State {
    entries: HashMap<String, Entry>,
    /// Hidden messages by the end of their visibility timeout.
    hidden: BTreeSet<(Instant, u64, String)>,
    /// The visible messages of each group, by arrival.
    visible: HashMap<String, BTreeSet<(u64, String)>>,
    in_flight: HashMap<String, usize>,
    arrivals: u64,
}

#[derive(Debug)]
struct Entry {
    message: Message,
    arrival: u64,
    receives: u32,
    place: Place,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Place {
    Delayed(Instant),
    Visible,
    InFlight(Instant),
}

/// A received message or dead letter.
#[derive(Debug, PartialEq, Eq)]
pub enum Received {
    /// A message, hidden from other receivers for a while.
    Message(Message),
    /// Received too often: for the dead-letter queue.
    Dead(Message),
}

impl Messages {
    /// A queue with a receive limit, after which messages are dead letters.
    pub fn new(max_receives: Option<u32>, unruly: Option<Unruly>) -> Self {
        Self { max_receives, unruly, state: Mutex::default(), changed: Notify::new() }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Adds a message that becomes visible after a delay.
    pub fn add(&self, message: Message, delay: Duration) {
        let late = self.unruly.as_ref().map_or(Duration::ZERO, Unruly::lateness);
        let mut state = self.state();
        state.arrivals += 1;
        // Out of order: an earlier or later arrival.
        let arrival = self.unruly.as_ref().map_or(state.arrivals, |unruly| unruly.place(state.arrivals));
        let at = Instant::now() + delay + late;
        state.hidden.insert((at, arrival, message.id.clone()));
        state
            .entries
            .insert(message.id.clone(), Entry { message, arrival, receives: 0, place: Place::Delayed(at) });
        drop(state);
        self.changed.notify_one();
    }

    /// A visible message, if any, hidden for `visibility`.
    pub fn receive_now(&self, visibility: Duration) -> Option<Received> {
        let mut state = self.state();
        state.show_what_is_due(Instant::now());
        state.take(visibility, self.max_receives, self.unruly.as_ref())
    }

    /// Waits for a visible message and hides it for `visibility`.
    pub async fn receive(&self, visibility: Duration) -> Received {
        loop {
            let next = {
                let mut state = self.state();
                state.show_what_is_due(Instant::now());
                if let Some(received) = state.take(visibility, self.max_receives, self.unruly.as_ref()) {
                    let more = !state.visible.is_empty();
                    drop(state);
                    if more {
                        self.changed.notify_one();
                    }
                    return received;
                }
                state.hidden.first().map(|(at, _, _)| *at)
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

    /// Removes a processed message.
    pub fn delete(&self, id: &str) {
        self.state().remove(id);
    }

    /// Sets the visibility timeout of a message in flight.
    pub fn show_again(&self, id: &str, after: Duration) {
        self.state().hide_until(id, Instant::now() + after);
        self.changed.notify_one();
    }

    /// The number of waiting messages and messages in flight.
    pub fn len(&self) -> usize {
        self.state().entries.len()
    }

    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

impl State {
    fn show_what_is_due(&mut self, now: Instant) {
        while let Some((at, arrival, id)) = self.hidden.first().cloned() {
            if at > now {
                return;
            }
            self.hidden.pop_first();
            let Some(entry) = self.entries.get_mut(&id) else { continue };
            let group = entry.message.group.clone();
            if let Place::InFlight(_) = entry.place {
                self.in_flight.entry(group.clone()).and_modify(|count| *count -= 1);
            }
            entry.place = Place::Visible;
            self.visible.entry(group).or_default().insert((arrival, id));
        }
    }

    /// Takes the first message of the next group.
    fn take(
        &mut self,
        visibility: Duration,
        max_receives: Option<u32>,
        unruly: Option<&Unruly>,
    ) -> Option<Received> {
        let turn = |(group, messages): (&String, &BTreeSet<(u64, String)>)| {
            let in_flight = self.in_flight.get(group).copied().unwrap_or(0);
            Some((in_flight, messages.first()?.0, group.clone()))
        };
        let (_, _, group) = self.visible.iter().filter_map(turn).min()?;
        let messages = self.visible.get_mut(&group)?;
        let (_, id) = messages.pop_first()?;
        if messages.is_empty() {
            self.visible.remove(&group);
        }
        let entry = self.entries.get_mut(&id)?;
        entry.receives += 1;
        let message = entry.message.clone();
        if max_receives.is_some_and(|most| entry.receives > most) {
            self.remove(&id);
            return Some(Received::Dead(message));
        }
        // Twice: visible again while the first receiver processes it.
        let hidden_for = unruly.and_then(Unruly::shown_again_after).unwrap_or(visibility);
        let until = Instant::now() + hidden_for;
        entry.place = Place::InFlight(until);
        self.hidden.insert((until, entry.arrival, id));
        *self.in_flight.entry(group).or_default() += 1;
        Some(Received::Message(message))
    }

    fn hide_until(&mut self, id: &str, until: Instant) {
        let Some(entry) = self.entries.get_mut(id) else { return };
        let Place::InFlight(at) = entry.place else { return };
        entry.place = Place::InFlight(until);
        self.hidden.remove(&(at, entry.arrival, id.to_owned()));
        self.hidden.insert((until, entry.arrival, id.to_owned()));
    }

    fn remove(&mut self, id: &str) {
        let Some(entry) = self.entries.remove(id) else { return };
        let group = entry.message.group;
        match entry.place {
            Place::Visible => {
                if let Some(messages) = self.visible.get_mut(&group) {
                    messages.remove(&(entry.arrival, id.to_owned()));
                    if messages.is_empty() {
                        self.visible.remove(&group);
                    }
                }
            }
            Place::Delayed(at) => {
                self.hidden.remove(&(at, entry.arrival, id.to_owned()));
            }
            Place::InFlight(at) => {
                self.hidden.remove(&(at, entry.arrival, id.to_owned()));
                self.in_flight.entry(group).and_modify(|count| *count -= 1);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const VISIBILITY: Duration = Duration::from_secs(30);

    fn message(group: &str, id: &str) -> Message {
        Message { id: id.to_owned(), body: format!("body of {id}"), group: group.to_owned() }
    }

    fn queue() -> Messages {
        Messages::new(Some(5), None)
    }

    #[tokio::test(start_paused = true)]
    async fn messages_come_in_order_and_a_delayed_one_at_its_time() {
        let (queue, start) = (queue(), Instant::now());
        queue.add(message("s", "late"), Duration::from_secs(5));
        queue.add(message("s", "a"), Duration::ZERO);
        queue.add(message("s", "b"), Duration::ZERO);
        for id in ["a", "b", "late"] {
            assert_eq!(queue.receive(VISIBILITY).await, Received::Message(message("s", id)));
            queue.delete(id);
        }
        assert_eq!(start.elapsed(), Duration::from_secs(5));
        assert!(queue.is_empty());
    }

    #[tokio::test(start_paused = true)]
    async fn a_message_that_is_not_deleted_comes_again_and_ends_as_a_dead_letter() {
        let (queue, start) = (queue(), Instant::now());
        queue.add(message("s", "a"), Duration::ZERO);
        for _ in 0..5 {
            assert_eq!(queue.receive(VISIBILITY).await, Received::Message(message("s", "a")));
        }
        assert_eq!(queue.receive(VISIBILITY).await, Received::Dead(message("s", "a")));
        assert_eq!(start.elapsed(), VISIBILITY * 5);
        assert!(queue.is_empty());
    }

    #[tokio::test(start_paused = true)]
    async fn a_message_in_flight_is_shown_again_when_it_is_said() {
        let (queue, start) = (queue(), Instant::now());
        queue.add(message("s", "a"), Duration::ZERO);
        assert_eq!(queue.receive(VISIBILITY).await, Received::Message(message("s", "a")));
        queue.show_again("a", Duration::from_secs(3));
        assert_eq!(queue.receive(VISIBILITY).await, Received::Message(message("s", "a")));
        assert_eq!(start.elapsed(), Duration::from_secs(3));
        queue.delete("a");
        queue.show_again("a", Duration::ZERO);
        assert_eq!((queue.receive_now(VISIBILITY), queue.is_empty()), (None, true));
    }

    #[tokio::test(start_paused = true)]
    async fn a_school_that_comes_late_need_not_wait_behind_the_messages_of_another() {
        let queue = queue();
        for id in ["1", "2", "3", "4"] {
            queue.add(message("noisy", id), Duration::ZERO);
        }
        for id in ["1", "2"] {
            assert_eq!(queue.receive(VISIBILITY).await, Received::Message(message("noisy", id)));
        }
        queue.add(message("quiet", "a"), Duration::ZERO);
        queue.add(message("quiet", "b"), Duration::ZERO);
        for (group, id) in [("quiet", "a"), ("quiet", "b"), ("noisy", "3"), ("noisy", "4")] {
            assert_eq!(queue.receive(VISIBILITY).await, Received::Message(message(group, id)));
        }
    }

    #[tokio::test(start_paused = true)]
    async fn an_unruly_queue_loses_nothing() {
        let queue = Messages::new(None, Some(Unruly::new(7)));
        let ids: BTreeSet<String> = (0..200).map(|id| id.to_string()).collect();
        ids.iter().for_each(|id| queue.add(message("s", id), Duration::ZERO));
        let mut received = Vec::new();
        while received.iter().collect::<BTreeSet<_>>().len() < 200 {
            let Received::Message(message) = queue.receive(VISIBILITY).await else { panic!("none dies") };
            received.push(message.id);
        }
        assert!(received.len() > 210, "some came twice: {}", received.len());
        assert!(received.windows(2).any(|pair| pair[0] > pair[1]), "some came out of order");
    }
}
