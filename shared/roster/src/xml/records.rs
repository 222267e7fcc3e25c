//! The records of an XML file, as a stream: a file of 10 MB read as a tree takes 150 MB.

use std::borrow::Cow;

use encoding_rs::{Encoding, ISO_8859_15, UTF_8, WINDOWS_1252};
use quick_xml::{
    Reader,
    events::{BytesStart, Event},
};

use crate::FileError;

/// One record: an element with its fields, however deep they stand in it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Record {
    pub name: String,
    /// The line of the element, from 1.
    pub line: u32,
    /// Attributes and texts by name, in file order.
    pub fields: Vec<(String, String)>,
}

impl Record {
    /// The first field of a name that is not empty.
    pub fn get(&self, name: &str) -> &str {
        let found = self.fields.iter().find(|(field, text)| field == name && !text.is_empty());
        found.map_or("", |(_, text)| text.as_str())
    }

    pub fn all<'r>(&'r self, name: &'r str) -> impl Iterator<Item = &'r str> {
        self.fields.iter().filter(move |(field, _)| field == name).map(|(_, text)| text.as_str())
    }
}

/// Elements in elements; school software needs seven.
const MAX_DEPTH: usize = 32;
/// The longest text of an element.
const MAX_TEXT: usize = 4096;
/// The most fields of one record.
const MAX_FIELDS: usize = 512;

/// The text of an XML file, in the encoding of its prolog.
pub(crate) fn decode(bytes: &[u8]) -> Result<Cow<'_, str>, FileError> {
    if Encoding::for_bom(bytes).is_some() {
        return crate::table::decode(bytes);
    }
    let prolog = String::from_utf8_lossy(&bytes[..bytes.len().min(200)]);
    let encoding = prolog
        .split_once("encoding=")
        .and_then(|(_, rest)| rest.get(1..)?.split(['"', '\'']).next().map(str::to_owned))
        .and_then(|label| match label.to_ascii_lowercase().as_str() {
            "iso-8859-15" => Some(ISO_8859_15),
            other => Encoding::for_label(other.as_bytes()),
        })
        .unwrap_or(UTF_8);
    if encoding == UTF_8 && std::str::from_utf8(bytes).is_err() {
        return Ok(WINDOWS_1252.decode_without_bom_handling(bytes).0);
    }
    let text = encoding.decode_without_bom_handling(bytes).0;
    if text.contains('\u{fffd}') { Err(FileError::BrokenText) } else { Ok(text) }
}

/// The name of the first element.
pub(crate) fn root(text: &str) -> Option<String> {
    let mut reader = Reader::from_str(text);
    loop {
        match reader.read_event().ok()? {
            Event::Start(element) | Event::Empty(element) => return Some(name_of(&element)),
            Event::Eof => return None,
            _ => {}
        }
    }
}

