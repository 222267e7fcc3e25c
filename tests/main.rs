//! Everything that is tested through the whole service, and the rules of this repository.

mod events;
mod journeys;
mod repository;
