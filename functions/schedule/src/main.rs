//! The Lambda function `schedule`.

use lambda_runtime::{LambdaEvent, service_fn};
use runtime::environment;
use schedule::{Deps, ScheduleEvent, handle};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), lambda_runtime::Error> {
    telemetry::start();
    let aws = environment::aws()?;
    let deps = Deps {
        table: environment::table(&aws)?.with_erasure_key(environment::erasure_key(&aws)?),
        queue: environment::queue(&aws)?,
        metrics: telemetry::Metrics::on_standard_output(),
        clock: environment::clock(),
    };
    lambda_runtime::run(service_fn(|event: LambdaEvent<ScheduleEvent>| {
        let deps = deps.clone();
        async move { Ok::<_, lambda_runtime::Error>(handle(event.payload, &deps).await) }
    }))
    .await
}
