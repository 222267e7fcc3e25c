//! The options of the command line.

use std::path::PathBuf;

use clap::Parser;
use shared::{carrier::Routes, delivery::PartsPerSecond};

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
    /// Who brings the texts to the phones: phones (a bridge), twilio, ovh, aws-sms, sns or simulator, each
    /// before a stand-in on this machine. Several in order of preference: ovh,twilio.
    #[arg(long, value_name = "NAME", default_value = "phones", value_parser = routes)]
    pub carrier: Routes,
    /// The address of a bridge of your own, instead of the phones' on this machine.
    #[arg(long, value_name = "URL")]
    pub bridge_url: Option<String>,
    /// The key that your bridge shares with us, in base64.
    #[arg(long, value_name = "KEY", requires = "bridge_url")]
    pub bridge_key: Option<String>,
    /// The message parts that a carrier takes in a second, 8 to 10000; as many as there are if left out.
    #[arg(long, value_name = "N", value_parser = parts_per_second)]
    pub parts_per_second: Option<PartsPerSecond>,
    /// Let the queue deliver twice, late and out of order, as SQS may.
    #[arg(long)]
    pub unruly_queue: bool,
    /// After how many milliseconds a phone tells that it has a text.
    #[arg(long, hide = true, default_value_t = 1000)]
    pub receipt_ms: u64,
    /// Count what AWS would bill for (slower).
    #[arg(long, hide = true)]
    pub meter: bool,
}

fn parts_per_second(text: &str) -> Result<PartsPerSecond, String> {
    let parts: u32 = text.parse().map_err(|_| "not a number".to_owned())?;
    PartsPerSecond::new(parts).map_err(|error| error.to_string())
}

/// The phones of this machine stand behind a bridge.
fn routes(text: &str) -> Result<Routes, String> {
    let names = text.split(',').map(|name| if name.trim() == "phones" { "bridge" } else { name });
    let routes: Result<Routes, _> = names.collect::<Vec<_>>().join(",").parse();
    routes
        .map_err(|_| "use phones, twilio, ovh, aws-sms, sns or simulator, or several with commas".to_owned())
}
