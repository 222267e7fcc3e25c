//! Expires licences at the end of the school year, and counts those about to expire for the operator.

use domain::{id::SchoolId, registration::Licence};
use jiff::Timestamp;
use store::StoreError;

use crate::{deps::Deps, report::Report};

/// Records the expiry of a licence. The school learns of it from `GET /v1/licence` and with each send.
pub(crate) async fn look_after(
    deps: &Deps,
    school: SchoolId,
    licence: &Licence,
    now: Timestamp,
    report: &mut Report,
) -> Result<(), StoreError> {
    if licence.is_over(now) && licence.ended_at.is_none() {
        deps.table.end_licence(school, licence, now).await?;
        tracing::warn!(alarm = "licence_ended", %school, "licence expired");
        report.licences_ended += 1;
    } else if licence.ends_soon(now) {
        tracing::warn!(alarm = "licence_ending", %school, until = %licence.valid_until, "licence expires soon");
        report.licences_ending += 1;
    }
    Ok(())
}
