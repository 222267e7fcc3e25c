//! The Lambda function `templates`.

use shared::{environment, http, telemetry};
use templates::{Deps, router};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), lambda_http::Error> {
    telemetry::start();
    let aws = environment::aws()?;
    let deps = Deps { table: environment::table(&aws)?, clock: environment::clock() };
    http::run(|| router(deps)).await
}
