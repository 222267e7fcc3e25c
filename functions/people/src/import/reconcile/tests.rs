//! Files of school software and their outcomes, line by line.

use proptest::prelude::*;

use super::*;

fn now() -> Timestamp {
    Timestamp::from_second(1_800_000_000).unwrap()
}

fn import(file: impl AsRef<[u8]>, people: Vec<Person>) -> Import {
    reconcile(file.as_ref(), ImportOptions::default(), Territory::Metropole, people, now()).unwrap()
}

/// The outcomes as text, with the code of a refusal.
fn outcomes(import: &Import) -> Vec<String> {
    use domain::language::Explain;
    import
        .lines
        .iter()
        .map(|report| match report.outcome {
            Outcome::Created(_) => format!("{} created", report.line),
            Outcome::Updated(_) => format!("{} updated", report.line),
            Outcome::Unchanged(_) => format!("{} unchanged", report.line),
            Outcome::Refused(refusal) => format!("{} {}", report.line, refusal.code()),
        })
        .collect()
}

/// The directory after an import.
fn after(import: &Import, mut people: Vec<Person>) -> Vec<Person> {
    for changed in import.created.iter().chain(&import.updated) {
        match people.iter_mut().find(|person| person.id == changed.id) {
            Some(person) => *person = changed.clone(),
            None => people.push(changed.clone()),
        }
    }
    people
}

const FILE: &str = "Catégorie;Nom;Prénom;Classe;Tél. portable;Nom élève;Prénom élève;Rang\r\n\
    Responsable;MARTIN;Claire;6e A;06.39.98.00.10;MARTIN;Emma;1\r\n\
    Élève;MARTIN;Emma;6e A;;;;\r\n\
    Élève;MARTIN;Hugo;4e B;639980011;;;\r\n\
    \r\n\
    Responsable;MARTIN;Claire;4e B;06 39 98 00 10;MARTIN;Hugo;1\r\n\
    Responsable;MARTIN;Claire;4e B;0639980099;DUPONT;Zoé;1\r\n\
    Professeur;\"NGUYEN\nVAN\";Anh;;;;;\r\n\
    Professeur;NGUYEN;Anh;;01 42 34 56 78;;;\r\n\
    Concierge;PETIT;Luc;;;;;\r\n";

#[test]
fn a_french_export_is_read_line_by_line() {
    let import = import(FILE, Vec::new());
    assert_eq!(
        outcomes(&import),
        [
            "2 created",
            "3 created",
            "4 created",
            "6 updated",
            "7 unknown_child",
            "8 created",
            "10 phone_landline",
            "11 unknown_category",
        ]
    );
    let claire = import.created.iter().find(|p| p.details.first_name.as_str() == "Claire").unwrap();
    assert_eq!(claire.details.guardianships.len(), 2);
    assert_eq!(claire.details.phone.unwrap().e164(), "+33639980010");
    assert_eq!(claire.details.class, None);
}

#[test]
fn the_same_file_twice_changes_nothing_whatever_its_encoding() {
    let people = after(&import(FILE, Vec::new()), Vec::new());
    let windows = encoding_rs::WINDOWS_1252.encode(FILE).0.into_owned();
    let with_mark = format!("\u{feff}{FILE}").into_bytes();
    let tabs = FILE.replace(';', "\t").replace("\r\n", "\n").into_bytes();
    let commas = FILE.replace(';', ",").into_bytes();
    for file in [FILE.as_bytes().to_vec(), windows, with_mark, tabs, commas] {
        let again = import(file, people.clone());
        assert_eq!((again.created.len(), again.updated.len()), (0, 0));
        assert!(
            outcomes(&again).iter().all(|o| !o.contains("created") && !o.contains("updated")),
            "{again:?}"
        );
    }
}

#[test]
fn namesakes_are_never_merged() {
    let pupils = "Catégorie;Nom;Prénom;Classe\nélève;MARTIN;Emma;6e A\nélève;MARTIN;Emma;5e B\n";
    let people = after(&import(pupils, Vec::new()), Vec::new());
    assert_eq!(people.len(), 2);
    let guardians = "Nom;Prénom;Portable;Nom élève;Prénom élève;Classe élève\n\
        MARTIN;Marie;0639980020;MARTIN;Emma;6e A\n\
        MARTIN;Marie;0639980021;MARTIN;Emma;5e B\n\
        MARTIN;Marie;0639980022;MARTIN;Emma;\n";
    let import = import(guardians, people);
    assert_eq!(outcomes(&import), ["2 created", "3 created", "4 ambiguous_child"]);
    let phones: Vec<_> = import.created.iter().map(|p| p.details.phone.unwrap().e164()).collect();
    assert_eq!(phones, ["+33639980020", "+33639980021"]);
}

