//! The Lambda function `deliver`.

use aws_lambda_events::sqs::SqsEvent;
use deliver::{Deps, handle};
use lambda_runtime::{LambdaEvent, service_fn};
use runtime::{deadline, environment};

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
    lambda_runtime::run(service_fn(|event: LambdaEvent<SqsEvent>| {
        let (deps, deadline) = (deps.clone(), deadline::of_run(event.context.deadline(), &*deps.clock));
        async move { Ok::<_, lambda_runtime::Error>(handle(event.payload, deadline, &deps).await) }
    }))
    .await
}
