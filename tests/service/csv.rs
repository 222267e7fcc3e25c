//! Files of people.

use std::fmt::Write;

/// Pupils `first..last`, each with a class of thirty and one guardian with an address and the number
/// `number_of(index)`.
pub fn pupils_csv(range: std::ops::Range<u32>, number_of: impl Fn(u32) -> String) -> String {
    let mut file =
        "Identifiant;Catégorie;Nom;Prénom;Classe;Portable;Adresse;CP;Ville;Identifiant élève\n".to_owned();
    for index in range {
        let number = number_of(index);
        writeln!(file, "E{index};élève;Nom{index};Enfant;C{};;;;;", index / 30).expect("a string");
        writeln!(
            file,
            "R{index};responsable;Nom{index};Parent;;{number};{index} rue des Lilas;95100;Argenteuil;E{index}"
        )
        .expect("a string");
    }
    file
}
