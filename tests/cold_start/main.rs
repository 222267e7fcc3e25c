//! The cost of starting each function: instructions, time, size and memory, compared with a function with
//! default settings.
//!
//! `cargo build --release`, then `cargo run --profile rehearsal -p carillon-tests --bin cold-start`. It needs
//! `valgrind`; see `--help`.

mod bootstrap;
mod first_events;
mod https;
mod runtime_api;

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
    time::Duration,
};

use axum::{Json, Router};
use bootstrap::{Bootstrap, Environment, Timed};
use carillon_local::carriers::SNS_PATH;
use carillon_tests::Service;
use clap::Parser;
use first_events::{FirstEvent, FirstEvents, secret};
use https::Authority;
use tempfile::NamedTempFile;

/// The cost of starting each function.
#[derive(Debug, Parser)]
struct Options {
    /// The folder of the functions: `DIR/<function>`, or `DIR/<function>/bootstrap` from cargo-lambda.
    #[arg(long, value_name = "DIR", default_value = "target/release")]
    bootstraps: PathBuf,
    /// Skip the function with default settings, whose first build takes some minutes.
    #[arg(long)]
    without_defaults: bool,
    /// Timed starts; the median is printed.
    #[arg(long, value_name = "N", default_value_t = 15)]
    starts: usize,
    /// Folder for callgrind's profiles of first events, for `callgrind_annotate`.
    #[arg(long, value_name = "DIR")]
    profiles: Option<PathBuf>,
    /// These functions only.
    functions: Vec<String>,
}

/// The folders of all functions.
fn functions() -> Vec<String> {
    let folders = Path::new(env!("CARGO_MANIFEST_DIR")).join("../functions");
    let folders = fs::read_dir(folders).expect("the folder of the functions");
    let name = |entry: fs::DirEntry| entry.file_name().into_string().expect("a printable name");
    let mut names: Vec<_> = folders.map(|entry| name(entry.expect("a folder"))).collect();
    names.sort();
    names
}

/// The targets. A figure beyond its target is printed in bold.
const LIMITS: &str = "limits: 0.75 M to /next, 8 M through the first event with three calls, 2.5 MB, 8 MB";
const MOST_TO_NEXT: f64 = 0.75;
const MOST_THROUGH: f64 = 8.0;
const MOST_ZIPPED_MB: f64 = 2.5;
const MOST_MEMORY_MB: f64 = 8.0;

fn cell(figure: f64, unit: &str, most: f64) -> String {
    let cell = format!("{figure:.2} {unit}");
    // Compared as printed: a figure that rounds to the target meets it.
    if figure > most + 0.005 { format!("**{cell}**") } else { cell }
}

