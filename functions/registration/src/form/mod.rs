//! `GET /v1/registration/form`: the form that a school prints, signs and returns.

mod content;
mod html;
mod pdf;

use api::{AdminOf, Problem, documentation::Binary};
use axum::{
    extract::State,
    http::{HeaderMap, header},
    response::{IntoResponse, Response},
};

use self::content::FormContent;
use crate::{deps::Deps, not_registered::not_registered};

/// The form is in French, for its signatories.
const LANGUAGE: (header::HeaderName, &str) = (header::CONTENT_LANGUAGE, "fr");
/// The form holds the school's personal data.
const NO_STORE: (header::HeaderName, &str) = (header::CACHE_CONTROL, "no-store");

/// Get the registration form
///
/// To print, sign and return, in French. `Accept` selects PDF or HTML.
#[utoipa::path(
    get,
    path = "/v1/registration/form",
    operation_id = "getRegistrationForm",
    tag = "registration",
    security(("bearer" = ["admin"])),
    responses(
        (
            status = OK,
            description = "The form.",
            content((Binary = "application/pdf"), (String = "text/html")),
        ),
        (status = NOT_FOUND, description = "The school has no registration."),
    ),
)]
pub(crate) async fn show(
    AdminOf(tenant): AdminOf,
    State(deps): State<Deps>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let standing = deps.table.standing(tenant.school).await?;
    let registration = standing.registration.ok_or_else(not_registered)?;
    let content = FormContent::new(&registration, standing.school.as_ref());
    let negotiated = [LANGUAGE, NO_STORE, (header::VARY, "accept")];
    if prefers_html(&headers) {
        let page = html::render(&content).into_string();
        let kind = [(header::CONTENT_TYPE, "text/html; charset=utf-8")];
        return Ok((negotiated, kind, page).into_response());
    }
    let document = pdf::render(&content).map_err(Problem::internal)?;
    let kind = [
        (header::CONTENT_TYPE, "application/pdf"),
        (header::CONTENT_DISPOSITION, "inline; filename=\"inscription-sms.pdf\""),
    ];
    Ok((negotiated, kind, document).into_response())
}

/// Whether the client is a browser: browsers name HTML before everything else. Programs get the PDF.
fn prefers_html(headers: &HeaderMap) -> bool {
    let accept = headers.get(header::ACCEPT).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let place = |kind: &str| accept.split(',').position(|range| range.trim_start().starts_with(kind));
    match (place("text/html"), place("application/pdf")) {
        (Some(html), Some(pdf)) => html < pdf,
        (html, _) => html.is_some(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_browser_gets_html_and_a_program_the_pdf() {
        let html = |accept: &'static str| {
            let value = header::HeaderValue::from_static(accept);
            prefers_html(&HeaderMap::from_iter([(header::ACCEPT, value)]))
        };
        assert!(html("text/html,application/xhtml+xml,*/*;q=0.8"));
        assert!(html("text/html, application/pdf"));
        assert!(!html("application/pdf, text/html"));
        assert!(!html("*/*"));
        assert!(!prefers_html(&HeaderMap::new()));
    }
}
