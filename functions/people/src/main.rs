//! The Lambda function `people`.

use people::{Deps, router};
use runtime::environment;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), lambda_http::Error> {
    telemetry::start();
    let aws = environment::aws()?;
    let deps = Deps {
        table: environment::table(&aws)?.with_erasure_key(environment::erasure_key(&aws)?),
        metrics: telemetry::Metrics::on_standard_output(),
        clock: environment::clock(),
    };
    runtime::run(|| router(deps)).await
}
