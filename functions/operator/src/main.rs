//! The Lambda function `operator`.

use operator::{Deps, router};
use runtime::environment;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), lambda_http::Error> {
    telemetry::start();
    let aws = environment::aws()?;
    let deps = Deps { table: environment::table(&aws)?, clock: environment::clock() };
    runtime::run(|| router(deps)).await
}
