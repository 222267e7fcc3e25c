//! The people of the demonstration school, as a file of school software.
//!
//! All reachable numbers are in the fiction block 06 39 98 xx xx, which is allocated to no subscriber; the
//! last two digits cover all outcomes of the simulator. The foreign numbers are reserved for fiction by the
//! German regulator, and closed; people with overseas numbers do not accept SMS.

use std::fmt::Write;

pub(super) const CLASSES: [&str; 12] =
    ["6e A", "6e B", "6e C", "5e A", "5e B", "5e C", "4e A", "4e B", "4e C", "3e A", "3e B", "3e C"];

const LAST_NAMES: [&str; 40] = [
    "MARTIN",
    "BERNARD",
    "DUBOIS",
    "THOMAS",
    "ROBERT",
    "RICHARD",
    "PETIT",
    "DURAND",
    "LEROY",
    "MOREAU",
    "SIMON",
    "LAURENT",
    "LEFÈVRE",
    "MICHEL",
    "GARCIA",
    "DAVID",
    "BERTRAND",
    "ROUX",
    "VINCENT",
    "FOURNIER",
    "MOREL",
    "GIRARD",
    "ANDRÉ",
    "LEFEBVRE",
    "MERCIER",
    "DUPONT",
    "LAMBERT",
    "BONNET",
    "FRANÇOIS",
    "MARTINEZ",
    "LEGRAND",
    "GARNIER",
    "FAURE",
    "ROUSSEAU",
    "BLANC",
    "GUÉRIN",
    "MULLER",
    "HENRY",
    "ROUSSEL",
    "NICOLAS",
];
const CHILDREN: [&str; 24] = [
    "Emma", "Gabriel", "Jade", "Léo", "Louise", "Raphaël", "Alice", "Arthur", "Chloé", "Louis", "Lina",
    "Jules", "Rose", "Adam", "Anna", "Maël", "Mila", "Lucas", "Léna", "Hugo", "Inès", "Noah", "Zoé",
    "Nathan",
];
const PARENTS: [&str; 20] = [
    "Claire",
    "Julien",
    "Sophie",
    "Nicolas",
    "Céline",
    "Sébastien",
    "Aurélie",
    "Olivier",
    "Émilie",
    "Karim",
    "Nadia",
    "François",
    "Isabelle",
    "Mehdi",
    "Caroline",
    "Jérôme",
    "Sandrine",
    "Thomas",
    "Hélène",
    "Benoît",
];

const STREETS: [&str; 4] = ["avenue de la République", "rue Pasteur", "rue des Lilas", "avenue Jean-Jaurès"];

const FAMILIES: usize = 200;

/// The file: pupils, guardians, teachers and staff.
pub fn people_csv() -> String {
    let mut file =
        "Identifiant;Catégorie;Nom;Prénom;Classe;Tél. portable;SMS;Identifiant élève;Rang;Adresse;Code postal;Ville\r\n"
            .to_owned();
    let mut phones = Phones(0);
    for family in 0..FAMILIES {
        write_family(&mut file, family, &mut phones);
    }
    for (index, last_name) in LAST_NAMES.iter().take(24).enumerate() {
        let first_name = PARENTS[(index * 7) % PARENTS.len()];
        line(
            &mut file,
            &[
                &format!("P{index:03}"),
                "Professeur",
                last_name,
                first_name,
                "",
                &phones.next(),
                "oui",
                "",
                "",
                "",
                "",
                "",
            ],
        );
    }
    for (index, last_name) in LAST_NAMES.iter().skip(24).enumerate() {
        let first_name = PARENTS[(index * 3) % PARENTS.len()];
        line(
            &mut file,
            &[
                &format!("A{index:03}"),
                "Personnel",
                last_name,
                first_name,
                "",
                &phones.next(),
                "oui",
                "",
                "",
                "",
                "",
                "",
            ],
        );
    }
    file
}

fn write_family(file: &mut String, family: usize, phones: &mut Phones) {
    let last_name = LAST_NAMES[family % LAST_NAMES.len()];
    // One child, siblings in two classes, or three.
    let children = 1 + usize::from(family.is_multiple_of(3)) + usize::from(family.is_multiple_of(9));
    let ids: Vec<String> = (0..children).map(|child| format!("E{family:03}{child}")).collect();
    for (child, id) in ids.iter().enumerate() {
        let first_name = CHILDREN[(family + 11 * child) % CHILDREN.len()];
        let class = CLASSES[(family + 5 * child) % CLASSES.len()];
        let phone =
            if class.starts_with('3') && family.is_multiple_of(2) { phones.next() } else { String::new() };
        line(file, &[id, "Élève", last_name, first_name, class, &phone, "oui", "", "", "", "", ""]);
    }
    let guardians = if family % 8 == 7 { 1 } else { 2 };
    let first_phone = phones.next();
    for guardian in 0..guardians {
        // Separated parents have different surnames.
        let separated = family % 5 == 4 && guardian == 1;
        let own_name = if separated { LAST_NAMES[(family + 17) % LAST_NAMES.len()] } else { last_name };
        let first_name = PARENTS[(2 * family + guardian) % PARENTS.len()];
        let (phone, sms) = match (family, guardian) {
            (f, 1) if f % 17 == 3 => (first_phone.clone(), "oui"), // one phone for both
            (f, 1) if f % 23 == 5 => (String::new(), "oui"),
            (f, 1) if f % 29 == 6 => (format!("+49 171 39200 {:02}", f % 100), "oui"),
            (f, 1) if f % 31 == 8 => (phones.next(), "non"),
            (f, 1) if f % 37 == 9 => (format!("0692 00 00 {:02}", f % 100), "non"),
            (_, 1) => (phones.next(), "oui"),
            _ => (first_phone.clone(), "oui"),
        };
        // Two spellings of one address, and one address each for separated parents.
        let street = STREETS[family % STREETS.len()];
        let address = match guardian {
            0 => format!("{} {street}", family + 1),
            _ if separated => format!("{} {street}", family + 201),
            _ => format!("{}, {}", family + 1, street.to_uppercase().replace("AVENUE", "AV.")),
        };
        for child in &ids {
            let (id, rank) = (format!("R{family:03}{guardian}"), (guardian + 1).to_string());
            line(
                file,
                &[
                    &id,
                    "Responsable",
                    own_name,
                    first_name,
                    "",
                    &phone,
                    sms,
                    child,
                    &rank,
                    &address,
                    "95100",
                    "Argenteuil",
                ],
            );
        }
    }
}

/// Consecutive numbers of the fiction block, in various spellings.
struct Phones(u16);

impl Phones {
    fn next(&mut self) -> String {
        let (high, low) = (self.0 / 100, self.0 % 100);
        self.0 += 1;
        match self.0 % 5 {
            0 => format!("06.39.98.{high:02}.{low:02}"),
            1 => format!("063998{high:02}{low:02}"),
            2 => format!("+33 6 39 98 {high:02} {low:02}"),
            3 => format!("63998{high:02}{low:02}"), // a spreadsheet dropped the zero
            _ => format!("06 39 98 {high:02} {low:02}"),
        }
    }
}

fn line(file: &mut String, cells: &[&str; 12]) {
    writeln!(file, "{}\r", cells.join(";")).expect("writing to a String");
}
