//! Licences end with the school year; those that are about to end are counted for the operator.

use jiff::Timestamp;
use shared::{registration::RegistrationState, store::StoreError};

use crate::{Deps, Report};

/// Registrations read at once.
const PAGE: i32 = 100;

/// Notes which licences are over. The schools themselves are told by `GET /v1/licence` and with each send.
pub(crate) async fn look_after(deps: &Deps, now: Timestamp, report: &mut Report) -> Result<(), StoreError> {
    let mut after = None;
    loop {
        let (registrations, next) = deps.table.registrations(after, PAGE).await?;
        let confirmed = registrations.iter().filter(|r| r.state == RegistrationState::Confirmed);
        for school in confirmed.map(|registration| registration.school_id) {
            let licence = match deps.table.standing(school).await {
                Ok(standing) => standing.licence,
                // One school keeps no other back.
                Err(error) => {
                    tracing::info_span!("licence", %school)
                        .in_scope(|| report.note_failure("a licence was not looked after", &error.into()));
                    continue;
                }
            };
            let Some(licence) = licence else { continue };
            if licence.is_over(now) && licence.ended_at.is_none() {
                deps.table.end_licence(school, &licence, now).await?;
                tracing::warn!(alarm = "licence_ended", %school, "a licence ended");
                report.licences_ended += 1;
            } else if licence.ends_soon(now) {
                tracing::warn!(alarm = "licence_ending", %school, until = %licence.valid_until, "a licence ends soon");
                report.licences_ending += 1;
            }
        }
        match next {
            Some(place) => after = Some(place),
            None => return Ok(()),
        }
    }
}
