//! Components of an address: street and number, building, flat, town.

use super::words::{begins_a_line, is_repetition, is_unit, spelt_out, street_type};

/// Normalises the lines above the postal code: canonical spelling and order.
pub(super) fn street(text: &str) -> Vec<String> {
    let mut parts = Parts::default();
    let lines: Vec<Vec<String>> =
        text.split([',', ';', '\n', '(', ')']).map(words).filter(|line| !line.is_empty()).collect();
    let mut number_before: Option<Vec<String>> = None;
    for line in lines {
        // "12, rue des Lilas": this comma separates nothing.
        let line = match number_before.take() {
            Some(number) if begins_a_street(&line) => [number, line].concat(),
            Some(number) => {
                parts.take(&number);
                line
            }
            None => line,
        };
        if is_number(&line) { number_before = Some(line) } else { parts.take(&line) }
    }
    if let Some(number) = number_before {
        parts.take(&number);
    }
    parts.sorted()
}

/// Normalises a town: without CEDEX, and without the district of the three towns that have districts,
/// which the postal code contains.
pub(super) fn city(text: &str, postal_code: &str) -> String {
    let mut words = words(text);
    if let Some(place) = words.iter().position(|word| word == "cedex") {
        words.truncate(place);
    }
    let has_districts =
        words.first().is_some_and(|town| matches!(town.as_str(), "paris" | "lyon" | "marseille"));
    // "75000 Paris 12e" and "75000 Paris 13e" differ.
    if has_districts && !postal_code.ends_with("000") {
        words.retain(|word| {
            let district = word.trim_start_matches(|c: char| c.is_ascii_digit());
            let is_ordinal = district.len() < word.len() && matches!(district, "" | "e" | "er" | "eme");
            !is_ordinal && !matches!(word.as_str(), "e" | "er" | "eme" | "arrondissement" | "arr")
        });
    }
    for index in 1..words.len() {
        // "Vitry s/ Seine", "Bois ss Roche": between two words only.
        if index + 1 < words.len() {
            match words[index].as_str() {
                "s" => words[index] = "sur".to_owned(),
                "ss" => words[index] = "sous".to_owned(),
                _ => {}
            }
        }
    }
    words.join(" ")
}

/// Splits a line into canonical words: lower case, no accents, numbers separated from letters.
fn words(line: &str) -> Vec<String> {
    let folded = crate::line::folded(&without_number_signs(line));
    let mut raw = folded.split(' ').flat_map(split_digits).peekable();
    let mut words: Vec<String> = Vec::new();
    let is_number = |words: &[String]| words.last().is_some_and(|word| is_digits(word));
    while let Some(word) = raw.next() {
        match word {
            // "dix-neuf", before words become digits: 10/9 is another number.
            "dix" => match raw.next_if(|next| matches!(*next, "sept" | "huit" | "neuf")) {
                Some(unit) => words.push(format!("1{}", spelt_out(unit))),
                None => words.push(spelt_out(word).to_owned()),
            },
            "lieu" | "l" if raw.next_if_eq(&"dit").is_some() => words.push("lieudit".to_owned()),
            "rez" | "rdc" => {
                // "RDC", "rez-de-chaussée".
                if raw.next_if_eq(&"de").is_some() {
                    raw.next_if_eq(&"chaussee");
                }
                words.push("rez".to_owned());
            }
            "numero" if raw.peek().is_some_and(|next| is_digits(next)) => {}
            "er" | "re" | "ere" | "eme" | "ieme" | "nd" | "nde" if is_number(&words) => {}
            _ => words.extend(spelt_out(word).split(' ').map(str::to_owned)),
        }
    }
    words
}

fn is_digits(word: &str) -> bool {
    !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_digit())
}

