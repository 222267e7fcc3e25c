//! The Lambda function `imports`.

use imports::{Deps, router};
use runtime::Environment;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), lambda_http::Error> {
    telemetry::start();
    let deps = Deps::new(&Environment::of_this_process()?)?;
    runtime::run(|| router(deps)).await
}