#[tokio::main]
async fn main() {
    let options = Options::parse();
    let authority = Authority::new();
    let trusted = NamedTempFile::new().expect("a temporary file");
    fs::write(trusted.path(), authority.certificate()).expect("a temporary file");
    let service = Service::start().await;
    let addresses = service.running().addresses();
    let dynamodb = authority.serve(https::to(addresses.dynamodb.clone())).await;
    let sqs = authority.serve(https::to(addresses.sqs.clone())).await;
    let sns = authority.serve(https::to(addresses.gateway.clone())).await;
    let secrets = authority.serve(Router::new().fallback(|| async { Json(secret()) })).await;
    let trusted = trusted.path().display().to_string();
    let environment: Environment = [
        ("AWS_REGION", "eu-west-3"),
        ("AWS_ACCESS_KEY_ID", "local"),
        ("AWS_SECRET_ACCESS_KEY", "local"),
        ("AWS_LAMBDA_FUNCTION_NAME", "bench"),
        ("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "128"),
        ("AWS_LAMBDA_FUNCTION_VERSION", "1"),
        ("AWS_LAMBDA_LOG_GROUP_NAME", "bench"),
        ("AWS_LAMBDA_LOG_STREAM_NAME", "bench"),
        ("AWS_CA_BUNDLE", &trusted),
        ("AWS_ENDPOINT_URL_DYNAMODB", &dynamodb),
        ("AWS_ENDPOINT_URL_SQS", &sqs),
        ("AWS_ENDPOINT_URL_SNS", &format!("{sns}{SNS_PATH}")),
        ("AWS_ENDPOINT_URL_SECRETS_MANAGER", &secrets),
        ("CARILLON_TABLE", "carillon"),
        ("CARILLON_QUEUE_URL", &format!("{sqs}/queue/parcels")),
        ("CARILLON_EXPORTS_URL", "https://files.carillon.example"),
        ("CARILLON_REPORTS_QUEUE_URL", &format!("{sqs}/queue/reports")),
        ("CARILLON_CARRIERS", "sns"),
        ("CARILLON_SENDER", "Carillon"),
        // A lane of the carrier's rate is booked, and is free at once.
        ("CARILLON_PARTS_PER_SECOND", "10000"),
        ("CARILLON_BRIDGE_KEY_SECRET", "bridge"),
        ("CARILLON_ERASURE_KEY_SECRET", "erasure"),
        // The SDK's default location of trusted roots.
        ("SSL_CERT_FILE", &trusted),
    ]
    .map(|(name, value)| (name.to_owned(), value.to_owned()))
    .into();
    let events = FirstEvents::over(service);

    println!("{LIMITS}\n");
    println!(
        "| function | instructions to `/next` | … through the first event | its HTTPS calls over connections | ms to `/next` | ms for the first event | zip | peak memory |"
    );
    println!("|---|---|---|---|---|---|---|---|");
    let is_wanted = |name: &String| options.functions.is_empty() || options.functions.contains(name);
    for function in functions().into_iter().filter(is_wanted) {
        let bootstrap = Bootstrap { path: options.path_of(&function), environment: environment.clone() };
        options.row(&format!("`{function}`"), &bootstrap, &authority, || events.of(&function)).await;
    }
    if !options.without_defaults {
        let bootstrap = Bootstrap { path: build_defaults(), environment };
        options.row("defaults of everything", &bootstrap, &authority, || events.of("sentlog")).await;
    }
    drop(events);
}

impl Options {
    fn path_of(&self, function: &str) -> PathBuf {
        let path = self.bootstraps.join(function);
        if path.is_dir() { path.join("bootstrap") } else { path }
    }

    /// Measures one bootstrap; each start gets an event of its own.
    async fn row<F: Future<Output = FirstEvent>>(
        &self,
        name: &str,
        bootstrap: &Bootstrap,
        authority: &Authority,
        event: impl Fn() -> F,
    ) {
        let to_next = bootstrap.instructions_to_next().await;
        let file = |folder: &PathBuf| folder.join(format!("{}.callgrind", name.trim_matches('`')));
        let profile = self.profiles.as_ref().map(file);
        let through = bootstrap.instructions_through(event().await, profile.as_deref()).await;
        let (calls, connections) = authority.calls_and_connections();
        let mut timed = Vec::with_capacity(self.starts);
        for _ in 0..self.starts {
            timed.push(bootstrap.timed(event().await).await);
        }
        authority.calls_and_connections();
        let most_memory_kb = timed.iter().map(|timed| timed.peak_kb).max().unwrap_or_default();
        println!(
            "| {name} | {} | {} | {calls} over {connections} | {:.1} | {:.1} | {} | {} |",
            cell(millions(to_next), "M", MOST_TO_NEXT),
            cell(millions(through), "M", MOST_THROUGH),
            median_ms(&timed, |timed| timed.to_next),
            median_ms(&timed, |timed| timed.first_event),
            cell(bootstrap.zip_bytes() as f64 / 1e6, "MB", MOST_ZIPPED_MB),
            cell(most_memory_kb as f64 * 1.024 / 1e3, "MB", MOST_MEMORY_MB),
        );
    }
}

fn millions(instructions: u64) -> f64 {
    instructions as f64 / 1e6
}

fn median_ms(timed: &[Timed], figure: fn(&Timed) -> Duration) -> f64 {
    let mut figures: Vec<_> = timed.iter().map(figure).collect();
    figures.sort();
    figures.get(figures.len() / 2).map_or(0.0, |median| median.as_secs_f64() * 1e3)
}

/// Builds the function with default settings, apart from everything that is deployed.
fn build_defaults() -> PathBuf {
    const MANIFEST: &str = "tests/cold_start/defaults/Cargo.toml";
    let built = Command::new("cargo")
        .args(["build", "--release", "--locked", "--quiet", "--manifest-path", MANIFEST])
        .args(["--target-dir", "target/defaults"])
        .status();
    assert!(built.expect("cargo").success(), "the function with the defaults is built");
    PathBuf::from("target/defaults/release/defaults")
}
