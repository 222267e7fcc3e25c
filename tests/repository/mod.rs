//! The rules of this repository, as tests.

mod alarms;
mod environment;
mod metrics;
pub(crate) mod routes;
mod template;
mod watch_router;

use std::{
    fs,
    path::{Path, PathBuf},
};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the tests have a parent").to_owned()
}

/// The files of the repository with this ending, by path from the root.
pub(crate) fn files(ending: &str) -> Vec<(String, String)> {
    fn visit(folder: &Path, ending: &str, found: &mut Vec<PathBuf>) {
        for entry in fs::read_dir(folder).expect("a readable folder") {
            let path = entry.expect("a readable entry").path();
            let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
            if path.is_dir() {
                if !matches!(name, "target" | ".git" | ".carillon") {
                    visit(&path, ending, found);
                }
            } else if name.ends_with(ending) {
                found.push(path);
            }
        }
    }
    let (root, mut found) = (root(), Vec::new());
    visit(&root, ending, &mut found);
    found.sort();
    let relative = |path: &PathBuf| {
        path.strip_prefix(&root).expect("below the root").to_str().expect("printable").to_owned()
    };
    found.iter().map(|path| (relative(path), fs::read_to_string(path).expect("a text file"))).collect()
}

#[test]
fn no_source_file_holds_more_than_five_hundred_lines() {
    for (path, text) in files(".rs") {
        let lines = text.lines().count();
        assert!(lines <= 500, "{path} has {lines} lines: two ideas in one file?");
    }
}

#[test]
fn every_source_file_begins_with_its_one_idea() {
    for (path, text) in files(".rs") {
        assert!(text.starts_with("//! "), "{path} does not say what it is");
    }
}

#[test]
fn no_name_says_nothing() {
    const EMPTY: [&str; 9] =
        ["util", "utils", "helper", "helpers", "common", "misc", "types", "models", "manager"];
    for (path, _) in files(".rs") {
        let says_nothing = path.trim_end_matches(".rs").split('/').any(|part| EMPTY.contains(&part));
        assert!(!says_nothing, "{path} has a name that says nothing");
    }
}

#[test]
fn nothing_is_ignored_or_left_for_later() {
    let unfinished = [
        concat!("TO", "DO"),
        concat!("FIX", "ME"),
        concat!("#[ig", "nore"),
        concat!("todo", "!("),
        concat!("unimplemented", "!("),
        concat!("dbg", "!("),
    ];
    for (path, text) in files(".rs") {
        for word in unfinished {
            assert!(!text.contains(word), "{path} has {word}");
        }
    }
}

/// A function is a folder, a package, a library and a `main.rs` that only wires.
#[test]
fn a_main_only_wires() {
    for (path, text) in files("main.rs").into_iter().filter(|(path, _)| path.starts_with("functions/")) {
        assert!(text.lines().count() <= 30, "{path} does more than wiring");
        assert!(!text.contains("if "), "{path} decides something");
    }
}

/// Links in documents refer to existing files.
#[test]
fn the_documents_point_at_files_that_exist() {
    for (document, text) in files(".md") {
        for target in text.split("](").skip(1).filter_map(|rest| rest.split(')').next()) {
            let file = target.split('#').next().unwrap_or_default();
            if file.is_empty() || file.contains("://") {
                continue;
            }
            let base = root().join(&document);
            let path = base.parent().expect("a folder").join(file);
            assert!(path.exists(), "{document} points at {target}");
        }
    }
}

#[test]
fn the_architecture_fits_on_a_hundred_and_fifty_lines() {
    let text = fs::read_to_string(root().join("ARCHITECTURE.md")).expect("ARCHITECTURE.md");
    assert!(text.lines().count() <= 150);
}

#[test]
fn every_crate_is_there_for_a_reason_and_declared_once() {
    // A separate workspace is not part of the service: it serves as a comparison.
    let members = files("Cargo.toml").into_iter().filter(|(_, text)| !text.contains("\n[workspace]\n"));
    for (path, text) in members.filter(|(path, _)| path != "Cargo.toml") {
        let versions = text.lines().filter(|line| line.contains("version = \"") || line.contains("= \"^"));
        assert_eq!(versions.count(), 0, "{path} names a version that the root does not");
    }
}
