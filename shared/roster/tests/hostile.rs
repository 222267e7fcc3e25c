//! Files that no school has: arbitrary, damaged, and made to fill a memory.

#![allow(clippy::unwrap_used, reason = "a helper of a test fails with the test")]

use std::io::{Cursor, Write as _};

use domain::{audience::Audience, territory::Territory};
use proptest::prelude::*;
use roster::{FileError, Mapping, read};
use zip::{CompressionMethod, ZipWriter, write::SimpleFileOptions};

const SAMPLES: [&[u8]; 6] = [
    include_bytes!("samples/siecle/ElevesSansAdresses.xml"),
    include_bytes!("samples/siecle/ResponsablesAvecAdresses.zip"),
    include_bytes!("samples/edge/k14_classeur.xlsx"),
    include_bytes!("samples/edge/k14c_classeur.xls"),
    include_bytes!("samples/pronote/export_txt_responsables.txt"),
    include_bytes!("samples/edge/k14e_html.xls"),
];

fn import(bytes: &[u8]) -> Result<usize, FileError> {
    let roster = read(bytes, 0, Territory::Reunion, Some(Audience::Guardians), &Mapping::default())?;
    Ok(roster.pupils.len() + roster.adults.len())
}

fn archive(name: &str, content: impl Iterator<Item = Vec<u8>>) -> Vec<u8> {
    let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
    let options = SimpleFileOptions::default().compression_method(CompressionMethod::Deflated);
    archive.start_file(name, options).unwrap();
    for part in content {
        archive.write_all(&part).unwrap();
    }
    archive.finish().unwrap().into_inner()
}

#[test]
fn what_swells_is_refused() {
    let zeros = || std::iter::repeat_n(vec![b' '; 1024 * 1024], 80);
    for name in ["ElevesSansAdresses.xml", "xl/worksheets/sheet1.xml", "content.xml"] {
        let bomb = archive(name, zeros());
        assert!(bomb.len() < 200_000, "80 MB in {} bytes", bomb.len());
        assert_eq!(import(&bomb), Err(FileError::TooLarge), "{name}");
    }
}

#[test]
fn xml_that_expands_or_nests_without_end_is_refused() {
    let laughs = "<?xml version=\"1.0\"?><!DOCTYPE b [<!ENTITY a \"ha\"><!ENTITY b \"&a;&a;&a;&a;\">]>\
        <BEE_ELEVES><DONNEES><ELEVES><ELEVE ELEVE_ID=\"1\"><NOM>&b;</NOM><PRENOM>A</PRENOM></ELEVE></ELEVES></DONNEES></BEE_ELEVES>";
    assert_eq!(import(laughs.as_bytes()), Err(FileError::Damaged));
    let deep = format!("<?xml version=\"1.0\"?><BEE_ELEVES>{}", "<A>".repeat(100_000));
    assert_eq!(import(deep.as_bytes()), Err(FileError::Damaged));
    let long = format!(
        "<?xml version=\"1.0\"?><BEE_ELEVES><ELEVE><NOM>{}</NOM></ELEVE></BEE_ELEVES>",
        "A".repeat(1_000_000)
    );
    assert_eq!(import(long.as_bytes()), Err(FileError::Damaged));
    let cut = &SAMPLES[0][..SAMPLES[0].len() / 2];
    assert_eq!(import(cut), Err(FileError::Damaged));
}

#[test]
fn more_lines_than_a_school_has_are_refused() {
    let lines = |count: usize| format!("Catégorie;Nom;Prénom\n{}", "élève;A;B\n".repeat(count));
    assert_eq!(import(lines(20_000).as_bytes()), Ok(20_000));
    assert_eq!(import(lines(20_001).as_bytes()), Err(FileError::TooManyLines));
}

#[test]
fn what_is_no_list_of_people_is_refused() {
    for (file, error) in [
        ("", FileError::Empty),
        ("\n\n;;\n", FileError::Empty),
        ("a;b\n1;2", FileError::NoNames),
        ("Nom;Prénom\n", FileError::Empty),
        ("<?xml version=\"1.0\"?><html/>", FileError::UnknownFormat),
        ("PK\u{3}\u{4}rest", FileError::Damaged),
    ] {
        assert_eq!(import(file.as_bytes()), Err(error), "{file}");
    }
    assert_eq!(
        read("Nom;Prénom\nA;B".as_bytes(), 0, Territory::Metropole, None, &Mapping::default()),
        Err(FileError::NoAudience)
    );
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn no_bytes_panic(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
        let file = [b"Nom;Pr\xe9nom;Portable;Classe;Enfants;N\xe9 le\n".as_slice(), &bytes].concat();
        let _ = import(&file);
        let _ = import(&bytes);
    }

    #[test]
    fn no_cells_panic(cells in proptest::collection::vec("\\PC{0,12}", 1..40)) {
        let header = "Nom;Prénom;Nom élève;Prénom élève;Classe;Tél;SMS;Identifiant;Adresse;CP;Rang;Né(e) le\n";
        let rows: Vec<String> = cells.chunks(12).map(|row| row.join(";")).collect();
        let _ = import(format!("{header}{}", rows.join("\n")).as_bytes());
    }

    #[test]
    fn no_damaged_sample_panics(
        sample in 0..SAMPLES.len(),
        damage in proptest::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..8),
        cut in any::<prop::sample::Index>(),
        is_cut in any::<bool>(),
    ) {
        let mut bytes = SAMPLES[sample].to_vec();
        for (place, byte) in damage {
            let place = place.index(bytes.len());
            bytes[place] = byte;
        }
        if is_cut {
            bytes.truncate(cut.index(bytes.len()));
        }
        let _ = import(&bytes);
    }
}
