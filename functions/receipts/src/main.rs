//! The Lambda function `receipts`.

use aws_lambda_events::sqs::SqsEvent;
use lambda_runtime::{LambdaEvent, service_fn};
use receipts::{Deps, handle};
use runtime::{deadline, environment};

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
    lambda_runtime::run(service_fn(|event: LambdaEvent<SqsEvent>| {
        let deps = deps.clone();
        let deadline = deadline::of_run(event.context.deadline(), &*deps.clock);
        async move { Ok::<_, lambda_runtime::Error>(handle(event.payload, deadline, &deps).await) }
    }))
    .await
}
