//! The Lambda function `sentlog`.

use runtime::environment;
use sentlog::{Deps, router};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), lambda_http::Error> {
    telemetry::start();
    let aws = environment::aws()?;
    let deps = Deps {
        table: environment::table(&aws)?,
        clock: environment::clock(),
        exports_url: environment::exports_url()?,
    };
    runtime::run(|| router(deps)).await
}
