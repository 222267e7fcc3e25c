//! `cargo run`: the whole service on this machine.

use std::process::ExitCode;

use carillon_local::{announcement, demo, options::Options, start};
use clap::Parser;

#[tokio::main]
async fn main() -> ExitCode {
    let options = Options::parse();
    announcement::start_logging();
    let running = match start(&options).await {
        Ok(running) => running,
        Err(error) => {
            announcement::explain(&error);
            return ExitCode::FAILURE;
        }
    };
    let school = if options.no_demo { None } else { demo::prepare(&running).await };
    announcement::announce(&running, school);
    running.until_interrupted().await;
    ExitCode::SUCCESS
}
