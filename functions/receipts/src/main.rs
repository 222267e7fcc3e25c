//! The Lambda function `receipts`.

use receipts::{Deps, handle};
use runtime::environment;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), lambda_runtime::Error> {
    telemetry::start();
    let aws = environment::aws()?;
    let deps = Deps {
        table: environment::table(&aws)?,
        reports: environment::reports(&aws)?,
        ovh: environment::ovh(&aws)?,
        metrics: telemetry::Metrics::on_standard_output(),
        clock: environment::clock(),
    };
    runtime::run_batches(|event, deadline| {
        let deps = deps.clone();
        async move { handle(event, deadline, &deps).await }
    })
    .await
}
