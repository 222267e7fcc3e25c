//! Response headers of an export of the sent log.

use axum::http::{HeaderMap, HeaderName, HeaderValue, header};
use jiff::{Timestamp, tz::TimeZone};

use domain::{
    language::Language,
    sent_log::export::Format::{self, Csv, JsonLines},
};

/// Returns type, language and name of a file generated at an instant. `no-store`: it contains names of
/// families.
pub fn file_headers(format: Format, language: Language, now: Timestamp, zone: &TimeZone) -> HeaderMap {
    let kind = match format {
        Csv => "text/csv; charset=utf-8; header=present",
        JsonLines => JsonLines.media_type(),
    };
    let language = match format {
        Csv => Language::French,
        JsonLines => language,
    };
    // Letters, digits and hyphens only: no escaping, no user input.
    let made_at = now.to_zoned(zone.clone()).strftime("%Y-%m-%d-%H%M");
    let attachment = format!("attachment; filename=\"carillon-sms-{made_at}.{}\"", format.extension());
    let fixed = |name: HeaderName, value: &'static str| (name, HeaderValue::from_static(value));
    let mut headers = HeaderMap::from_iter([
        fixed(header::CONTENT_TYPE, kind),
        fixed(header::CONTENT_LANGUAGE, language.tag()),
        fixed(header::CACHE_CONTROL, "no-store"),
        fixed(header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    ]);
    if let Ok(attachment) = HeaderValue::from_str(&attachment) {
        headers.insert(header::CONTENT_DISPOSITION, attachment);
    }
    headers
}
