//! Which function a path belongs to, from what the functions say of themselves.

use std::{collections::BTreeMap, sync::LazyLock};

use utoipa::openapi::OpenApi;

use crate::{
    http_function::{HttpFunction, STREAMING},
    wiring::Wiring,
};

/// The functions that answer HTTP, each with its documentation.
pub fn documents() -> &'static [(&'static str, OpenApi)] {
    static DOCUMENTS: LazyLock<[(&str, OpenApi); HttpFunction::<Wiring>::ALL.len()]> = LazyLock::new(|| {
        HttpFunction::<Wiring>::ALL.map(|function| (function.name, (function.documentation)()))
    });
    &*DOCUMENTS
}

fn paths() -> impl Iterator<Item = (&'static str, &'static str)> {
    documents().iter().flat_map(|(function, document)| {
        document.paths.paths.keys().map(move |path| (path.as_str(), *function))
    })
}

/// The first part of a path below `/v1/`.
pub fn first_part(path: &str) -> Option<&str> {
    path.strip_prefix("/v1/")?.split('/').next()
}

/// The function that a path belongs to: as behind API Gateway, all paths with one first part belong to one function,
/// but for those that stream.
pub fn function_of(path: &str) -> Option<&'static str> {
    static BY_FIRST_PART: LazyLock<BTreeMap<&str, &str>> = LazyLock::new(|| {
        paths()
            .filter(|(_, function)| *function != STREAMING)
            .filter_map(|(path, function)| Some((first_part(path)?, function)))
            .collect()
    });
    let is_streamed = paths().any(|(pattern, function)| function == STREAMING && takes(pattern, path));
    if is_streamed { Some(STREAMING) } else { BY_FIRST_PART.get(first_part(path)?).copied() }
}

/// Whether a path of API Gateway or of a router takes another one: `{proxy+}` and `{*rest}` are any rest, `{id}` is
/// any one part.
pub fn takes(pattern: &str, path: &str) -> bool {
    let (mut pattern, mut path) = (pattern.split('/'), path.split('/'));
    loop {
        match (pattern.next(), path.next()) {
            (None, None) => return true,
            (Some(part), Some(_)) if part.ends_with("+}") || part.starts_with("{*") => return true,
            (Some(part), Some(given)) if part == given || part.starts_with('{') => {}
            _ => return false,
        }
    }
}
