//! Every format and every sample file of schools, read and reconciled.

#![allow(clippy::unwrap_used, reason = "a helper of a test fails with the test")]

use std::{collections::BTreeMap, fmt::Write as _, fs, path::PathBuf};

use domain::{
    audience::Audience,
    directory::{BirthDate, IdentifierScheme, Kinship, Person},
    id::PersonId,
    import::Scope,
    phone::PhoneNumber,
    school::SchoolYear,
    territory::Territory,
};
use jiff::Timestamp;
use roster::{FileError, Mapping, Options, Outcome, Roster, read, reconcile};
use serde_json::Value;

fn sample(name: &str) -> Vec<u8> {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/samples").join(name);
    fs::read(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

fn options() -> Options {
    Options {
        first_id: PersonId::generate("2026-11-30T08:00:00Z".parse().unwrap()),
        today: jiff::civil::date(2026, 11, 30),
        year: SchoolYear::beginning_in(2026).unwrap(),
        scope: Scope::WholeSchool,
        same_names: false,
        decisions: BTreeMap::new(),
    }
}

fn roster(files: &[(&str, Option<Audience>)]) -> Result<Roster, FileError> {
    let mut all = Roster::default();
    for (place, (file, audience)) in files.iter().enumerate() {
        all.append(read(
            &sample(file),
            u16::try_from(place).unwrap(),
            Territory::Metropole,
            *audience,
            &Mapping::default(),
        )?);
    }
    Ok(all)
}

/// Everybody as text: `guardians MARTIN Claire +33639980010: MARTIN Emma 6A, MARTIN Hugo 4B`.
fn everybody(directory: &[Person]) -> Vec<String> {
    let child = |id| directory.iter().find(|person| person.id == id).map_or_else(String::new, name);
    let mut lines: Vec<String> = directory
        .iter()
        .map(|person| {
            let details = &person.details;
            let mut line = format!("{} {}", details.audience.as_str(), name(person));
            if let Some(born) = details.birth_date {
                let _ = write!(line, " {born}");
            }
            if let Some(phone) = details.phone {
                let _ = write!(line, " {}", phone.e164());
            }
            let mut children: Vec<String> =
                details.guardianships.iter().map(|tie| child(tie.pupil)).collect();
            children.sort();
            if !children.is_empty() {
                let _ = write!(line, ": {}", children.join(", "));
            }
            line
        })
        .collect();
    lines.sort();
    lines
}

fn name(person: &Person) -> String {
    let details = &person.details;
    let class = details.class.as_ref().map_or_else(String::new, |class| format!(" {class}"));
    format!("{} {}{class}", details.last_name, details.first_name)
}

/// What a format can carry of the cast.
#[derive(Clone, Copy)]
struct Carries {
    births: bool,
    /// Classes as SIECLE names them.
    classes: bool,
    /// Adults beyond the two legal ones of a child.
    contacts: bool,
    /// Numbers outside the column of mobiles.
    other_phones: bool,
    /// Who has left, so that they stay out.
    leavers: bool,
}

const ALL: Carries =
    Carries { births: true, classes: true, contacts: true, other_phones: true, leavers: true };

/// Everybody whom a format can tell of, from the truth about the cast.
fn truth(carries: Carries) -> Vec<String> {
    let truth: Value = serde_json::from_slice(&sample("expected.json")).unwrap();
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let class = |class: String| if carries.classes { format!(" {class}") } else { String::new() };
    let mut names: BTreeMap<String, String> = BTreeMap::new();
    let mut lines = Vec::new();
    for pupil in truth["pupils"].as_array().unwrap() {
        let name = format!(
            "{} {}{}",
            text(&pupil["last_name"]),
            text(&pupil["first_name"]),
            class(text(&pupil["class"]))
        );
        let born = BirthDate::parse(&text(&pupil["born"])).unwrap();
        lines.push(if carries.births { format!("pupils {name} {born}") } else { format!("pupils {name}") });
        names.insert(text(&pupil["ine"]), name);
    }
    for adult in truth["guardians"].as_array().unwrap() {
        let children = adult["children"].as_array().unwrap();
        if !carries.contacts && children.iter().any(|child| child["level"] != "legal") {
            continue;
        }
        let mut line = format!("guardians {} {}", text(&adult["last_name"]), text(&adult["first_name"]));
        if carries.other_phones || adult["mobile_from"] == "TEL_PORTABLE" {
            let phone = PhoneNumber::parse(&text(&adult["mobile"]), Territory::Metropole).unwrap();
            let _ = write!(line, " {}", phone.e164());
        }
        let mut children: Vec<String> =
            children.iter().map(|child| names[&text(&child["ine"])].clone()).collect();
        children.sort();
        lines.push(format!("{line}: {}", children.join(", ")));
    }
    if !carries.leavers {
        let tom = format!("ROUX Tom{}", class("6A".to_owned()));
        lines.push(if carries.births { format!("pupils {tom} 2015-04-03") } else { format!("pupils {tom}") });
        lines.push(format!("guardians ROUX Denis +33639980022: {tom}"));
    }
    lines.sort();
    lines
}

/// The directory without what a format cannot carry.
fn told(directory: &[Person], carries: Carries) -> Vec<String> {
    let mut directory = directory.to_vec();
    for person in &mut directory {
        if !carries.classes {
            person.details.class = None;
        }
    }
    everybody(&directory)
}

/// Every format of schools brings in the same cast, as far as it can; a second time it changes nothing.
#[test]
fn every_format_brings_the_right_people_to_the_right_families() {
    let formats: [(&str, &[&str], Carries); 14] = [
        (
            "SIECLE, two archives",
            &["siecle/ExportXML_ElevesSansAdresses.zip", "siecle/ResponsablesAvecAdresses.zip"],
            ALL,
        ),
        (
            "SIECLE, adults first",
            &["siecle/ResponsablesAvecAdresses.xml", "siecle/ElevesAvecAdresses.xml"],
            ALL,
        ),
        (
            "SIECLE, former levels",
            &["siecle/ElevesSansAdresses.xml", "siecle/ResponsablesAvecAdresses_ancien_RESP_LEGAL.xml"],
            ALL,
        ),
        ("SIECLE extraction", &["siecle_csv/exportCSVExtraction.csv"], Carries { contacts: false, ..ALL }),
        (
            "SIECLE extraction, former names",
            &["siecle_csv/exportCSVExtraction_ancien_Nom.csv"],
            Carries { contacts: false, ..ALL },
        ),
        (
            "SIECLE personal list",
            &["siecle_csv/liste_personnalisee.csv"],
            Carries { births: false, contacts: false, other_phones: false, leavers: false, ..ALL },
        ),
        ("ONDE", &["onde/CSVExtraction.csv", "onde/parents.csv"], Carries { classes: false, ..ALL }),
        (
            "ONDE, last line",
            &["onde/CSVExtraction.csv", "onde/parents_ligne_finale.csv"],
            Carries { classes: false, ..ALL },
        ),
        (
            "PRONOTE",
            &["pronote/pronote_eleves.csv", "pronote/export_txt_responsables.txt"],
            Carries { other_phones: false, ..ALL },
        ),
        (
            "PRONOTE, clipboard",
            &["pronote/pronote_liste_copiee_utf16.txt", "pronote/export_txt_responsables.txt"],
            Carries { other_phones: false, ..ALL },
        ),
        (
            "PRONOTE, two adults",
            &["pronote/export_txt_eleves_resp1_resp2.txt"],
            Carries { other_phones: false, leavers: false, ..ALL },
        ),
        ("Edifice", &["edifice/CSV_Eleves.csv", "edifice/CSV_Parents.csv"], ALL),
        (
            "our own columns",
            &["edge/k01_reference.csv"],
            Carries { births: false, other_phones: false, ..ALL },
        ),
        (
            "SIECLE, AAF adults apart",
            &["siecle/ElevesSansAdresses.xml", "siecle/ResponsablesAvecAdresses.xml"],
            ALL,
        ),
    ];
    println!("{:34}{:>8}{:>8}{:>8}{:>10}", "format", "pupils", "adults", "ties", "findings");
    for (format, files, carries) in formats {
        let files: Vec<(&str, Option<Audience>)> = files.iter().map(|file| (*file, None)).collect();
        let roster = roster(&files).unwrap();
        let plan = reconcile(&roster, Vec::new(), &options());
        let directory = plan.applied_to(Vec::new(), Timestamp::UNIX_EPOCH);
        assert_eq!(told(&directory, carries), truth(carries), "{format}");
        let again = reconcile(&roster, directory.clone(), &options());
        let changes = again.entries.iter().filter(|entry| {
            !matches!(entry.outcome, Outcome::Unchanged(_) | Outcome::Left(_) | Outcome::NoPupil)
        });
        assert_eq!(changes.count(), 0, "{format}: {again:?}");
        assert_eq!(again.absent, [], "{format}");
        let pupils = directory.iter().filter(|person| person.details.audience == Audience::Pupils).count();
        let ties: usize = directory.iter().map(|person| person.details.guardianships.len()).sum();
        let adults = directory.len() - pupils;
        println!("{format:34}{pupils:>8}{adults:>8}{ties:>8}{:>10}", roster.findings.len());
    }
}

/// SIECLE's own facts about ties: level, kinship, whom to contact first, with whom the child lives, address, consent.
#[test]
fn siecle_brings_what_it_knows_about_ties() {
    let truth: Value = serde_json::from_slice(&sample("expected.json")).unwrap();
    let files = [("siecle/ElevesSansAdresses.xml", None), ("siecle/ResponsablesAvecAdresses.xml", None)];
    let roster = roster(&files).unwrap();
    assert_eq!(roster.uai.as_ref().unwrap().to_string(), "0951099D");
    assert_eq!(roster.school_year.unwrap().to_string(), "2026-2027");
    let directory = reconcile(&roster, Vec::new(), &options()).applied_to(Vec::new(), Timestamp::UNIX_EPOCH);
    let identified = |scheme, id: &str| {
        directory
            .iter()
            .find(|person| person.details.identifiers.get(scheme).is_some_and(|own| own.as_str() == id))
            .unwrap()
    };
    let kinship = |text: &str| match text {
        "MERE" => Kinship::Mother,
        "PERE" => Kinship::Father,
        "ASCENDANT" => Kinship::Ascendant,
        "ASE" => Kinship::ChildWelfare,
        "ELEVE LUI-MEME" => Kinship::Pupil,
        other => panic!("{other}"),
    };
    for adult in truth["guardians"].as_array().unwrap() {
        let details = &identified(IdentifierScheme::PersId, &adult["siecle"].to_string()).details;
        assert_eq!(adult["accepts_sms"], details.accepts_sms, "{adult}");
        let address = details.address.as_ref().unwrap();
        let lines = adult["address"].as_array().unwrap();
        let (street, town) = lines.split_at(lines.len() - 2);
        let street: Vec<&str> = street.iter().map(|line| line.as_str().unwrap()).collect();
        assert_eq!(address.street().as_str(), street.join(", "));
        assert_eq!(address.postal_code().unwrap().as_str(), town[0]);
        assert_eq!(address.city().unwrap().as_str(), town[1]);
        for child in adult["children"].as_array().unwrap() {
            let pupil = identified(IdentifierScheme::Ine, child["ine"].as_str().unwrap());
            let tie = details.guardianships.iter().find(|tie| tie.pupil == pupil.id).unwrap();
            assert_eq!(child["level"], tie.level.as_str(), "{adult}");
            assert_eq!(Some(kinship(child["kinship"].as_str().unwrap())), tie.kinship, "{adult}");
            assert_eq!(child["lives_with"], tie.lives_with.unwrap(), "{adult}");
            assert_eq!(child["first_contact"], tie.rank == 1, "{adult}");
        }
    }
}

/// The smallest inputs that went wrong once, each with its one right value.
#[test]
fn small_inputs_have_one_right_value() {
    use Audience::{Guardians, Pupils};
    let claire = "guardians MARTIN Claire +33639980010: MARTIN Emma 6A";
    let (emma, hugo) = ("pupils MARTIN Emma 6A", "pupils MARTIN Hugo 4B");
    let cases: [(&str, Option<Audience>, &[&str]); 25] = [
        (
            "small/f01_eleves_homonymes_sans_classe.csv",
            Some(Pupils),
            &["pupils MARTIN Emma 2014-02-01", "pupils MARTIN Emma 2015-03-12"],
        ),
        (
            "small/f01b_meme_classe.csv",
            Some(Pupils),
            &["pupils MARTIN Emma 6A 2015-02-01", "pupils MARTIN Emma 6A 2015-03-12"],
        ),
        ("small/f07_telephone_et_portable.csv", None, &[claire, emma]),
        ("small/f08_fixe.csv", None, &["guardians PETIT Sophie: PETIT Léa 6A", "pupils PETIT Léa 6A"]),
        ("small/f09_telephone_eleve.csv", None, &[claire, emma]),
        ("small/f10_enfant_inconnu.csv", None, &[claire, emma]),
        ("small/f11_responsable_sur_la_ligne.csv", Some(Pupils), &[claire, emma]),
        (
            "small/f15_sms_vide_pour_eleves.csv",
            None,
            &[claire, "pupils MARTIN Emma 6A +33639980070", "teachers ROY Anne +33639980071"],
        ),
        ("small/f16_ligne_de_titre.csv", None, &[emma]),
        ("small/f18_nom_complet.csv", Some(Pupils), &["pupils DA SILVA COSTA Emma 6A 2012-01-15"]),
        ("small/f19b_oe_iso8859_15.csv", Some(Pupils), &["pupils LECŒUR Zoé 6A"]),
        ("small/f23_structures_D_et_G.csv", Some(Pupils), &[emma]),
        ("small/f24_portables.csv", Some(Guardians), &["guardians ROY Anne +33639980071"]),
        (
            "edge/k02_zero_perdu.csv",
            None,
            &[
                claire,
                "guardians PETIT Sophie +262692123456: PETIT Léa 6A",
                emma,
                hugo,
                "pupils PETIT Léa 6A",
            ],
        ),
        (
            "edge/k03_notation_scientifique.csv",
            None,
            &[
                "guardians MARTIN Claire: MARTIN Emma 6A",
                "guardians PETIT Sophie: PETIT Léa 6A",
                emma,
                hugo,
                "pupils PETIT Léa 6A",
            ],
        ),
        (
            "edge/k09_pointvirgule_guillemets.csv",
            None,
            &[
                "guardians MARTIN Claire Marie +33639980010: MARTIN; dit LEBRUN Emma 6A",
                "pupils DE \"LA\" TOUR Léo 6A",
                "pupils MARTIN; dit LEBRUN Emma 6A",
            ],
        ),
        ("edge/k11_total.csv", None, &[claire, emma, hugo, "pupils PETIT Léa 6A"]),
        (
            "edge/k13_entetes_en_double.csv",
            None,
            &[claire, "guardians PETIT Sophie +33639980012: PETIT Léa 6A", emma, "pupils PETIT Léa 6A"],
        ),
        ("edge/k14_classeur.xlsx", None, &[claire, emma, hugo, "pupils PETIT Léa 6A"]),
        ("edge/k14b_classeur_renomme.csv", None, &[claire, emma, hugo, "pupils PETIT Léa 6A"]),
        ("edge/k14c_classeur.xls", None, &[claire, emma, hugo, "pupils PETIT Léa 6A"]),
        ("edge/k14d_classeur.ods", None, &[claire, emma, hugo, "pupils PETIT Léa 6A"]),
        ("edge/k14e_html.xls", None, &[claire, emma, hugo, "pupils PETIT Léa 6A"]),
        ("edge/k16_nom_prenom_une_colonne.csv", None, &[claire, emma]),
        ("edge/k28_cr_seuls.csv", None, &[emma, hugo, "pupils PETIT Léa 6A"]),
    ];
    for (file, audience, right) in cases {
        let roster = roster(&[(file, audience)]).unwrap_or_else(|error| panic!("{file}: {error}"));
        let directory =
            reconcile(&roster, Vec::new(), &options()).applied_to(Vec::new(), Timestamp::UNIX_EPOCH);
        assert_eq!(everybody(&directory), right, "{file}");
    }
}

/// Every way to write one number, and who writes none.
#[test]
fn every_spelling_of_a_number_is_read_or_told() {
    let roster = roster(&[("edge/k04_ecritures.csv", None)]).unwrap();
    for (place, adult) in roster.adults.iter().enumerate().take(23) {
        let number = adult.phone.unwrap_or_else(|| panic!("N{place}")).e164();
        assert_eq!(number, format!("+336399800{:02}", place + 10), "N{place}");
    }
    assert!(roster.adults.iter().skip(23).all(|adult| adult.phone.is_none()));
    // Words for nothing are silent; a number that is none is told.
    assert_eq!(roster.findings.len(), 3, "{:?}", roster.findings);
}

/// Yes and no as schools write them; what is neither is told and changes nothing.
#[test]
fn consent_is_read_in_the_words_of_schools() {
    let roster = roster(&[("edge/k19_sms.csv", None)]).unwrap();
    let answers: Vec<Option<bool>> = roster.adults.iter().map(|adult| adult.accepts_sms).collect();
    let (yes, no) = (Some(true), Some(false));
    assert_eq!(answers, [yes, no, yes, yes, yes, no, yes, yes, no, yes, yes, yes, None]);
}

/// Text that was damaged before it came is refused as a whole, before anything is read wrongly.
#[test]
fn damaged_files_are_refused() {
    for (file, error) in [
        ("small/f20_deja_abime.csv", FileError::BrokenText),
        ("edge/k08_utf8_double_encode.csv", FileError::BrokenText),
        ("edge/k08_cp850.csv", FileError::BrokenText),
        ("edge/k09b_guillemet_ouvert.csv", FileError::UnclosedQuote),
        ("siecle/Nomenclature.xml", FileError::UnknownFormat),
    ] {
        assert_eq!(roster(&[(file, Some(Audience::Pupils))]), Err(error), "{file}");
    }
    for file in ["cp1252", "iso8859_15", "utf16be_bom", "utf16le_bom", "utf8", "utf8_bom"] {
        let file = format!("edge/k08_{file}.csv");
        let roster = roster(&[(&file, None)]).unwrap();
        assert_eq!(roster.pupils[0].last_name.as_str(), "LEFÈVRE", "{file}");
        assert_eq!(roster.pupils[1].first_name.as_str(), "Œuvrard", "{file}");
    }
}
