//! Reads files of any format. The format is detected by content, never by name.

use domain::{audience::Audience, territory::Territory};

use crate::{FileError, Mapping, Roster, table, xml};

/// Reads one file of an import. `file` is its place among them, `home` the territory of the school's phone numbers,
/// `audience` the category of people in a list without categories, and `mapping` what the school says about columns.
pub fn read(
    bytes: &[u8],
    file: u16,
    home: Territory,
    audience: Option<Audience>,
    mapping: &Mapping,
) -> Result<Roster, FileError> {
    if xml::is_xml(bytes) {
        return xml::read(bytes, file, home);
    }
    if bytes.starts_with(table::ZIP_MARK)
        && let Some(roster) = xml::read_archive(bytes, file, home)?
    {
        return Ok(roster);
    }
    table::read(bytes, file, home, audience, mapping)
}
