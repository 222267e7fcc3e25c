//! Content negotiation with `Accept` (RFC 9110, 12.5.1).

use axum::http::{HeaderMap, header};

/// Returns the preferred kind of those offered: on equal weight the earlier one, and the first if none
/// is acceptable.
pub fn most_wanted<'k>(headers: &HeaderMap, kinds: &[&'k str]) -> &'k str {
    let values: Vec<&str> =
        headers.get_all(header::ACCEPT).iter().filter_map(|value| value.to_str().ok()).collect();
    let ranges: Vec<Range<'_>> = values.iter().flat_map(|value| value.split(',')).map(Range::parse).collect();
    let mut best = (kinds.first().copied().unwrap_or_default(), 0.0_f32);
    for kind in kinds {
        let weight = weight(&ranges, kind);
        if weight > best.1 {
            best = (kind, weight);
        }
    }
    best.0
}

/// `text/*;q=0.5`.
struct Range<'r> {
    kind: &'r str,
    weight: f32,
}

impl<'r> Range<'r> {
    fn parse(text: &'r str) -> Self {
        let mut parts = text.split(';').map(str::trim);
        let kind = parts.next().unwrap_or_default();
        let told = parts.find_map(|parameter| {
            let (name, value) = parameter.split_once('=')?;
            name.trim().eq_ignore_ascii_case("q").then(|| value.trim().parse().unwrap_or(0.0))
        });
        Self { kind, weight: told.unwrap_or(1.0) }
    }

    /// Returns the specificity of a match; `None` without a match.
    fn exactness(&self, kind: &str) -> Option<u8> {
        let family = kind.split('/').next().unwrap_or_default();
        if self.kind.eq_ignore_ascii_case(kind) {
            Some(2)
        } else if self.kind.strip_suffix("/*").is_some_and(|wanted| wanted.eq_ignore_ascii_case(family)) {
            Some(1)
        } else {
            (self.kind == "*/*").then_some(0)
        }
    }
}

/// Returns the weight of the most specific matching range.
fn weight(ranges: &[Range<'_>], kind: &str) -> f32 {
    let meant = ranges.iter().filter_map(|range| Some((range.exactness(kind)?, range.weight)));
    meant.max_by_key(|(exactness, _)| *exactness).map_or(0.0, |(_, weight)| weight)
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::*;

    #[test]
    fn the_heaviest_kind_wins_and_the_first_where_none_is_wanted() {
        const KINDS: [&str; 3] = ["application/json", "text/csv", "application/x-ndjson"];
        for (accept, expected) in [
            ("", 0),
            ("*/*", 0),
            ("text/html", 0),
            ("text/html,application/xhtml+xml,*/*;q=0.8", 0),
            ("text/csv", 1),
            ("Text/CSV; q=0.5", 1),
            ("text/*", 1),
            ("text/csv;q=0", 0),
            ("text/csv;q=0.5, application/json;q=0.9", 0),
            ("text/csv;q=0.9, application/json;q=0.5", 1),
            ("text/csv, application/json", 0),
            ("text/csv, */*;q=0.1", 1),
            ("application/x-ndjson, text/csv;q=0.9", 2),
            ("application/*;q=0.2, application/x-ndjson;q=0.3", 2),
            ("text/csv;q=nonsense", 0),
        ] {
            let headers = HeaderMap::from_iter([(header::ACCEPT, HeaderValue::from_str(accept).unwrap())]);
            assert_eq!(most_wanted(&headers, &KINDS), KINDS[expected], "{accept}");
        }
        assert_eq!(most_wanted(&HeaderMap::new(), &KINDS), KINDS[0]);
    }
}
