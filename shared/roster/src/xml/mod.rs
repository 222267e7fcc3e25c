//! XML files of school software, alone or in an archive.

mod aaf;
mod fields;
mod records;
mod siecle;
mod staff;

use std::io::{Cursor, Read};

use domain::territory::Territory;

use crate::{FileError, Roster, table::MAX_UNPACKED};
use fields::Fields;

/// The most entries of an archive.
const MAX_ENTRIES: usize = 64;

/// Whether a file begins as XML does, in any encoding.
pub(crate) fn is_xml(bytes: &[u8]) -> bool {
    let start: Vec<u8> = bytes.iter().take(64).copied().filter(|byte| byte.is_ascii_graphic()).collect();
    start.starts_with(b"<?xml")
        || ["<BEE_", "<STS_", "<ficAlim"].iter().any(|root| start.starts_with(root.as_bytes()))
}

/// Reads an XML file by its root.
pub(crate) fn read(bytes: &[u8], file: u16, home: Territory) -> Result<Roster, FileError> {
    let text = records::decode(bytes)?;
    let fields = Fields { file, home, findings: Vec::new() };
    match records::root(&text).as_deref() {
        Some("BEE_ELEVES") => siecle::pupils(&text, fields),
        Some("BEE_RESPONSABLES") => siecle::adults(&text, fields),
        Some("STS_EDT") => staff::staff(&text, fields),
        Some("ficAlimMENESR") => aaf::people(&text, fields),
        Some(_) | None => Err(FileError::UnknownFormat),
    }
}

/// Reads the XML files of an archive; `None` if it has none, as a workbook.
pub(crate) fn read_archive(bytes: &[u8], file: u16, home: Territory) -> Result<Option<Roster>, FileError> {
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).map_err(|_| FileError::Damaged)?;
    let is_file_of_school =
        |name: &str| name.to_ascii_lowercase().ends_with(".xml") && !name.contains("__MACOSX");
    let names: Vec<String> = archive.file_names().flatten().map(|name| name.into_owned()).collect();
    let is_workbook = names.iter().any(|name| matches!(name.as_str(), "[Content_Types].xml" | "content.xml"));
    if is_workbook || !names.iter().any(|name| is_file_of_school(name)) {
        return Ok(None);
    }
    if archive.len() > MAX_ENTRIES {
        return Err(FileError::TooLarge);
    }
    let mut left = MAX_UNPACKED;
    let (mut roster, mut is_known) = (Roster::default(), false);
    for place in 0..archive.len() {
        let entry = archive.by_index(place).map_err(|_| FileError::Damaged)?;
        if !entry.name().is_ok_and(|name| is_file_of_school(&name)) {
            continue;
        }
        // What an archive says about its own size proves nothing.
        let mut unpacked = Vec::new();
        let size = entry.take(left + 1).read_to_end(&mut unpacked).map_err(|_| FileError::Damaged)?;
        left = left.checked_sub(size as u64).ok_or(FileError::TooLarge)?;
        match read(&unpacked, file, home) {
            Ok(other) => {
                roster.append(other);
                is_known = true;
            }
            // Nomenclatures and structures stand beside the people.
            Err(FileError::UnknownFormat) => {}
            Err(error) => return Err(error),
        }
    }
    if is_known { Ok(Some(roster)) } else { Err(FileError::UnknownFormat) }
}
