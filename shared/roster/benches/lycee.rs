//! Cost of reading a lycée of 2,000 pupils and 3,800 adults from the archives of SIECLE and reconciling it: the first
//! time, and again once everybody is in the directory.
//!
//! `cargo bench -p roster --bench lycee`.

use std::{
    collections::BTreeMap,
    fmt::Write as _,
    fs,
    io::{Cursor, Write as _},
    time::{Duration, Instant},
};

use domain::{id::PersonId, import::Scope, school::SchoolYear, territory::Territory};
use jiff::Timestamp;
use roster::{Mapping, Options, Plan, Roster, read, reconcile};
use zip::{ZipWriter, write::SimpleFileOptions};

const PUPILS: usize = 2_000;
const ADULTS: usize = 3_800;

fn main() {
    let (pupils, adults) =
        (archive("ElevesSansAdresses.xml", &pupils()), archive("Responsables.xml", &adults()));
    let before = peak_memory_kb();
    let started = Instant::now();
    let roster = roster(&pupils, &adults);
    let (read, started) = (started.elapsed(), Instant::now());
    let plan = reconcile(&roster, Vec::new(), &options());
    let first = started.elapsed();
    let directory = plan.applied_to(Vec::new(), Timestamp::UNIX_EPOCH);
    assert_eq!(directory.len(), PUPILS + ADULTS);
    let started = Instant::now();
    let again: Plan = reconcile(&roster, directory, &options());
    let second = started.elapsed();
    assert_eq!(again.entries.len(), PUPILS + ADULTS);
    let ms = |time: Duration| time.as_secs_f64() * 1e3;
    println!("read       {:>8.1} ms, from {} KB zipped", ms(read), (pupils.len() + adults.len()) / 1024);
    println!("reconcile  {:>8.1} ms into an empty directory", ms(first));
    println!("again      {:>8.1} ms into a full one", ms(second));
    if let (Some(before), Some(peak)) = (before, peak_memory_kb()) {
        println!("memory     {:>8.1} MB at most, of which {:.1} before", peak / 1024.0, before / 1024.0);
    }
}

fn roster(pupils: &[u8], adults: &[u8]) -> Roster {
    let mut roster = read(pupils, 0, Territory::Metropole, None, &Mapping::default()).expect("pupils");
    roster.append(read(adults, 1, Territory::Metropole, None, &Mapping::default()).expect("adults"));
    roster
}

fn options() -> Options {
    Options {
        first_id: PersonId::generate("2026-11-30T08:00:00Z".parse().expect("an instant")),
        today: jiff::civil::date(2026, 11, 30),
        year: SchoolYear::beginning_in(2026).expect("a year"),
        scope: Scope::WholeSchool,
        same_names: false,
        decisions: BTreeMap::new(),
    }
}

/// Pupils in 60 classes and as many groups, with a few namesakes.
fn pupils() -> String {
    let mut file =
        "<?xml version=\"1.0\" encoding=\"ISO-8859-15\"?><BEE_ELEVES><DONNEES><ELEVES>\n".to_owned();
    for pupil in 0..PUPILS {
        let _ = writeln!(
            file,
            "<ELEVE ELEVE_ID=\"{}\" ELENOET=\"{pupil}\"><ID_NATIONAL>{pupil:09}AA</ID_NATIONAL><NOM_DE_FAMILLE>NOM{}</NOM_DE_FAMILLE>\
             <PRENOM>Prenom{}</PRENOM><DATE_NAISS>{:02}/{:02}/2010</DATE_NAISS><ACCEPTE_SMS>0</ACCEPTE_SMS></ELEVE>",
            810_000 + pupil,
            pupil / 2 % 950,
            pupil % 40,
            pupil % 28 + 1,
            pupil % 12 + 1,
        );
    }
    file += "</ELEVES><STRUCTURES>\n";
    for pupil in 0..PUPILS {
        let _ = writeln!(
            file,
            "<STRUCTURES_ELEVE ELEVE_ID=\"{}\"><STRUCTURE><CODE_STRUCTURE>2{}</CODE_STRUCTURE><TYPE_STRUCTURE>D</TYPE_STRUCTURE></STRUCTURE>\
             <STRUCTURE><CODE_STRUCTURE>G{}</CODE_STRUCTURE><TYPE_STRUCTURE>G</TYPE_STRUCTURE></STRUCTURE></STRUCTURES_ELEVE>",
            810_000 + pupil,
            pupil % 60,
            pupil % 60,
        );
    }
    file + "</STRUCTURES></DONNEES></BEE_ELEVES>"
}

fn adults() -> String {
    let mut file =
        "<?xml version=\"1.0\" encoding=\"ISO-8859-15\"?><BEE_RESPONSABLES><DONNEES><PERSONNES>\n".to_owned();
    for adult in 0..ADULTS {
        let _ = writeln!(
            file,
            "<PERSONNE PERSONNE_ID=\"{}\"><NOM_DE_FAMILLE>NOM{}</NOM_DE_FAMILLE><PRENOM>Parent{}</PRENOM>\
             <TEL_PORTABLE>07{:08}</TEL_PORTABLE><ACCEPTE_SMS>1</ACCEPTE_SMS><ADRESSE_ID>{}</ADRESSE_ID></PERSONNE>",
            500_000 + adult,
            adult / 4 % 950,
            adult % 7,
            50_000_000 + adult,
            adult / 2,
        );
    }
    file += "</PERSONNES><RESPONSABLES>\n";
    for adult in 0..ADULTS {
        let _ = writeln!(
            file,
            "<RESPONSABLE_ELEVE><ELEVE_ID>{}</ELEVE_ID><PERSONNE_ID>{}</PERSONNE_ID><NIVEAU_RESPONSABILITE>1</NIVEAU_RESPONSABILITE>\
             <CODE_PARENTE>{}</CODE_PARENTE></RESPONSABLE_ELEVE>",
            810_000 + adult / 2,
            500_000 + adult,
            if adult % 2 == 0 { 10 } else { 20 },
        );
    }
    file += "</RESPONSABLES><ADRESSES>\n";
    for address in 0..ADULTS / 2 {
        let _ = writeln!(
            file,
            "<ADRESSE ADRESSE_ID=\"{address}\"><LIGNE1_ADRESSE>{address} rue des Lilas</LIGNE1_ADRESSE><CODE_POSTAL>95100</CODE_POSTAL>\
             <LIBELLE_POSTAL>ARGENTEUIL</LIBELLE_POSTAL></ADRESSE>"
        );
    }
    file + "</ADRESSES></DONNEES></BEE_RESPONSABLES>"
}

fn archive(name: &str, content: &str) -> Vec<u8> {
    let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
    archive.start_file(name, SimpleFileOptions::default()).expect("an entry");
    archive.write_all(content.as_bytes()).expect("a content");
    archive.finish().expect("an archive").into_inner()
}

/// Returns this process's peak memory, from Linux.
fn peak_memory_kb() -> Option<f64> {
    let status = fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find(|line| line.starts_with("VmHWM"))?;
    line.split_whitespace().nth(1)?.parse().ok()
}
