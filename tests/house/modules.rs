//! The modules of one crate, and which of them name which others.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
};

use syn::{
    Attribute, Item, Macro, UseTree,
    visit::{self, Visit},
};

/// A module by its path below the crate's root, which is empty itself.
pub(super) type ModulePath = Vec<String>;

/// What a file says of its module.
#[derive(Default)]
struct Module {
    /// The names of the items that it defines.
    items: BTreeSet<String>,
    /// What it imports or hands on: the name here, and the path that it stands for.
    imports: BTreeMap<String, Vec<String>>,
    /// The modules whose every name it takes in.
    globs: Vec<Vec<String>>,
    /// The paths that its own code names, imports included and re-exports left out.
    named: BTreeSet<Vec<String>>,
}

/// The files of one crate as modules.
pub(super) struct Crate {
    modules: BTreeMap<ModulePath, Module>,
}

impl Crate {
    /// Reads a crate from the file of its root.
    pub(super) fn read(root: &Path) -> Self {
        let mut this = Self { modules: BTreeMap::new() };
        this.read_file(root, root.parent().expect("a folder"), Vec::new());
        this
    }

    /// How many modules it has, its root included.
    pub(super) fn len(&self) -> usize {
        self.modules.len()
    }

    fn read_file(&mut self, file: &Path, folder: &Path, path: ModulePath) {
        let text = fs::read_to_string(file).expect("a source file");
        let parsed = syn::parse_file(&text).unwrap_or_else(|error| panic!("{}: {error}", file.display()));
        let mut module = Module::default();
        let mut children = Vec::new();
        for item in &parsed.items {
            if is_for_tests(attributes(item)) {
                continue;
            }
            if let Item::Mod(child) = item {
                let name = child.ident.to_string();
                match &child.content {
                    None => children.push((name, path_attribute(&child.attrs))),
                    // A module inside the file is part of the file.
                    Some((_, items)) => items.iter().for_each(|item| module.take(item)),
                }
                continue;
            }
            module.take(item);
        }
        self.modules.insert(path.clone(), module);
        for (name, file) in children {
            let found = file.map(|file| folder.join(file)).unwrap_or_else(|| file_of(folder, &name));
            let inner = if found.ends_with("mod.rs") {
                found.parent().expect("a folder").to_owned()
            } else {
                folder.join(&name)
            };
            let mut child = path.clone();
            child.push(name);
            self.read_file(&found, &inner, child);
        }
    }

    /// Which modules name an item of which others: the module that defines it, wherever it was handed on.
    pub(super) fn arrows(&self) -> BTreeSet<(ModulePath, ModulePath)> {
        let mut arrows = BTreeSet::new();
        for (from, module) in &self.modules {
            for named in &module.named {
                if let Some(to) = self.definer(from, named, 0)
                    && to != *from
                {
                    arrows.insert((from.clone(), to));
                }
            }
        }
        arrows
    }

    /// The module that defines what a path names, seen from a module; none outside the crate.
    fn definer(&self, from: &ModulePath, path: &[String], depth: u8) -> Option<ModulePath> {
        const LONGEST_CHAIN: u8 = 12;
        if depth > LONGEST_CHAIN {
            return None;
        }
        let (mut at, rest) = self.start(from, path)?;
        for (index, name) in rest.iter().enumerate() {
            let mut child = at.clone();
            child.push(name.clone());
            if self.modules.contains_key(&child) {
                at = child;
                continue;
            }
            let module = &self.modules[&at];
            if module.items.contains(name) {
                return Some(at);
            }
            if let Some(import) = module.imports.get(name) {
                let mut longer = import.clone();
                longer.extend_from_slice(&rest[index + 1..]);
                return self.definer(&at, &longer, depth + 1);
            }
            return module.globs.iter().find_map(|glob| {
                let mut longer = glob.clone();
                longer.extend_from_slice(&rest[index..]);
                self.definer(&at, &longer, depth + 1)
            });
        }
        Some(at)
    }

    /// Where a path begins: `crate`, `self`, `super`, or a name that is in scope.
    fn start<'p>(&self, from: &ModulePath, path: &'p [String]) -> Option<(ModulePath, &'p [String])> {
        let (first, rest) = path.split_first()?;
        match first.as_str() {
            "crate" => Some((Vec::new(), rest)),
            "self" => Some((from.clone(), rest)),
            "super" => {
                let ups = path.iter().take_while(|name| *name == "super").count();
                Some((from[..from.len().checked_sub(ups)?].to_vec(), &path[ups..]))
            }
            _ => {
                let module = &self.modules[from];
                let mut child = from.clone();
                child.push(first.clone());
                let is_here = self.modules.contains_key(&child)
                    || module.items.contains(first)
                    || module.imports.contains_key(first)
                    || !module.globs.is_empty();
                is_here.then(|| (from.clone(), path))
            }
        }
    }
}

