//! Starts a bootstrap like Lambda: timed, or under callgrind.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Stdio,
    time::{Duration, Instant},
};

use flate2::{Compression, write::DeflateEncoder};
use tempfile::TempDir;
use tokio::process::{Child, Command};

use crate::{
    first_events::FirstEvent,
    runtime_api::{RuntimeApi, Step},
};

/// The environment variables of a function.
pub type Environment = Vec<(String, String)>;

/// A function's bootstrap.
pub struct Bootstrap {
    pub path: PathBuf,
    pub environment: Environment,
}

/// The measurements of one start.
#[derive(Clone, Copy, Debug)]
pub struct Timed {
    /// From the start of the process to its first call of `/next`.
    pub to_next: Duration,
    /// From the first event to its response.
    pub first_event: Duration,
    /// The peak resident memory, in kilobytes.
    pub peak_kb: u64,
}

impl Bootstrap {
    /// The size of the deployed zip archive in bytes: deflate at the default level of `zip`, plus the headers
    /// of an archive with one file.
    pub fn zip_bytes(&self) -> usize {
        const HEADERS: usize = 150;
        let program = fs::read(&self.path).expect("a bootstrap that was built");
        let mut encoder = DeflateEncoder::new(Vec::new(), Compression::default());
        std::io::Write::write_all(&mut encoder, &program).expect("memory takes everything");
        encoder.finish().expect("memory takes everything").len() + HEADERS
    }

    /// Starts it, handles one event and measures both.
    pub async fn timed(&self, event: FirstEvent) -> Timed {
        let mut api = RuntimeApi::start(Some(event.body.clone())).await;
        let started = Instant::now();
        let mut process = self.start(Command::new(&self.path), &api);
        let asked = asked(api.step().await);
        let answered = answered(api.step().await, &event);
        // The response is sent; the next call of `/next` means that the kernel's figure is final.
        self::asked(api.step().await);
        let peak_kb = peak_kb(&process);
        process.kill().await.expect("a process that runs");
        Timed { to_next: asked - started, first_event: answered - asked, peak_kb }
    }

    /// The instructions up to the first call of `/next`.
    pub async fn instructions_to_next(&self) -> u64 {
        let mut api = RuntimeApi::start(None).await;
        let (process, folder) = self.under_callgrind(&api);
        asked(api.step().await);
        collected(process, folder, None).await
    }

    /// The instructions from the start through the first event. Writes callgrind's output to `profile`.
    pub async fn instructions_through(&self, event: FirstEvent, profile: Option<&Path>) -> u64 {
        let mut api = RuntimeApi::start(Some(event.body.clone())).await;
        let (process, folder) = self.under_callgrind(&api);
        asked(api.step().await);
        answered(api.step().await, &event);
        asked(api.step().await);
        collected(process, folder, profile).await
    }

    fn under_callgrind(&self, api: &RuntimeApi) -> (Child, TempDir) {
        let folder = TempDir::new().expect("a temporary folder");
        let mut command = Command::new("valgrind");
        command
            .args(["--tool=callgrind", "--quiet"])
            .arg(format!("--callgrind-out-file={}", folder.path().join("out").display()))
            .arg(&self.path);
        (self.start(command, api), folder)
    }

    fn start(&self, mut command: Command, api: &RuntimeApi) -> Child {
        command
            .env_clear()
            .envs(self.environment.iter().map(|(name, value)| (name, value)))
            .env("AWS_LAMBDA_RUNTIME_API", api.address())
            .stdout(Stdio::null())
            .kill_on_drop(true)
            .spawn()
            .unwrap_or_else(|error| panic!("{} does not start: {error}", self.path.display()))
    }
}

fn asked(step: Step) -> Instant {
    match step {
        Step::AskedForEvent(at) => at,
        Step::Failed(error) => panic!("an error instead of a question: {error:?}"),
        Step::Answered(..) => panic!("an answer to no event"),
    }
}

fn answered(step: Step, event: &FirstEvent) -> Instant {
    match step {
        Step::Answered(at, body) => {
            assert!((event.is_answer)(&body), "not the answer that was expected: {body:?}");
            at
        }
        Step::Failed(error) => panic!("an error instead of an answer: {error:?}"),
        Step::AskedForEvent(_) => panic!("a call of /next instead of a response"),
    }
}

/// Ends a process under callgrind, which then writes its totals.
async fn collected(mut process: Child, folder: TempDir, profile: Option<&Path>) -> u64 {
    let id = process.id().expect("a process that runs").to_string();
    Command::new("kill").args(["-TERM", &id]).status().await.expect("a system with `kill`");
    process.wait().await.expect("an end");
    let out = folder.path().join("out");
    if let Some(profile) = profile {
        fs::copy(&out, profile).expect("a folder that takes files");
    }
    let counted = fs::read_to_string(out).expect("callgrind's output");
    counted.lines().find_map(|line| line.strip_prefix("totals: ")?.trim().parse().ok()).expect("a total")
}

fn peak_kb(process: &Child) -> u64 {
    let id = process.id().expect("a process that runs");
    let status =
        fs::read_to_string(Path::new("/proc").join(id.to_string()).join("status")).unwrap_or_default();
    let peak = |line: &str| line.strip_prefix("VmHWM:")?.split_whitespace().next()?.parse().ok();
    status.lines().find_map(peak).expect("a peak in /proc")
}
