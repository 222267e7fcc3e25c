//! The output of a run: one JSON line for programs, the rest for people.

use std::io::IsTerminal;

use serde::Serialize;
use tracing::level_filters::LevelFilter;

use crate::{Addresses, Running, StartError, WATCH_COMMAND, api_page::API_PAGE, demo::DemoSchool};

/// The first line on standard output.
#[derive(Serialize)]
struct FirstLine<'a> {
    #[serde(flatten)]
    addresses: &'a Addresses,
    #[serde(skip_serializing_if = "Option::is_none")]
    demo: Option<&'a DemoSchool>,
}

/// Logs for people, on standard error.
pub fn start_logging() {
    tracing_subscriber::fmt()
        .compact()
        .with_writer(std::io::stderr)
        .with_ansi(std::io::stderr().is_terminal())
        .with_target(false)
        .with_max_level(LevelFilter::INFO)
        .init();
}

/// Prints the error and its remedy.
pub fn explain(error: &StartError) {
    eprintln!("Carillon cannot start: {error}");
}

/// Prints the addresses and first commands.
pub fn announce(running: &Running, demo: Option<&DemoSchool>) {
    let addresses = running.addresses();
    let line = FirstLine { addresses, demo };
    println!("{}", serde_json::to_string(&line).expect("addresses are plain texts"));
    let Addresses { gateway, phones, .. } = addresses;
    eprintln!(
        "\nCarillon is running.   API {gateway}/v1   its page {gateway}{API_PAGE}   phones {phones}   Ctrl-C stops it, the data stays."
    );
    if running.unfinished() > 0 {
        eprintln!("Finishing {} parcels of the previous run.", running.unfinished());
    }
    match demo {
        Some(demo) => announce_demo(running, demo),
        None => eprintln!(
            "\nA token for a new school:\n\n  curl -s {gateway}/local/tokens -d '{{\"role\":\"admin\"}}'\n"
        ),
    }
}

/// Prints the command that serves the functions under `--watch`.
pub fn ask_for_functions() {
    eprintln!(
        "The functions run in another process. Serve them from another terminal:\n\n  {WATCH_COMMAND}\n\n\
         The first request of each one compiles it, which may take a minute; a change, some seconds."
    );
}

/// Prints that the run ends.
pub fn say_goodbye() {
    eprintln!("Stopping: finishing messages in flight. The data stays for the next run.");
}

/// Prints commands for the demonstration school.
pub fn announce_demo(running: &Running, demo: &DemoSchool) {
    let gateway = &running.addresses().gateway;
    let DemoSchool { tokens, template, class, .. } = demo;
    eprintln!(
        r#"
The demonstration school has its licence, pupils, guardians and templates. Paste this:

  export CARILLON={gateway} TOKEN={token}

  # preview: recipients, texts and cost
  curl -s $CARILLON/v1/sends/preview -H "Authorization: Bearer $TOKEN" -H 'Content-Type: application/json' \
    -d '{order}'

  # send it, once however often you paste it
  curl -s $CARILLON/v1/sends -H "Authorization: Bearer $TOKEN" -H 'Content-Type: application/json' \
    -H 'Idempotency-Key: my-first-send' -d '{order}'

  # its messages and their states
  curl -s "$CARILLON/v1/messages?limit=5" -H "Authorization: Bearer $TOKEN"
"#,
        token = tokens.admin,
        order = format_args!(
            r#"{{"view":"pupils","selection":{{"classes":["{class}"]}},"template":"{template}","values":{{"meeting.subject":"orientation","meeting.date":"30/11","meeting.time":"18h"}}}}"#
        ),
    );
}
