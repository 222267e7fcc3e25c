//! The departure time in previews, sends and `GET /v1/sends/{id}`.

use api::{LocalMinute, Notice};
use domain::{explain, language::Language, school::School, sending::Timing};
use serde::Serialize;
use utoipa::ToSchema;

/// The departure of a send.
#[derive(Serialize, ToSchema)]
#[schema(as = Departure)]
pub(crate) struct DispatchBody {
    /// The time of departure, in UTC.
    #[schema(format = DateTime)]
    at: String,
    /// The time of departure, in the school's time zone.
    #[schema(value_type = LocalMinute)]
    local: String,
    /// The reason for a later departure. Absent for an immediate departure.
    #[serde(skip_serializing_if = "Option::is_none")]
    waits: Option<Notice>,
}

impl DispatchBody {
    pub fn new(timing: &Timing, school: &School, language: Language) -> Self {
        let local = timing.due_at.to_zoned(school.time_zone().clone());
        Self {
            at: timing.due_at.to_string(),
            local: local.strftime("%Y-%m-%dT%H:%M").to_string(),
            waits: timing.wait.map(|wait| Notice::of(&wait, language)),
        }
    }
}

/// The requested hour does not exist on its day.
pub(crate) struct HourSkipped;

explain! {
    HourSkipped:
    _ => "hour_skipped",
        "Cette heure n’existe pas ce jour-là, où l’on passe à l’heure d’été : l’envoi part une heure plus tard à l’horloge.",
        "This hour does not exist on that day, when the clock is put forward: the send leaves an hour later by the clock.";
}
