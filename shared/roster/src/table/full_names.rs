//! First and last name in one cell.

use domain::{directory::ClassName, line::folded};

/// A name in one cell, split.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct SplitName {
    pub first: String,
    pub last: String,
}

/// Splits `DA SILVA COSTA Emma`, `Emma MARTIN`, `M. DE LA TOUR Jean`: capitals are the last name. Without capitals the
/// first word is the last name, as French software sorts.
pub(super) fn split(cell: &str) -> Option<SplitName> {
    const TITLES: [&str; 10] =
        ["m", "mr", "mme", "mlle", "mrs", "ms", "monsieur", "madame", "mademoiselle", "melle"];
    let words: Vec<&str> = cell.split_whitespace().collect();
    let words = match words.as_slice() {
        [title, rest @ ..] if TITLES.contains(&folded(title).as_str()) => rest,
        all => all,
    };
    let is_capital = |word: &&str| {
        word.chars().any(char::is_alphabetic)
            && !word.chars().any(char::is_lowercase)
            && word.chars().count() > 1
    };
    let capitals = words.iter().filter(|word| is_capital(word)).count();
    let (last, first): (Vec<&str>, Vec<&str>) = if capitals == 0 || capitals == words.len() {
        let (last, first) = words.split_at(1.min(words.len()));
        (last.to_vec(), first.to_vec())
    } else {
        words.iter().partition(|word| is_capital(word))
    };
    (!last.is_empty() && !first.is_empty())
        .then(|| SplitName { first: first.join(" "), last: last.join(" ") })
}

/// A child in a cell, with the class in brackets: `MARTIN Emma (6A)`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct NamedChild {
    pub name: String,
    pub class: Option<ClassName>,
}

/// The children of a cell, one a line or with a separator.
pub(super) fn children(cell: &str) -> Vec<NamedChild> {
    let separate = |c: char| matches!(c, '\n' | '\r' | '|' | '/' | '+' | ';' | ',');
    let children = cell.split(separate).flat_map(|part| part.split(" et ")).map(str::trim);
    children
        .filter(|child| !child.is_empty())
        .map(|child| match child.strip_suffix(')').and_then(|child| child.rsplit_once('(')) {
            Some((name, class)) => {
                NamedChild { name: name.trim().to_owned(), class: ClassName::parse(class).ok() }
            }
            None => NamedChild { name: child.to_owned(), class: None },
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_in_one_cell_are_split_by_their_capitals() {
        for (cell, last, first) in [
            ("DA SILVA COSTA Emma", "DA SILVA COSTA", "Emma"),
            ("MARTIN Emma", "MARTIN", "Emma"),
            ("Emma MARTIN", "MARTIN", "Emma"),
            ("M. DE LA TOUR Jean", "DE LA TOUR", "Jean"),
            ("NGUYEN Minh Anh", "NGUYEN", "Minh Anh"),
            ("LEFÈVRE-O'BRIEN Zoé", "LEFÈVRE-O'BRIEN", "Zoé"),
            ("Martin Emma", "Martin", "Emma"),
        ] {
            let name = split(cell).unwrap();
            assert_eq!((name.last.as_str(), name.first.as_str()), (last, first), "{cell}");
        }
        assert_eq!(split("MARTIN"), None);
        let found = children("MARTIN Emma (6A), MARTIN Hugo (4B)");
        assert_eq!(
            found.iter().map(|child| child.name.as_str()).collect::<Vec<_>>(),
            ["MARTIN Emma", "MARTIN Hugo"]
        );
        assert_eq!(found[1].class, ClassName::parse("4B").ok());
    }
}
