//! The text of a file, whatever its encoding; refused if letters were lost before it came.

use std::borrow::Cow;

use encoding_rs::{Encoding, ISO_8859_15, MACINTOSH, UTF_16BE, UTF_16LE, WINDOWS_1252};

use crate::FileError;

/// Decodes UTF-8 and UTF-16 with or without a byte order mark, else the encodings that French spreadsheets and school
/// software still write.
pub(crate) fn decode(bytes: &[u8]) -> Result<Cow<'_, str>, FileError> {
    let text = match Encoding::for_bom(bytes) {
        Some((encoding, mark)) => encoding.decode_without_bom_handling(&bytes[mark..]).0,
        None => without_mark(bytes)?,
    };
    if is_broken(&text) { Err(FileError::BrokenText) } else { Ok(text) }
}

fn without_mark(bytes: &[u8]) -> Result<Cow<'_, str>, FileError> {
    if let Some(encoding) = utf16(bytes) {
        return Ok(encoding.decode_without_bom_handling(bytes).0);
    }
    let Err(error) = std::str::from_utf8(bytes) else { return Ok(String::from_utf8_lossy(bytes)) };
    // Much of a file that is UTF-8 but for a stray byte is lost if it is read as another encoding.
    let letters = bytes[..error.valid_up_to()].iter().filter(|byte| !byte.is_ascii()).count();
    if letters > 8 {
        return Err(FileError::BrokenText);
    }
    let windows = WINDOWS_1252.decode_without_bom_handling(bytes).0;
    let header = windows.lines().find(|line| !line.trim().is_empty()).unwrap_or_default();
    if stands_in_a_word(header, &['\u{201a}', '\u{0160}', '\u{2026}']) {
        // Code page 850: `Pr‚nom`.
        return Err(FileError::BrokenText);
    }
    if stands_in_a_word(header, &['\u{017d}']) {
        return Ok(MACINTOSH.decode_without_bom_handling(bytes).0);
    }
    // What Windows-1252 has as fractions and accents are letters in the encoding of SIECLE: `LEC¼UR`.
    if stands_in_a_word(&windows, &['¼', '½', '¾', '¦', '¨', '´', '¸']) {
        return Ok(ISO_8859_15.decode_without_bom_handling(bytes).0);
    }
    Ok(windows)
}

/// Text of the Latin alphabet in UTF-16: every other byte is zero.
fn utf16(bytes: &[u8]) -> Option<&'static Encoding> {
    let sample = &bytes[..bytes.len().min(400) & !1];
    let zeros = |start: usize| sample.iter().skip(start).step_by(2).filter(|byte| **byte == 0).count() * 2;
    match (zeros(0) * 10 > sample.len() * 8, zeros(1) * 10 > sample.len() * 8) {
        (true, false) if !sample.is_empty() => Some(UTF_16BE),
        (false, true) if !sample.is_empty() => Some(UTF_16LE),
        _ => None,
    }
}

fn stands_in_a_word(text: &str, signs: &[char]) -> bool {
    let mut before = ' ';
    let mut characters = text.chars().peekable();
    while let Some(c) = characters.next() {
        let after = characters.peek().copied().unwrap_or(' ');
        if signs.contains(&c) && (before.is_alphabetic() || after.is_alphabetic()) {
            return true;
        }
        before = c;
    }
    false
}

/// Replacement characters, and UTF-8 that was read as Windows-1252: `Ã©`.
fn is_broken(text: &str) -> bool {
    let mut before = ' ';
    text.chars().any(|c| {
        let is_second = matches!(
            c,
            '\u{80}'
                ..='\u{bf}'
                    | '€'
                    | '‚'
                    | 'ƒ'
                    | '„'
                    | '…'
                    | '†'
                    | '‡'
                    | 'ˆ'
                    | '‰'
                    | 'Š'
                    | '‹'
                    | 'Œ'
                    | '‘'
                    | '’'
                    | '“'
                    | '”'
                    | '•'
                    | '–'
                    | '—'
                    | '˜'
                    | '™'
                    | 'š'
                    | '›'
                    | 'œ'
                    | 'ž'
                    | 'Ÿ'
        );
        let broken = c == '\u{fffd}' || (matches!(before, 'Ã' | 'Â') && is_second && c != '\u{a0}');
        before = c;
        broken
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_encoding_of_a_french_export_is_read() {
        let text = "Prénom;Classe\nÉlève LECŒUR";
        let utf16 = |to: fn(u16) -> [u8; 2]| text.encode_utf16().flat_map(to).collect::<Vec<u8>>();
        let encoded: [Vec<u8>; 7] = [
            text.as_bytes().to_vec(),
            format!("\u{feff}{text}").into_bytes(),
            WINDOWS_1252.encode(text).0.into_owned(),
            ISO_8859_15.encode(text).0.into_owned(),
            MACINTOSH.encode(text).0.into_owned(),
            utf16(u16::to_le_bytes),
            utf16(u16::to_be_bytes),
        ];
        for bytes in encoded {
            assert_eq!(decode(&bytes).unwrap(), text, "{bytes:?}");
        }
        let marked: Vec<u8> = [0xff, 0xfe].into_iter().chain(utf16(u16::to_le_bytes)).collect();
        assert_eq!(decode(&marked).unwrap(), text);
    }

    #[test]
    fn text_that_was_broken_earlier_is_refused() {
        let windows = |text: &str| WINDOWS_1252.encode(text).0.into_owned();
        for bytes in
            ["LEF\u{fffd}VRE".as_bytes().to_vec(), "Nom;PrÃ©nom".as_bytes().to_vec(), windows("Pr‚nom;Nom")]
        {
            assert_eq!(decode(&bytes), Err(FileError::BrokenText), "{bytes:?}");
        }
        assert!(decode("Nom;Prénom\nÂGÉ;Ânna".as_bytes()).is_ok());
    }
}
