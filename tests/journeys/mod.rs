//! What people do with the service, over HTTP.

mod delivery;
mod idempotency;
mod import;
mod logs;
mod problems;
mod refusals;
mod restart;
mod scale;
mod school;
mod start;
mod templates;
mod tenancy;
