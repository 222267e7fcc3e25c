//! The tests of the whole service, and the rules of this repository.

#![allow(clippy::unwrap_used, reason = "a test that cannot continue panics, in its helpers too")]

mod events;
mod extent;
mod faults;
mod house;
mod journeys;
mod log;
mod openapi;
mod repository;
mod rights;
mod template;