#[test]
fn a_new_number_of_the_same_guardian_of_the_same_child_replaces_the_old_one() {
    let pupils = after(&import("Catégorie;Nom;Prénom;Classe\nélève;ROY;Léa;3e C\n", Vec::new()), Vec::new());
    let before = "Nom;Prénom;Portable;Élève\nROY;Paul;0639980030;ROY Léa\n";
    let people = after(&import(before, pupils.clone()), pupils);
    let import = import(before.replace("0639980030", "0639980031"), people);
    assert_eq!(outcomes(&import), ["2 updated"]);
    assert_eq!(import.updated[0].details.phone.unwrap().e164(), "+33639980031");
    assert_eq!(import.updated[0].version, 2);
}

#[test]
fn two_lines_that_contradict_each_other_do_not_both_win() {
    let file = "Identifiant,Catégorie,Nom,Prénom,Portable\n7,personnel,PETIT,Luc,0639980040\n7,personnel,PETIT,Luc,0639980041\n";
    assert_eq!(outcomes(&import(file, Vec::new())), ["2 created", "3 contradicts_earlier_line"]);
}

#[test]
fn a_pupil_in_another_class_may_be_a_namesake_unless_a_new_year_has_begun() {
    let file = "Catégorie;Nom;Prénom;Classe\nélève;MARTIN;Emma;6e A\n";
    let people = after(&import(file, Vec::new()), Vec::new());
    let next_year = file.replace("6e A", "5e A");
    assert_eq!(outcomes(&import(&next_year, people.clone())), ["2 pupil_in_another_class"]);
    let options = ImportOptions { pupils_moved: true, ..ImportOptions::default() };
    let moved =
        reconcile(next_year.as_bytes(), options, Territory::Metropole, people.clone(), now()).unwrap();
    assert_eq!(outcomes(&moved), ["2 updated"]);
    assert_eq!(moved.updated[0].id, people[0].id);
}

#[test]
fn an_identifier_of_somebody_with_another_name_is_refused() {
    let people = after(&import("Id;Catégorie;Nom;Prénom\n7;personnel;PETIT;Luc\n", Vec::new()), Vec::new());
    let other = import("Id;Catégorie;Nom;Prénom\n7;personnel;DUPONT;Paul\n", people.clone());
    assert_eq!(outcomes(&other), ["2 identifier_of_another"]);
    let married = import("Id;Catégorie;Nom;Prénom\n7;personnel;PETIT-ROY;Luc\n", people);
    assert_eq!(outcomes(&married), ["2 updated"]);
}

#[test]
fn a_guardian_of_a_child_in_another_class_is_not_tied_to_a_namesake() {
    let people =
        after(&import("Catégorie;Nom;Prénom;Classe\nélève;MARTIN;Emma;6e A\n", Vec::new()), Vec::new());
    let file =
        "Nom;Prénom;Portable;Nom élève;Prénom élève;Classe élève\nMARTIN;Luc;0639980010;MARTIN;Emma;4e C\n";
    assert_eq!(outcomes(&import(file, people)), ["2 unknown_child"]);
}

#[test]
fn a_blank_consent_is_no_consent_and_a_missing_rank_changes_nothing() {
    let pupils = "Catégorie;Nom;Prénom;Classe\nélève;ROY;Léa;3e C\n";
    let people = after(&import(pupils, Vec::new()), Vec::new());
    let file = "Nom;Prénom;Portable;SMS;Élève;Rang\nROY;Paul;0639980030;x;ROY Léa;2\nROY;Anne;0639980031;;ROY Léa;1\n";
    let first = import(file, people.clone());
    let accepts: Vec<_> = first.created.iter().map(|person| person.details.accepts_sms).collect();
    assert_eq!(accepts, [true, false]);
    let people = after(&first, people);
    let without = "Nom;Prénom;Portable;Élève\nROY;Paul;0639980030;ROY Léa\nROY;Anne;0639980031;ROY Léa\n";
    assert_eq!(outcomes(&import(without, people)), ["2 unchanged", "3 unchanged"]);
}

