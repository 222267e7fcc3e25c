//! Forms and query strings, as carriers read and write them.

use std::collections::BTreeMap;

use form_urlencoded::{Serializer, parse};

/// Fields by their names. `None` when one comes twice: no request of ours means that.
pub(super) fn read(form: &[u8]) -> Option<BTreeMap<String, String>> {
    let mut fields = BTreeMap::new();
    for (name, value) in parse(form) {
        if fields.insert(name.into_owned(), value.into_owned()).is_some() {
            return None;
        }
    }
    Some(fields)
}

/// The pairs as a form, in their order.
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
