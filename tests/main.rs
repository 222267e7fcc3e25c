//! Everything that is tested through the whole service, and the rules of this repository.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on panics, in its helpers too")]

mod events;
mod extent;
mod faults;
mod journeys;
mod log;
mod openapi;
mod repository;
mod rights;
mod template;