#[test]
fn an_address_is_read_from_its_columns_and_kept_when_a_file_has_none() {
    let file = "Catégorie;Nom;Prénom;Adresse;Complément;CP;Ville\n\
        personnel;PETIT;Luc;12 rue des Lilas;apt 4;95100;Argenteuil\npersonnel;ROY;Anne;;;;\n";
    let people = after(&import(file, Vec::new()), Vec::new());
    let address = people[0].details.address.as_ref().unwrap();
    assert_eq!(address.street().as_str(), "12 rue des Lilas, apt 4");
    assert!(address.household().is_some() && people[1].details.address.is_none());
    let without = "Catégorie;Nom;Prénom\npersonnel;PETIT;Luc\n";
    assert_eq!(outcomes(&import(without, people.clone())), ["2 unchanged"]);
    let spelt_otherwise = file.replace("12 rue des Lilas", "12, RUE DES LILAS");
    let moved = import(spelt_otherwise, people.clone());
    assert_eq!(outcomes(&moved), ["2 updated", "3 unchanged"]);
    let after = moved.updated[0].details.address.as_ref().unwrap();
    assert_eq!(after.household(), address.household());
}

#[test]
fn a_second_line_that_spells_the_address_otherwise_still_adds_its_child() {
    let file = "Identifiant;Catégorie;Nom;Prénom;Adresse;CP;Ville;Identifiant élève\n\
        E1;élève;ROY;Léa;;;;\nE2;élève;ROY;Tom;;;;\n\
        R1;responsable;ROY;Anne;12 rue des Lilas;95100;Argenteuil;E1\n\
        R1;responsable;ROY;Anne;12, rue des lilas;95100;ARGENTEUIL;E2\n";
    let first = import(file, Vec::new());
    assert_eq!(outcomes(&first), ["2 created", "3 created", "4 created", "5 updated"]);
    let people = after(&first, Vec::new());
    assert_eq!(people[2].details.guardianships.len(), 2);
    assert_eq!(outcomes(&import(file, people))[2..], ["4 unchanged", "5 unchanged"]);
}

#[test]
fn an_address_in_many_columns_keeps_its_number_and_its_flat() {
    let file = "Catégorie;Nom;Prénom;N° voie;Adresse;Appartement;Ville\n\
        personnel;PETIT;Luc;12;rue des Lilas;4;95100 ARGENTEUIL\n";
    let people = after(&import(file, Vec::new()), Vec::new());
    let address = people[0].details.address.as_ref().unwrap();
    assert_eq!(address.street().as_str(), "12, rue des Lilas, appartement 4");
    assert_eq!(
        (address.postal_code().unwrap().as_str(), address.city().unwrap().as_str()),
        ("95100", "ARGENTEUIL")
    );
    // A later file without the town's column keeps the town.
    let without = "Catégorie;Nom;Prénom;Adresse\npersonnel;PETIT;Luc;14 rue des Lilas\n";
    let moved = import(without, people);
    let address = moved.updated[0].details.address.as_ref().unwrap();
    assert_eq!(
        (address.street().as_str(), address.city().unwrap().as_str()),
        ("14 rue des Lilas", "ARGENTEUIL")
    );
}

#[test]
fn a_new_identifier_does_not_make_a_barred_parent_somebody_new() {
    let file = "Identifiant;Catégorie;Nom;Prénom;Portable;Identifiant élève\n\
        E1;élève;MARTIN;Emma;;\nR2;responsable;MARTIN;Jean;0639980011;E1\n";
    let mut people = after(&import(file, Vec::new()), Vec::new());
    people[1].details.guardianships[0].no_contact = true;
    let renumbered = file.replace("R2;", "R9;").replace("0639980011", "0639980012");
    assert_eq!(outcomes(&import(renumbered, people)), ["2 unchanged", "3 barred_namesake"]);
}

#[test]
fn a_line_that_tells_the_separator_counts_as_a_line() {
    let file = "sep=;\r\nCatégorie;Nom;Prénom\r\npersonnel;PETIT;Luc\r\nconcierge;ROY;Anne\r\n";
    assert_eq!(outcomes(&import(file, Vec::new())), ["3 created", "4 unknown_category"]);
}

