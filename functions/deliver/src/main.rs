//! The Lambda function `deliver`.

use deliver::{Deps, handle};
use runtime::Environment;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), lambda_runtime::Error> {
    telemetry::start();
    let deps = Deps::new(&Environment::of_this_process()?)?;
    runtime::run_batches(|event, deadline| {
        let deps = deps.clone();
        async move { handle(event, deadline, &deps).await }
    })
    .await
}