/// "n° 4" is 4; an n without its sign may name a building.
fn without_number_signs(line: &str) -> String {
    let mut kept = String::with_capacity(line.len());
    for character in line.chars() {
        if matches!(character, '°' | 'º') {
            let mut before = kept.chars().rev();
            let is_n = before.next().is_some_and(|letter| matches!(letter, 'n' | 'N'));
            if is_n && before.next().is_none_or(|letter| !letter.is_alphabetic()) {
                kept.pop();
            }
            kept.push(' ');
        } else {
            kept.push(character);
        }
    }
    kept
}

/// "12bis" → "12", "bis"; drops leading zeros. A letter r adjacent to a number is a suffix, a separate
/// one may be a *rue*.
fn split_digits(token: &str) -> impl Iterator<Item = &str> {
    let mut rest = token;
    let mut after_digits = false;
    std::iter::from_fn(move || {
        let digits = rest.chars().next()?.is_ascii_digit();
        let end = rest.find(|c: char| c.is_ascii_digit() != digits).unwrap_or(rest.len());
        let (word, after) = rest.split_at(end);
        rest = after;
        let glued = std::mem::replace(&mut after_digits, digits);
        let trimmed = word.trim_start_matches('0');
        Some(match word {
            _ if digits && !trimmed.is_empty() => trimmed,
            "r" if glued => REPEATED_R,
            word => word,
        })
    })
}

/// The r of "12R", distinct from any one-letter word.
const REPEATED_R: &str = "-r";

/// Whether a line is a number without its street: "12", "12 bis", "12 14".
fn is_number(line: &[String]) -> bool {
    line.first().is_some_and(|word| is_digits(word))
        && line.iter().all(|word| is_digits(word) || is_repetition(word))
}

fn begins_a_street(line: &[String]) -> bool {
    line.first().is_some_and(|word| street_type(word).is_some())
}

/// Returns the start of the street name, if a numbered street begins at `place`.
fn numbered_street(line: &[String], place: usize) -> Option<usize> {
    let mut end = place;
    // "12", "12 14", "12 bis", "12 bis 14".
    while end < line.len() && (is_digits(&line[end]) || (end > place && is_repetition(&line[end]))) {
        // "12 r de la Paix": this r begins the street, it is no suffix.
        if end > place
            && !is_digits(&line[end])
            && street_type(&line[end]).is_some()
            && line.get(end + 1).is_some_and(|next| street_type(next).is_none())
        {
            break;
        }
        end += 1;
    }
    (end > place && line.get(end).is_some_and(|word| street_type(word).is_some())).then_some(end)
}

/// The components found so far.
#[derive(Default)]
struct Parts(Vec<String>);

impl Parts {
    /// Parses a line.
    fn take(&mut self, line: &[String]) {
        let mut open: Vec<String> = Vec::new();
        let mut place = 0;
        // Inside a street name, "tour", "porte" and "cité" are ordinary words.
        let mut in_street = false;
        while place < line.len() {
            let word = line[place].as_str();
            if let Some(name) = numbered_street(line, place).filter(|_| !in_street) {
                self.close(&mut open);
                open.extend(line[place..name].iter().cloned());
                open.extend(street_type(&line[name]).map(str::to_owned));
                (place, in_street) = (name + 1, true);
            } else if begins_a_line(word) && !follows_an_article(line, place) {
                // "2 résidence Bellevue": the number belongs to the residence.
                if !is_number(&open) {
                    self.close(&mut open);
                }
                open.push(if word == "lot" { "lotissement".to_owned() } else { word.to_owned() });
                (place, in_street) = (place + 1, false);
            } else if let Some(end) = unit(line, place) {
                self.close(&mut open);
                self.0.push(line[place..end].join(" "));
                (place, in_street) = (end, false);
            } else if let Some(floor) = floor(line, place) {
                self.close(&mut open);
                self.0.push(floor);
                (place, in_street) = (place + floor_length(line, place), false);
            } else if word == "e" && in_street && open.last().is_some_and(|before| is_digits(before)) {
                // "2e Division", "2ème Division".
                place += 1;
            } else {
                let begins = open.is_empty().then(|| street_type(word)).flatten();
                in_street |= begins.is_some();
                open.push(begins.unwrap_or(word).to_owned());
                place += 1;
            }
        }
        self.close(&mut open);
    }

