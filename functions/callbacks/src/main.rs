//! The Lambda function `callbacks`.

use callbacks::{Deps, Proofs, TwilioProof, router};
use runtime::environment;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), lambda_http::Error> {
    telemetry::start();
    let aws = environment::aws()?;
    let deps = Deps {
        reports: environment::reports(&aws)?,
        proofs: Proofs {
            twilio: environment::twilio_proof(&aws)?.map(TwilioProof::from),
            ovh: environment::ovh_callback_secret(&aws)?,
            bridge: environment::bridge_key(&aws)?,
        },
        clock: environment::clock(),
    };
    runtime::run(|| router(deps)).await
}
