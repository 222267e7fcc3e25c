//! The one way in for files, whatever their format: it is told by their content, never by their name.

use domain::{audience::Audience, territory::Territory};

use crate::{FileError, Roster, table, xml};

/// Reads one file of an import. `file` is its place among them, `home` the territory of the school's phone numbers, and
/// `audience` says who the people of a list are that does not say so itself.
pub fn read(
    bytes: &[u8],
    file: u16,
    home: Territory,
    audience: Option<Audience>,
) -> Result<Roster, FileError> {
    if xml::is_xml(bytes) {
        return xml::read(bytes, file, home);
    }
    if bytes.starts_with(table::ZIP_MARK)
        && let Some(roster) = xml::read_archive(bytes, file, home)?
    {
        return Ok(roster);
    }
    table::read(bytes, file, home, audience)
}
