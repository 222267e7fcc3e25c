//! The format of AWS signatures (Signature Version 4).
//!
//! Only the format is checked: the keys of this machine are no secret.

use axum::http::{HeaderMap, header};

/// Errors of a signature.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Flaw {
    Missing,
    /// Malformed, or for another service.
    Wrong,
}

/// Checks the signature of a request to a service.
pub(super) fn check(headers: &HeaderMap, service: &str) -> Result<(), Flaw> {
    let text = |name| headers.get(name).and_then(|value| value.to_str().ok());
    let authorization = text(header::AUTHORIZATION.as_str()).ok_or(Flaw::Missing)?;
    let date = text("x-amz-date").ok_or(Flaw::Missing)?;
    let fields = authorization.strip_prefix("AWS4-HMAC-SHA256 ").ok_or(Flaw::Wrong)?;
    let field = |name: &str| {
        let mut all = fields.split(',').filter_map(|field| field.trim().split_once('='));
        all.find_map(|(key, value)| (key == name).then_some(value)).ok_or(Flaw::Wrong)
    };
    let scope: Vec<_> = field("Credential")?.split('/').collect();
    let &[key, day, region, of_service, "aws4_request"] = scope.as_slice() else { return Err(Flaw::Wrong) };
    let is_scope =
        !key.is_empty() && !region.is_empty() && of_service == service && date.get(..8) == Some(day);
    let signed: Vec<_> = field("SignedHeaders")?.split(';').collect();
    let covers = ["host", "x-amz-date"].iter().all(|name| signed.contains(name));
    let signature = field("Signature")?;
    let is_digest = signature.len() == 64 && signature.bytes().all(|byte| byte.is_ascii_hexdigit());
    if is_scope && covers && is_digest { Ok(()) } else { Err(Flaw::Wrong) }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    /// The headers of a signed request to a service.
    pub fn signed(service: &str) -> [(&'static str, String); 2] {
        let signature = "0f".repeat(32);
        let authorization = format!(
            "AWS4-HMAC-SHA256 Credential=AKID/20261124/eu-west-3/{service}/aws4_request, \
             SignedHeaders=content-type;host;x-amz-date, Signature={signature}"
        );
        [("authorization", authorization), ("x-amz-date", "20261124T080000Z".to_owned())]
    }

    fn flaw(change: impl Fn(String) -> String) -> Option<Flaw> {
        let mut headers = HeaderMap::new();
        for (name, value) in signed("sns") {
            headers.insert(name, change(value).parse().unwrap());
        }
        check(&headers, "sns").err()
    }

    #[test]
    fn a_signature_is_for_one_service_one_day_and_the_whole_request() {
        assert_eq!(flaw(|value| value), None);
        assert_eq!(check(&HeaderMap::new(), "sns"), Err(Flaw::Missing));
        for (right, wrong) in [
            ("/sns/", "/sms-voice/"),
            ("AKID/20261124", "AKID/20261123"),
            ("host;", ""),
            ("0f0f", "0f"),
            ("AWS4-HMAC-SHA256", "Bearer"),
            ("aws4_request", "aws5_request"),
        ] {
            assert_eq!(flaw(|value| value.replacen(right, wrong, 1)), Some(Flaw::Wrong), "{wrong}");
        }
    }
}
