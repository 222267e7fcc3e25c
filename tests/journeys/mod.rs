//! What people do with the service, over HTTP.

mod agreement;
mod budget;
mod carriers;
mod delivery;
mod exchange;
mod households;
mod idempotency;
mod import;
mod logs;
mod manual;
mod nights;
mod preferences;
mod preview;
mod prices;
mod problems;
mod refusals;
mod resend;
mod restart;
mod scale;
mod school;
mod settings;
mod start;
mod templates;
mod tenancy;
mod waiting;
mod watch;
