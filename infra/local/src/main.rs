//! `cargo run`: the whole service on this machine.

use std::{future::pending, process::ExitCode};

use carillon_local::{Running, announcement, demo, interrupted, options::Options, start};
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
    let until_the_end = async {
        introduce(&running, &options).await;
        pending::<()>().await;
    };
    tokio::select! {
        () = until_the_end => {}
        () = interrupted() => {}
    }
    announcement::say_goodbye();
    running.stop().await;
    ExitCode::SUCCESS
}

/// Creates the demonstration school and prints the addresses. Watched functions may start later: then it
/// prints the addresses at once, and the school once it exists.
async fn introduce(running: &Running, options: &Options) {
    if running.is_around_watched_functions() {
        announcement::announce(running, None);
        announcement::ask_for_functions();
        running.functions_are_there().await;
        if !options.no_demo {
            demo::prepare(running).await.inspect(|demo| announcement::announce_demo(running, demo));
        }
    } else {
        let demo = if options.no_demo { None } else { demo::prepare(running).await };
        announcement::announce(running, demo.as_ref());
    }
}
