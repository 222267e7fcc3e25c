//! Licences end with the school year; those that are about to end are counted for the operator.

use domain::{id::SchoolId, registration::Licence};
use jiff::Timestamp;
use store::StoreError;

use crate::{deps::Deps, report::Report};

/// Notes whether a licence is over. The school itself is told by `GET /v1/licence` and with each send.
pub(crate) async fn look_after(
    deps: &Deps,
    school: SchoolId,
    licence: &Licence,
    now: Timestamp,
    report: &mut Report,
) -> Result<(), StoreError> {
    if licence.is_over(now) && licence.ended_at.is_none() {
        deps.table.end_licence(school, licence, now).await?;
        tracing::warn!(alarm = "licence_ended", %school, "a licence ended");
        report.licences_ended += 1;
    } else if licence.ends_soon(now) {
        tracing::warn!(alarm = "licence_ending", %school, until = %licence.valid_until, "a licence ends soon");
        report.licences_ending += 1;
    }
    Ok(())
}
