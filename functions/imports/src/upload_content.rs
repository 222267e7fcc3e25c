//! What is kept of an upload: what its files say, in no format.

use domain::import::Scope;
use roster::Roster;
use serde::{Deserialize, Serialize};

/// What is kept of an upload.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Upload {
    pub roster: Roster,
    /// The names of the files of a form.
    pub files: Vec<Option<String>>,
    pub scope: Scope,
    /// Whether the only pupil of a name is the same child, whatever the class and the school year.
    pub pupils_moved: bool,
}
