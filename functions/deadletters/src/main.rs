//! The Lambda function `deadletters`.

use aws_lambda_events::sqs::SqsEvent;
use deadletters::{Deps, handle};
use lambda_runtime::{LambdaEvent, service_fn};
use runtime::environment;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), lambda_runtime::Error> {
    telemetry::start();
    let aws = environment::aws()?;
    let deps = Deps {
        table: environment::table(&aws)?,
        metrics: telemetry::Metrics::on_standard_output(),
        clock: environment::clock(),
    };
    lambda_runtime::run(service_fn(|event: LambdaEvent<SqsEvent>| {
        let deps = deps.clone();
        async move { Ok::<_, lambda_runtime::Error>(handle(event.payload, &deps).await) }
    }))
    .await
}
