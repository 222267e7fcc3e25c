//! The counts of an audited act.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// The counts of one act.
pub type Figures = BTreeMap<Figure, u64>;

/// A figure of an audit entry. No figure identifies a person.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, utoipa::ToSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Figure {
    /// The version to which settings or a template came.
    Version,
    /// Texts of a send.
    Messages,
    /// What they cost.
    PriceMicroEur,
    /// People whom a send left out.
    LeftOut,
    /// Templates of an import or export.
    Templates,
    /// People who were new in a file.
    Created,
    /// People of a file of whom something else was on record.
    Updated,
    /// People who are not in the file any more.
    Archived,
    /// Lines of a file that nobody could be made of.
    Refused,
}
