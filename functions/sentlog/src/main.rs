//! The Lambda function `sentlog`.

use sentlog::{Deps, router};
use shared::{environment, http, telemetry};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), lambda_http::Error> {
    telemetry::start();
    let aws = environment::aws()?;
    let deps = Deps {
        table: environment::table(&aws)?,
        clock: environment::clock(),
        exports_url: environment::exports_url()?,
    };
    http::run(|| router(deps)).await
}
