//! People in the table, without a request.

use domain::{
    directory::{Change, Person},
    id::SchoolId,
};
use store::{Table, WriteAttempt};

/// Writes new people and claims their identifiers.
pub async fn create_people(table: &Table, school: SchoolId, people: Vec<Person>) {
    let changes = people.iter().cloned().map(Change::Create).collect();
    let left_alone =
        table.write_changes(school, changes, WriteAttempt::First).await.expect("the table answers");
    let lost = table.claim_identifiers(school, people).await.expect("the table answers");
    assert!(left_alone.is_empty() && lost.is_empty(), "new people");
}