impl Module {
    fn take(&mut self, item: &Item) {
        if is_for_tests(attributes(item)) {
            return;
        }
        if let Item::Use(import) = item {
            let is_handed_on = !matches!(import.vis, syn::Visibility::Inherited);
            self.import(&import.tree, Vec::new(), is_handed_on);
            return;
        }
        if let Some(name) = name_of(item) {
            self.items.insert(name);
        }
        Paths(self).visit_item(item);
    }

    fn import(&mut self, tree: &UseTree, mut prefix: Vec<String>, is_handed_on: bool) {
        match tree {
            UseTree::Path(path) => {
                prefix.push(path.ident.to_string());
                self.import(&path.tree, prefix, is_handed_on);
            }
            UseTree::Group(group) => {
                group.items.iter().for_each(|tree| self.import(tree, prefix.clone(), is_handed_on));
            }
            UseTree::Glob(_) => self.globs.push(prefix),
            UseTree::Name(name) if name.ident == "self" => {
                self.note(prefix.last().cloned(), prefix, is_handed_on);
            }
            UseTree::Name(name) => {
                prefix.push(name.ident.to_string());
                self.note(prefix.last().cloned(), prefix, is_handed_on);
            }
            UseTree::Rename(rename) => {
                if rename.ident != "self" {
                    prefix.push(rename.ident.to_string());
                }
                self.note(Some(rename.rename.to_string()), prefix, is_handed_on);
            }
        }
    }

    fn note(&mut self, name: Option<String>, path: Vec<String>, is_handed_on: bool) {
        let Some(name) = name else { return };
        if !is_handed_on {
            self.named.insert(path.clone());
        }
        self.imports.insert(name, path);
    }
}

/// The paths inside an item.
struct Paths<'m>(&'m mut Module);

impl Paths<'_> {
    /// A single name is an import's, a local one's or the prelude's.
    fn note(&mut self, segments: Vec<String>) {
        if segments.len() > 1 {
            self.0.named.insert(segments);
        }
    }
}

impl<'ast> Visit<'ast> for Paths<'_> {
    fn visit_path(&mut self, path: &'ast syn::Path) {
        self.note(path.segments.iter().map(|segment| segment.ident.to_string()).collect());
        visit::visit_path(self, path);
    }

    /// Who may see an item names nobody.
    fn visit_visibility(&mut self, _: &'ast syn::Visibility) {}

    /// The words of a macro's input: `crate::…`, `super::…` and modules in scope.
    fn visit_macro(&mut self, call: &'ast Macro) {
        self.visit_path(&call.path);
        let text = call.tokens.to_string().replace(" :: ", "::");
        for word in text.split(|sign: char| !(sign.is_alphanumeric() || sign == '_' || sign == ':')) {
            if word.contains("::") {
                self.note(word.split("::").filter(|part| !part.is_empty()).map(str::to_owned).collect());
            }
        }
    }

    fn visit_item_use(&mut self, import: &'ast syn::ItemUse) {
        self.0.import(&import.tree, Vec::new(), false);
    }

    fn visit_item(&mut self, item: &'ast Item) {
        if !is_for_tests(attributes(item)) {
            visit::visit_item(self, item);
        }
    }
}

fn file_of(folder: &Path, name: &str) -> PathBuf {
    let flat = folder.join(format!("{name}.rs"));
    if flat.exists() { flat } else { folder.join(name).join("mod.rs") }
}

fn path_attribute(attributes: &[Attribute]) -> Option<String> {
    let attribute = attributes.iter().find(|attribute| attribute.path().is_ident("path"))?;
    let syn::Meta::NameValue(pair) = &attribute.meta else { return None };
    let syn::Expr::Lit(literal) = &pair.value else { return None };
    let syn::Lit::Str(text) = &literal.lit else { return None };
    Some(text.value())
}

/// Whether something is compiled for tests only.
fn is_for_tests(attributes: &[Attribute]) -> bool {
    attributes.iter().any(|attribute| {
        let syn::Meta::List(list) = &attribute.meta else { return false };
        list.path.is_ident("cfg")
            && list.tokens.to_string().split(|c: char| !c.is_alphanumeric()).any(|word| word == "test")
    })
}

fn attributes(item: &Item) -> &[Attribute] {
    match item {
        Item::Const(item) => &item.attrs,
        Item::Enum(item) => &item.attrs,
        Item::Fn(item) => &item.attrs,
        Item::Impl(item) => &item.attrs,
        Item::Macro(item) => &item.attrs,
        Item::Mod(item) => &item.attrs,
        Item::Static(item) => &item.attrs,
        Item::Struct(item) => &item.attrs,
        Item::Trait(item) => &item.attrs,
        Item::Type(item) => &item.attrs,
        Item::Use(item) => &item.attrs,
        _ => &[],
    }
}

fn name_of(item: &Item) -> Option<String> {
    let name = match item {
        Item::Const(item) => &item.ident,
        Item::Enum(item) => &item.ident,
        Item::Fn(item) => &item.sig.ident,
        Item::Macro(item) => item.ident.as_ref()?,
        Item::Static(item) => &item.ident,
        Item::Struct(item) => &item.ident,
        Item::Trait(item) => &item.ident,
        Item::Type(item) => &item.ident,
        _ => return None,
    };
    Some(name.to_string())
}
