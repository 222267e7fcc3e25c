//! The outcome of messages under any failure at any moment, on a held clock.

mod audit;
mod crash_points;
mod dead_letters;
mod disorder;
mod erasure;
mod failover;
mod fairness;
mod figures;
mod halt;
mod import_units;
mod imports;
mod month_end;
mod pace;
mod receipts;
mod reconcile;
mod retention;
mod units;
