//! Forms and query strings in the carriers' encoding.

use std::collections::BTreeMap;

use form_urlencoded::{Serializer, parse};

/// Fields by name. `None` if a field is repeated: none of our requests repeats one.
pub(super) fn read(form: &[u8]) -> Option<BTreeMap<String, String>> {
    let mut fields = BTreeMap::new();
    for (name, value) in parse(form) {
        if fields.insert(name.into_owned(), value.into_owned()).is_some() {
            return None;
        }
    }
    Some(fields)
}

/// Encodes the pairs in order.
pub(super) fn write(pairs: &[(&str, String)]) -> String {
    pairs
        .iter()
        .fold(Serializer::new(String::new()), |mut form, (name, value)| {
            form.append_pair(name, value);
            form
        })
        .finish()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_reads_back_and_nothing_comes_twice() {
        let form = write(&[("To", "+33639981234".to_owned()), ("Body", "À 8 h & plus".to_owned())]);
        let fields = read(form.as_bytes()).unwrap();
        assert_eq!(fields["To"], "+33639981234");
        assert_eq!(fields["Body"], "À 8 h & plus");
        assert_eq!(read(b"To=1&To=2"), None);
    }
}
