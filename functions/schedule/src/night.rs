//! The nightly round, school by school: expiry of licences and retention.

use domain::registration::RegistrationState;
use futures_util::{StreamExt, stream};
use jiff::Timestamp;
use store::StoreError;
use tracing::Instrument;

use crate::{deps::Deps, licences, report::Report, retention};

/// Concurrent schools.
const AT_ONCE: usize = 8;

/// Registrations per page.
const PAGE: i32 = 100;

/// Visits all schools, including those barred from sending: their sends age too. A school does not block the
/// others, and all licences come before any removal of texts.
pub(crate) async fn go_round(deps: &Deps, now: Timestamp, report: &mut Report) -> Result<(), StoreError> {
    let (mut schools, mut after) = (Vec::new(), None);
    loop {
        let (registrations, next) = deps.table.registrations(after, PAGE).await?;
        for registration in registrations {
            let school = registration.school_id;
            let span = tracing::info_span!("school", %school);
            let standing = match deps.table.standing(school).await {
                Ok(standing) => standing,
                Err(error) => {
                    span.in_scope(|| report.note_failure("school not read", &error.into()));
                    continue;
                }
            };
            if let Some(licence) =
                standing.licence.filter(|_| registration.state == RegistrationState::Confirmed)
                && let Err(error) = licences::look_after(deps, school, &licence, now, report).await
            {
                span.in_scope(|| report.note_failure("expiry of a licence failed", &error.into()));
            }
            schools.extend(standing.school);
        }
        match next {
            Some(place) => after = Some(place),
            None => break,
        }
    }
    let forgetting = stream::iter(schools).map(|school| {
        let span = tracing::info_span!("school", school = %school.id);
        Box::pin(async move { retention::forget_old(deps, &school, now).await }).instrument(span)
    });
    let forgotten = forgetting.buffer_unordered(AT_ONCE).collect::<Vec<_>>().await;
    for retention::Forgotten { sends, failed } in forgotten {
        report.forgotten += sends;
        report.failed += failed;
    }
    Ok(())
}
