//! The Lambda function `schedule`.

use lambda_runtime::{LambdaEvent, service_fn};
use runtime::Environment;
use schedule::{Deps, ScheduleEvent, handle};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), lambda_runtime::Error> {
    telemetry::start();
    let deps = Deps::new(&Environment::of_this_process()?)?;
    lambda_runtime::run(service_fn(|event: LambdaEvent<ScheduleEvent>| {
        let deps = deps.clone();
        async move { Ok::<_, lambda_runtime::Error>(handle(event.payload, &deps).await) }
    }))
    .await
}
