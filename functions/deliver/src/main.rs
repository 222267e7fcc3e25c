//! The Lambda function `deliver`.

use deliver::{Deps, handle};
use runtime::environment;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), lambda_runtime::Error> {
    telemetry::start();
    let aws = environment::aws()?;
    let deps = Deps {
        table: environment::table(&aws)?.with_erasure_key(environment::erasure_key(&aws)?),
        queue: environment::queue(&aws)?,
        carriers: environment::carriers(&aws)?,
        metrics: telemetry::Metrics::on_standard_output(),
        clock: environment::clock(),
    };
    runtime::run_batches(|event, deadline| {
        let deps = deps.clone();
        async move { handle(event, deadline, &deps).await }
    })
    .await
}
