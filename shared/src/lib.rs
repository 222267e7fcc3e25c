//! The domain of Carillon, SMS for schools, and its ways to DynamoDB, SQS and the carriers.
//!
//! The modules named after the field are pure; only [`store`], [`queue`], [`carrier`] and [`aws`]
//! name an SDK, and only [`http`] names a web framework.

pub mod address;
pub mod audience;
pub mod audit;
pub mod aws;
pub mod budget;
pub mod carrier;
pub mod clock;
pub mod delivery;
pub mod directory;
pub mod erasure;
pub mod http;
pub mod id;
pub mod keys;
pub mod language;
pub mod line;
pub mod log;
pub mod phone;
pub mod pricing;
pub mod queue;
pub mod registration;
pub mod role;
pub mod runtime;
pub mod school;
pub mod sending;
pub mod span;
pub mod statistics;
pub mod store;
pub mod telemetry;
pub mod template;
pub mod territory;
pub mod text;
pub mod usage;
pub mod workflows;
