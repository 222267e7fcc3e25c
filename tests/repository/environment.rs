//! The template gives each function the variables that its code reads, and no other.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
};

use super::{files, root};
use crate::template::{FunctionResource, Template, folders};

/// The variables read by each function of `runtime::environment`, and its calls of others.
#[derive(Default)]
struct Readers(BTreeMap<String, Reader>);

#[derive(Default)]
struct Reader {
    variables: BTreeSet<String>,
    calls: BTreeSet<String>,
}

impl Readers {
    /// Parses the one module that reads the environment. rustfmt gives every item its own first and last
    /// line.
    fn of_the_environment() -> Self {
        let sources =
            files(".rs").into_iter().filter(|(path, _)| path.starts_with("shared/runtime/src/environment/"));
        let code: String = sources
            .map(|(_, text)| text.split("#[cfg(test)]").next().unwrap_or_default().to_owned())
            .collect::<Vec<_>>()
            .join("\n");
        let names: BTreeMap<&str, &str> = code.lines().filter_map(name_of_a_variable).collect();
        let mut readers = Self::default();
        let mut current: Option<(String, Reader)> = None;
        for line in code.lines() {
            if let Some(name) = function_that_begins(line) {
                current = Some((name.to_owned(), Reader::default()));
                continue;
            }
            let Some((_, reader)) = &mut current else { continue };
            reader.calls.extend(calls(line).map(str::to_owned));
            reader.variables.extend(words(line).filter_map(|word| {
                let variable = names.get(word).copied().unwrap_or(word);
                variable.starts_with("CARILLON_").then(|| variable.to_owned())
            }));
            if line == "}" {
                readers.0.extend(current.take());
            }
        }
        readers
    }

    /// All variables that a function of the module may read.
    fn variables(&self, function: &str) -> BTreeSet<String> {
        let (mut found, mut waiting, mut seen) =
            (BTreeSet::new(), vec![function.to_owned()], BTreeSet::new());
        while let Some(name) = waiting.pop() {
            if let Some(reader) = self.0.get(&name).filter(|_| seen.insert(name.clone())) {
                found.extend(reader.variables.iter().cloned());
                waiting.extend(reader.calls.iter().cloned());
            }
        }
        found
    }
}

/// `fn table(aws: &Aws) …` at the beginning of a line, with its visibility.
fn function_that_begins(line: &str) -> Option<&str> {
    let rest = line.trim_start_matches("pub(super) ").trim_start_matches("pub ").strip_prefix("fn ")?;
    rest.split('(').next()
}

/// `const CARRIERS: &str = "CARILLON_CARRIERS";`
fn name_of_a_variable(line: &str) -> Option<(&str, &str)> {
    let (name, rest) = line.trim().strip_prefix("const ")?.split_once(": &str = \"")?;
    Some((name, rest.strip_suffix("\";")?))
}

fn words(line: &str) -> impl Iterator<Item = &str> {
    line.split(|sign: char| !(sign.is_ascii_alphanumeric() || sign == '_'))
}

/// The names before an opening parenthesis, except those of methods.
fn calls(line: &str) -> impl Iterator<Item = &str> {
    line.match_indices('(').filter_map(|(open, _)| {
        let before = &line[..open];
        let name = words(before).last().filter(|name| !name.is_empty())?;
        (!before[..before.len() - name.len()].ends_with('.')).then_some(name)
    })
}

/// The functions of `environment` called by a `main`.
fn asked_by(function: &str) -> BTreeSet<String> {
    let main = fs::read_to_string(root().join(format!("functions/{function}/src/main.rs"))).expect("a main");
    let asked = main.split("environment::").skip(1).filter_map(|rest| rest.split_once('('));
    asked.map(|(name, _)| name.to_owned()).collect()
}

/// Variables that AWS must never have: simulated numbers would go to real carriers.
const OF_A_DEVELOPER: &str = "CARILLON_SIMULATED_WORLD";

/// All variables that a function reads.
fn read_by(function: &str, readers: &Readers) -> BTreeSet<String> {
    let asked = asked_by(function);
    assert!(asked.contains("aws") && asked.iter().all(|name| readers.0.contains_key(name)), "{asked:?}");
    asked.iter().flat_map(|name| readers.variables(name)).collect()
}

#[test]
fn each_function_gets_the_variables_that_it_reads_and_no_other() {
    let (template, readers) = (Template::read(), Readers::of_the_environment());
    for function in FunctionResource::all(&template) {
        let mut read = read_by(&function.name, &readers);
        read.remove(OF_A_DEVELOPER);
        let given: BTreeSet<String> = function.environment().keys().map(|name| (*name).to_owned()).collect();
        assert_eq!(read, given, "{}", function.name);
        println!("environment: {}: {}", function.name, Vec::from_iter(given).join(" "));
    }
}

#[test]
fn cargo_lambda_watch_sets_no_variable_that_nobody_reads() {
    let manifest = fs::read_to_string(root().join("Cargo.toml")).expect("the manifest");
    let section = manifest.split("[workspace.metadata.lambda.env]\n").nth(1).expect("an environment");
    let lines = section.lines().take_while(|line| !line.starts_with('['));
    let readers = Readers::of_the_environment();
    let read: BTreeSet<String> = folders().iter().flat_map(|function| read_by(function, &readers)).collect();
    let set: Vec<&str> = lines.filter_map(|line| line.split_once(" = ")).map(|(name, _)| name).collect();
    for name in set.iter().filter(|name| name.starts_with("CARILLON_")) {
        assert!(read.contains(*name), "{name}");
    }
    assert!(set.contains(&"CARILLON_TABLE"), "they were found");
}

#[test]
fn what_a_reader_reads_is_found_through_those_it_calls() {
    let readers = Readers::of_the_environment();
    let of = |function| Vec::from_iter(readers.variables(function));
    assert_eq!(of("table"), ["CARILLON_TABLE"]);
    assert_eq!(of("queue"), ["CARILLON_CARRIERS", "CARILLON_PARTS_PER_SECOND", "CARILLON_QUEUE_URL"]);
    assert_eq!(of("bridge_key"), ["CARILLON_BRIDGE_KEY_SECRET", "CARILLON_CARRIERS"]);
    assert_eq!(of("clock"), [""; 0]);
}
