//! The options of the command line.

use std::path::PathBuf;

use axum::http::Uri;
use carriers::Routes;
use clap::Parser;
use domain::delivery::PartsPerSecond;

/// The gateway's default port.
pub(crate) const PORT: u16 = 8080;
/// The ports of DynamoDB and SQS for `cargo lambda watch`, from the root Cargo.toml.
pub(crate) const DYNAMODB_PORT: u16 = 8081;
pub(crate) const SQS_PORT: u16 = 8082;

/// Runs Carillon, SMS for schools, on this machine: table, queue, functions, gateway and phones.
#[derive(Clone, Debug, Parser)]
#[command(name = "carillon", version)]
pub struct Options {
    /// Port of the gateway and the phones on 127.0.0.1; 0 for a free one.
    #[arg(long, default_value_t = PORT)]
    pub port: u16,
    /// Use the functions that `cargo lambda watch` serves at this address.
    #[arg(
        long,
        value_name = "URL",
        value_parser = loopback,
        conflicts_with_all = ["carrier", "bridge_url", "bridge_key", "parts_per_second"]
    )]
    pub watch: Option<Uri>,
    /// Port of DynamoDB: by default a free one, or 8081 with --watch, as in the root Cargo.toml.
    #[arg(long, value_name = "N")]
    pub dynamodb_port: Option<u16>,
    /// Port of SQS: by default a free one, or 8082 with --watch, as in the root Cargo.toml.
    #[arg(long, value_name = "N")]
    pub sqs_port: Option<u16>,
    /// Data folder.
    #[arg(long, value_name = "DIR", default_value = ".carillon")]
    pub data: PathBuf,
    /// Start with an empty data folder.
    #[arg(long)]
    pub fresh: bool,
    /// Start without the demonstration school.
    #[arg(long)]
    pub no_demo: bool,
    /// Carriers: phones (a bridge), twilio, ovh, aws-sms, sns or simulator, each with a stand-in on this
    /// machine. Several in order of preference: ovh,twilio.
    #[arg(long, value_name = "NAME", default_value = "phones", value_parser = routes)]
    pub carrier: Routes,
    /// Address of your own bridge, instead of the phones on this machine.
    #[arg(long, value_name = "URL")]
    pub bridge_url: Option<String>,
    /// Key shared with your bridge, in base64.
    #[arg(long, value_name = "KEY", requires = "bridge_url")]
    pub bridge_key: Option<String>,
    /// Rate of each carrier in segments per second, 8 to 10000; unlimited by default.
    #[arg(long, value_name = "N", value_parser = parts_per_second)]
    pub parts_per_second: Option<PartsPerSecond>,
    /// Let the queue deliver twice, late and out of order, as SQS may.
    #[arg(long)]
    pub unruly_queue: bool,
    /// Delay of receipts in milliseconds.
    #[arg(long, hide = true, default_value_t = 1000)]
    pub receipt_ms: u64,
    /// Count billable units of AWS (slower).
    #[arg(long, hide = true)]
    pub meter: bool,
}

impl Options {
    /// The port of DynamoDB: functions in other processes must know it in advance.
    pub(crate) fn dynamodb_port(&self) -> u16 {
        self.dynamodb_port.unwrap_or(if self.watch.is_some() { DYNAMODB_PORT } else { 0 })
    }

    pub(crate) fn sqs_port(&self) -> u16 {
        self.sqs_port.unwrap_or(if self.watch.is_some() { SQS_PORT } else { 0 })
    }
}

/// The server of `cargo lambda watch`, on this machine only: nothing leaves it.
fn loopback(text: &str) -> Result<Uri, String> {
    let problem = || "use an address of this machine, such as http://127.0.0.1:9000".to_owned();
    let url: Uri = text.parse().map_err(|_| problem())?;
    let is_here = matches!(url.host(), Some("127.0.0.1" | "localhost" | "[::1]"));
    if url.scheme_str() == Some("http") && is_here && url.port().is_some() { Ok(url) } else { Err(problem()) }
}

fn parts_per_second(text: &str) -> Result<PartsPerSecond, String> {
    let parts: u32 = text.parse().map_err(|_| "not a number".to_owned())?;
    PartsPerSecond::new(parts).map_err(|error| error.to_string())
}

/// Parses carriers; `phones` is the bridge.
fn routes(text: &str) -> Result<Routes, String> {
    let names = text.split(',').map(|name| if name.trim() == "phones" { "bridge" } else { name });
    let routes: Result<Routes, _> = names.collect::<Vec<_>>().join(",").parse();
    routes
        .map_err(|_| "use phones, twilio, ovh, aws-sms, sns or simulator, or several with commas".to_owned())
}