#[test]
fn a_line_with_more_or_fewer_cells_than_headers_does_not_shift() {
    let file =
        "Catégorie;Nom;Prénom;Portable\npersonnel;PETIT;Luc;0639980040;12 rue;Paris\npersonnel;ROY;Anne\n";
    assert_eq!(outcomes(&import(file, Vec::new())), ["2 unreadable_line", "3 created"]);
}

#[test]
fn a_new_namesake_does_not_take_the_place_of_a_pupil_who_is_still_there() {
    let file = "Catégorie;Nom;Prénom;Classe\nélève;MARTIN;Emma;6e A\n";
    let people = after(&import(file, Vec::new()), Vec::new());
    let both = "Catégorie;Nom;Prénom;Classe\nélève;MARTIN;Emma;4e C\nélève;MARTIN;Emma;6e A\n";
    let import = import(both, people.clone());
    assert_eq!(outcomes(&import), ["2 created", "3 unchanged"]);
    assert_ne!(import.created[0].id, people[0].id);
}

#[test]
fn several_children_share_a_cell_with_line_breaks() {
    let file = "Catégorie;Nom;Prénom;Classe;Enfants\nélève;ROY;Léa;3e C;\nélève;ROY;Tom;6e A;\n\
        responsable;ROY;Anne;;\"ROY Léa\nTom ROY\"\n";
    let import = import(file, Vec::new());
    assert_eq!(outcomes(&import), ["2 created", "3 created", "4 created"]);
    assert_eq!(import.created[2].details.guardianships.len(), 2);
}

#[test]
fn a_file_that_is_no_list_of_people_is_refused_whole() {
    let read = |file: &[u8]| {
        reconcile(file, ImportOptions::default(), Territory::Metropole, Vec::new(), now()).unwrap_err()
    };
    assert_eq!(read(b""), FileError::Empty);
    assert_eq!(read(b"\n\n;;\n"), FileError::Empty);
    assert_eq!(read(b"a;b\n1;2"), FileError::NoNames);
    assert_eq!(read("Nom;Prénom\nA;B".as_bytes()), FileError::NoAudience);
    let long = format!("Catégorie;Nom;Prénom\n{}", "élève;A;B\n".repeat(20_001));
    assert_eq!(read(long.as_bytes()), FileError::TooManyLines);
    let longest = format!("Catégorie;Nom;Prénom\n{}", "élève;A;B\n".repeat(20_000));
    assert!(
        reconcile(longest.as_bytes(), ImportOptions::default(), Territory::Metropole, Vec::new(), now())
            .is_ok()
    );
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1000))]

    #[test]
    fn no_bytes_panic(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
        let file = [b"Nom;Pr\xe9nom;Portable;Classe;Enfants\n".as_slice(), &bytes].concat();
        let _ = reconcile(&file, ImportOptions { audience: Some(Audience::Guardians), pupils_moved: true }, Territory::Reunion, Vec::new(), now());
    }

    #[test]
    fn any_file_twice_changes_nothing(
        rows in proptest::collection::vec((0_usize..4, 0_usize..3, 0_usize..3, 0_usize..3, 0_u32..6), 1..25),
    ) {
        let mut file = "Catégorie;Nom;Prénom;Classe;Portable;Nom élève;Prénom élève;Classe élève\n".to_owned();
        for (kind, last, first, class, phone) in rows {
            let kind = ["élève", "responsable", "professeur", "responsable"][kind];
            let (last, first) = (["MARTIN", "Petit", "Roy"][last], ["Emma", "Léa", "Tom"][first]);
            let class = ["6e A", "5e B", ""][class];
            let number = if phone % 3 == 0 { String::new() } else { format!("06 39 98 00 1{phone}") };
            let child = match (kind, phone) {
                ("responsable", 1..) => ["MARTIN", "Emma", class],
                _ => [""; 3],
            };
            file += &format!("{kind};{last};{first};{class};{number};{};{};{}\n", child[0], child[1], child[2]);
        }
        let first = import(&file, Vec::new());
        let people = after(&first, Vec::new());
        let second = import(&file, people);
        prop_assert_eq!((second.created.len(), second.updated.len()), (0, 0), "{}\n{:?}\n{:?}", file, outcomes(&first), outcomes(&second));
    }
}
