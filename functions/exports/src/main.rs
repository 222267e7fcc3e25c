//! The Lambda function `exports`.

use exports::{Deps, router};
use shared::{environment, http, telemetry};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), lambda_http::Error> {
    telemetry::start();
    let aws = environment::aws()?;
    let deps = Deps { table: environment::table(&aws)?, clock: environment::clock() };
    http::run_streaming(|| router(deps)).await
}
