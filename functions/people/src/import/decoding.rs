//! The text encoding of a spreadsheet's export.

use std::borrow::Cow;

use encoding_rs::{Encoding, WINDOWS_1252};

/// Decodes UTF-8 or UTF-16 by its byte order mark, else UTF-8 if valid but for a stray byte, else
/// Windows-1252, which French spreadsheets still write.
pub(super) fn decode(bytes: &[u8]) -> Cow<'_, str> {
    if let Some((encoding, mark)) = Encoding::for_bom(bytes) {
        return encoding.decode_without_bom_handling(&bytes[mark..]).0;
    }
    let utf8 = String::from_utf8_lossy(bytes);
    let stray = utf8.matches('\u{fffd}').count();
    let letters = utf8.chars().filter(|c| !c.is_ascii()).count() - stray;
    if stray == 0 || letters > 4 * stray { utf8 } else { WINDOWS_1252.decode_without_bom_handling(bytes).0 }
}

/// Drops the line `sep=;`, a hint to spreadsheets about the separator.
pub(super) fn without_separator_line(text: &str) -> &str {
    match text.split_once('\n') {
        Some((first, rest)) if first.trim_end().len() == 5 && first.starts_with("sep=") => rest,
        _ => text,
    }
}

/// The separator: the most frequent of `;`, tab and `,` in the header line, outside quotes.
pub(super) fn delimiter(text: &str) -> u8 {
    let mut counts = [(b';', 0), (b'\t', 0), (b',', 0)];
    let mut quoted = false;
    for byte in text.trim_start().bytes() {
        match byte {
            b'"' => quoted = !quoted,
            b'\n' | b'\r' if !quoted => break,
            _ if !quoted => counts.iter_mut().filter(|(d, _)| *d == byte).for_each(|(_, count)| *count += 1),
            _ => {}
        }
    }
    // On a tie, the first one: French exports use semicolons.
    counts.into_iter().rev().max_by_key(|(_, count)| *count).map_or(b';', |(delimiter, _)| delimiter)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_encoding_of_a_french_export_is_read() {
        let text = "Prénom;Élève – ç";
        assert_eq!(decode(text.as_bytes()), text);
        assert_eq!(decode(format!("\u{feff}{text}").as_bytes()), text);
        assert_eq!(decode(&WINDOWS_1252.encode(text).0), text);
        let utf16: Vec<u8> =
            [0xff, 0xfe].into_iter().chain(text.encode_utf16().flat_map(u16::to_le_bytes)).collect();
        assert_eq!(decode(&utf16), text);
    }

    #[test]
    fn the_delimiter_is_the_one_that_the_header_has_most_of() {
        assert_eq!(delimiter("Nom;Prénom;Tél\n1,2;3"), b';');
        assert_eq!(delimiter("Nom,Prénom,Tél\n"), b',');
        assert_eq!(delimiter("Nom\tPrénom\n"), b'\t');
        assert_eq!(delimiter("\"Nom, prénom, âge\";Tél\n"), b';');
        assert_eq!(delimiter("Nom"), b';');
    }
}
