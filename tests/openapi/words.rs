//! The document speaks the field's words: operations are verbs with an object, schemas are nouns.

use serde_json::Value;

use super::{of_the_code, operations};

/// What an English sentence of the document does without: clauses about no one in particular, and figures of speech.
const FOREIGN: [&str; 20] = [
    "somebody",
    "someone",
    "nobody",
    "everybody",
    "anybody",
    "whoever",
    "told",
    "tells",
    "asked",
    "kept",
    "anew",
    "as it was",
    "how far",
    "put away",
    "take back",
    "call back",
    "turn down",
    "goes on",
    "left out",
    "written down",
];
/// What operations begin with.
const VERBS: [&str; 30] = [
    "acknowledge",
    "apply",
    "archive",
    "cancel",
    "close",
    "confirm",
    "create",
    "delete",
    "download",
    "duplicate",
    "export",
    "get",
    "import",
    "list",
    "measure",
    "plan",
    "preview",
    "receive",
    "refresh",
    "refuse",
    "reopen",
    "replace",
    "resend",
    "restore",
    "resume",
    "send",
    "suspend",
    "undo",
    "update",
    "withdraw",
];

/// Every sentence of a part, with its place. Examples and the descriptions of problems hold what users read.
fn sentences(part: &Value, place: &str, found: &mut Vec<(String, String)>) {
    for (name, member) in part.as_object().into_iter().flatten() {
        let place = format!("{place}/{name}");
        match member.as_str() {
            Some(text) if ["summary", "description"].contains(&name.as_str()) => {
                // Between backticks stand fields and their values.
                let words: Vec<_> = text.split('`').step_by(2).collect();
                found.push((place, words.join(" ").to_lowercase()));
            }
            _ if ["example", "examples"].contains(&name.as_str()) => {}
            _ if place == "/components/responses" => {}
            _ => sentences(member, &place, found),
        }
    }
    for (index, item) in part.as_array().into_iter().flatten().enumerate() {
        sentences(item, &format!("{place}/{index}"), found);
    }
}

#[test]
fn no_sentence_has_a_word_that_the_field_does_without() {
    let mut found = Vec::new();
    sentences(&of_the_code(), "", &mut found);
    assert!(found.len() > 400, "the sentences were found");
    let whole = |text: &str, words: &str| {
        let spaced: String =
            text.chars().map(|sign| if sign.is_alphanumeric() { sign } else { ' ' }).collect();
        format!(" {spaced} ").contains(&format!(" {words} "))
    };
    let foreign: Vec<_> = found
        .iter()
        .filter(|(_, text)| FOREIGN.iter().any(|words| whole(text, words)))
        .map(|(place, text)| format!("{place}: {text}"))
        .collect();
    assert!(foreign.is_empty(), "{}", foreign.join("\n"));
}

#[test]
fn operations_are_verbs_and_schemas_are_nouns() {
    let document = of_the_code();
    for (method, path, operation) in operations(&document) {
        let name = operation["operationId"].as_str().unwrap_or_default();
        let verb = VERBS.iter().find(|verb| name.starts_with(**verb));
        let has_an_object =
            verb.is_some_and(|verb| name[verb.len()..].starts_with(|sign: char| sign.is_ascii_uppercase()));
        assert!(has_an_object, "{method} {path}: {name} is no verb with an object");
        assert!(name.chars().all(|sign| sign.is_ascii_alphanumeric()), "{name} is not in camel case");
        let summary = operation["summary"].as_str().unwrap_or_default().to_lowercase();
        assert!(verb.is_some_and(|verb| summary.starts_with(verb)), "{name} is summed up as: {summary}");
    }
    for name in document["components"]["schemas"].as_object().expect("schemas").keys() {
        let is_a_noun = name.starts_with(|sign: char| sign.is_ascii_uppercase())
            && name.chars().all(|sign| sign.is_ascii_alphanumeric())
            && !name.ends_with("Body")
            && !name.contains("ListOf");
        assert!(is_a_noun, "{name} is no noun of the field");
    }
}
