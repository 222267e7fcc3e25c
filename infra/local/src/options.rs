//! The options of the command line.

use std::path::PathBuf;

use clap::{Parser, ValueEnum};
use shared::delivery::PartsPerSecond;

/// Runs Carillon, SMS for schools, on this machine: table, queue, functions, gateway and phones.
#[derive(Clone, Debug, Parser)]
#[command(name = "carillon", version)]
pub struct Options {
    /// The port of the gateway and the phones on 127.0.0.1; 0 for any free one.
    #[arg(long, default_value_t = 8080)]
    pub port: u16,
    /// The folder in which everything is kept.
    #[arg(long, value_name = "DIR", default_value = ".carillon")]
    pub data: PathBuf,
    /// Start anew: forget what the folder holds.
    #[arg(long)]
    pub fresh: bool,
    /// Start without the demonstration school.
    #[arg(long)]
    pub no_demo: bool,
    /// Who brings the texts to the phones.
    #[arg(long, value_enum, value_name = "NAME", default_value_t = CarrierName::Phones)]
    pub carrier: CarrierName,
    /// The message parts that the carrier takes in a second, 8 to 10000; as many as there are if left out.
    #[arg(long, value_name = "N", value_parser = parts_per_second)]
    pub parts_per_second: Option<PartsPerSecond>,
    /// Let the queue deliver twice, late and out of order, as SQS may.
    #[arg(long)]
    pub unruly_queue: bool,
    /// Count what AWS would bill for (slower).
    #[arg(long, hide = true)]
    pub meter: bool,
}

fn parts_per_second(text: &str) -> Result<PartsPerSecond, String> {
    let parts: u32 = text.parse().map_err(|_| "not a number".to_owned())?;
    PartsPerSecond::new(parts).map_err(|error| error.to_string())
}

/// A carrier of the local run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum CarrierName {
    /// The phone simulator, behind the bridge contract: every number has a phone on its page.
    Phones,
    /// The simulator inside the functions: texts are accepted and go nowhere.
    Simulator,
}