    fn close(&mut self, open: &mut Vec<String>) {
        if !open.is_empty() {
            self.0.push(std::mem::take(open).join(" "));
        }
    }

    /// Sorts the components: their order carries no meaning.
    fn sorted(mut self) -> Vec<String> {
        self.0.sort_unstable();
        // One line repeated in two columns of a file.
        self.0.dedup();
        self.0
    }
}

/// "rue de la Résidence": the word is part of a name.
fn follows_an_article(line: &[String], place: usize) -> bool {
    place > 0 && matches!(line[place - 1].as_str(), "de" | "du" | "des" | "la" | "le" | "les" | "l" | "d")
}

/// "appartement 4", "batiment B 2": returns the end of the unit that begins here.
fn unit(line: &[String], place: usize) -> Option<usize> {
    if !is_unit(&line[place]) || follows_an_article(line, place) {
        return None;
    }
    let names_it = |word: &String| is_digits(word) || (word.len() == 1 && word.is_ascii());
    let first = place + 1;
    if !line.get(first).is_some_and(names_it) {
        return None;
    }
    // "bâtiment B 2", but "appartement 4 12 rue des Lilas".
    let second = first + 1;
    let has_second = line.get(second).is_some_and(names_it)
        && numbered_street(line, second).is_none()
        && floor_length(line, second) == 0;
    Some(second + usize::from(has_second))
}

/// "3 e etage", "3 etage", "rez": returns the floor that begins here.
fn floor(line: &[String], place: usize) -> Option<String> {
    match (floor_length(line, place), line[place].as_str()) {
        (0, _) => None,
        (1, word) => Some(word.to_owned()),
        (_, number) => Some(format!("etage {number}")),
    }
}

/// Returns the number of words of the floor that begins here.
fn floor_length(line: &[String], place: usize) -> usize {
    let number = is_digits(&line[place]);
    let word = |offset: usize| line.get(place + offset).map(String::as_str);
    match (number, word(1), word(2)) {
        (true, Some("etage"), _) => 2,
        (true, Some("e"), Some("etage")) => 3,
        (false, ..) if line[place] == "rez" => 1,
        _ => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_taken_apart_into_street_building_and_flat() {
        for (text, parts) in [
            ("12 bis av. de la République, Apt 04", &["12 bis avenue de la republique", "appartement 4"][..]),
            (
                "Rés. Les Lilas bât B, 12 rue St Jean",
                &["12 rue saint jean", "batiment b", "residence les lilas"],
            ),
            ("3ème étage, 5 R. du 11 novembre 1918", &["5 rue du 11 novembre 1918", "etage 3"]),
            ("12 rue de la Tour appt n° 7", &["12 rue de la tour", "appartement 7"]),
            ("Lieu-dit Les Granges", &["lieudit les granges"]),
            ("40 avenue de la Porte de Choisy", &["40 avenue de la porte de choisy"]),
            ("7 Allée du 8 Mai", &["7 allee du 8 mai"]),
            ("Apt 4 3e étage", &["appartement 4", "etage 3"]),
            ("2 résidence Bellevue, 14 lot. des Pins", &["14 lotissement des pins", "2 residence bellevue"]),
            ("12C Gambetta, n° 4", &["12 c gambetta", "4"]),
            ("", &[]),
        ] {
            assert_eq!(street(text), parts, "{text}");
        }
    }

    #[test]
    fn a_town_loses_its_cedex_and_its_district() {
        for (text, town) in [
            ("PARIS 12e ARRONDISSEMENT", "paris"),
            ("Lyon 3", "lyon"),
            ("Vitry s/ Seine CEDEX 2", "vitry sur seine"),
            ("St-Étienne", "saint etienne"),
            ("Saint-Quentin 02", "saint quentin 2"),
        ] {
            assert_eq!(city(text, "75012"), town, "{text}");
        }
    }
}