/// Gives every record of some names to `take`.
pub(super) fn each(text: &str, names: &[&str], mut take: impl FnMut(&Record)) -> Result<(), FileError> {
    let mut reader = Reader::from_str(text);
    let mut lines = Lines { text: text.as_bytes(), counted: 0, line: 1 };
    let mut path: Vec<String> = Vec::new();
    let mut record: Option<(usize, Record)> = None;
    loop {
        let event = reader.read_event().map_err(|_| FileError::Damaged)?;
        match event {
            Event::Start(element) => {
                let name = name_of(&element);
                if record.is_none() && names.contains(&name.as_str()) {
                    let line = lines.at(reader.buffer_position());
                    record = Some((path.len(), Record { name: name.clone(), line, fields: Vec::new() }));
                }
                let field = open(&mut record, &element, &name, path.last())?;
                path.push(field.unwrap_or(name));
                if path.len() > MAX_DEPTH {
                    return Err(FileError::Damaged);
                }
            }
            Event::Empty(element) => {
                let name = name_of(&element);
                if record.is_some() {
                    open(&mut record, &element, &name, path.last())?;
                } else if names.contains(&name.as_str()) {
                    let line = lines.at(reader.buffer_position());
                    let mut alone =
                        Some((path.len(), Record { name: name.clone(), line, fields: Vec::new() }));
                    open(&mut alone, &element, &name, None)?;
                    if let Some((_, record)) = alone {
                        take(&record);
                    }
                }
            }
            Event::End(_) => {
                path.pop();
                if record.as_ref().is_some_and(|(depth, _)| *depth >= path.len())
                    && let Some((_, record)) = record.take()
                {
                    take(&record);
                }
            }
            Event::Text(content) => {
                add_text(&mut record, path.last(), &content)?;
            }
            Event::CData(content) => {
                add_text(&mut record, path.last(), &content)?;
            }
            Event::GeneralRef(reference) => {
                // Entities of a file's own are never expanded.
                let sign = match reference.resolve_char_ref() {
                    Ok(Some(sign)) => sign.to_string(),
                    _ => quick_xml::escape::resolve_predefined_entity(&reference)
                        .ok_or(FileError::Damaged)?
                        .to_owned(),
                };
                add_text(&mut record, path.last(), &sign)?;
            }
            Event::Eof => return if path.is_empty() { Ok(()) } else { Err(FileError::Damaged) },
            Event::Comment(_) | Event::Decl(_) | Event::PI(_) | Event::DocType(_) => {}
        }
    }
}

fn name_of(element: &BytesStart<'_>) -> String {
    element.local_name().as_ref().to_owned()
}

/// Takes the attributes of an element. Returns the name that its text has, if not its own: `<attr name="mobile"><value>`.
fn open(
    record: &mut Option<(usize, Record)>,
    element: &BytesStart<'_>,
    name: &str,
    parent: Option<&String>,
) -> Result<Option<String>, FileError> {
    let Some((_, record)) = record else { return Ok(None) };
    let mut given = parent.filter(|_| name == "value").cloned();
    for attribute in element.attributes() {
        let attribute = attribute.map_err(|_| FileError::Damaged)?;
        let key = attribute.key.local_name().as_ref().to_owned();
        let value = attribute.value.into_owned();
        if name == "attr" && key == "name" {
            given = Some(value);
        } else {
            field(record, key, value)?;
        }
    }
    // A text may come in pieces; an element begins a new one.
    field(record, given.clone().unwrap_or_else(|| name.to_owned()), String::new())?;
    Ok(given)
}

fn field(record: &mut Record, name: String, text: String) -> Result<(), FileError> {
    if record.fields.len() >= MAX_FIELDS || text.len() > MAX_TEXT {
        return Err(FileError::Damaged);
    }
    record.fields.push((name, text));
    Ok(())
}

fn add_text(
    record: &mut Option<(usize, Record)>,
    name: Option<&String>,
    content: &str,
) -> Result<(), FileError> {
    let (Some((_, record)), Some(_)) = (record, name) else { return Ok(()) };
    let Some((_, text)) = record.fields.last_mut() else { return Ok(()) };
    let content = if text.is_empty() { content.trim_start() } else { content };
    if text.len() + content.len() > MAX_TEXT {
        return Err(FileError::Damaged);
    }
    text.push_str(content);
    if text.trim_end().len() < text.len() && content.trim().is_empty() {
        text.truncate(text.trim_end().len());
    }
    Ok(())
}

/// Counts line breaks as the stream goes on.
struct Lines<'t> {
    text: &'t [u8],
    counted: usize,
    line: u32,
}

impl Lines<'_> {
    fn at(&mut self, position: u64) -> u32 {
        let position = usize::try_from(position).unwrap_or(usize::MAX).min(self.text.len());
        while self.counted < position {
            self.line += u32::from(self.text[self.counted] == b'\n');
            self.counted += 1;
        }
        self.line
    }
}
