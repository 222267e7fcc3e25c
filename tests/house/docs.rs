//! Every public item of a library says what it is; fields and variants only where name and type do not.

use syn::{Attribute, ImplItem, Item, ItemImpl, TraitItem, Type, Visibility};

use crate::repository::files;

/// The public items of a list that have no doc comment, by their names.
fn undocumented(items: &[Item], found: &mut Vec<String>) {
    let public: Vec<String> = items.iter().filter_map(public_type).collect();
    for item in items {
        let (visibility, attributes, name) = match item {
            Item::Const(item) => (&item.vis, &item.attrs, item.ident.to_string()),
            Item::Enum(item) => (&item.vis, &item.attrs, item.ident.to_string()),
            Item::Fn(item) => (&item.vis, &item.attrs, item.sig.ident.to_string()),
            Item::Static(item) => (&item.vis, &item.attrs, item.ident.to_string()),
            Item::Struct(item) => (&item.vis, &item.attrs, item.ident.to_string()),
            Item::Trait(item) => {
                let methods = item.items.iter().filter_map(|method| match method {
                    TraitItem::Fn(method) if !is_documented(&method.attrs) => Some(&method.sig.ident),
                    _ => None,
                });
                found.extend(methods.map(|method| format!("{}::{method}", item.ident)));
                (&item.vis, &item.attrs, item.ident.to_string())
            }
            Item::Type(item) => (&item.vis, &item.attrs, item.ident.to_string()),
            Item::Impl(item)
                if item.trait_.is_none() && self_type(item).is_some_and(|name| public.contains(&name)) =>
            {
                let methods = item.items.iter().filter_map(|method| match method {
                    ImplItem::Fn(method) if is_public(&method.vis) && !is_documented(&method.attrs) => {
                        Some(method.sig.ident.to_string())
                    }
                    _ => None,
                });
                found.extend(methods);
                continue;
            }
            _ => continue,
        };
        if is_public(visibility) && !is_documented(attributes) {
            found.push(name);
        }
    }
}

/// The name of a public type.
fn public_type(item: &Item) -> Option<String> {
    match item {
        Item::Enum(item) if is_public(&item.vis) => Some(item.ident.to_string()),
        Item::Struct(item) if is_public(&item.vis) => Some(item.ident.to_string()),
        _ => None,
    }
}

/// The name of the type that an `impl` is of.
fn self_type(item: &ItemImpl) -> Option<String> {
    let Type::Path(path) = &*item.self_ty else { return None };
    path.path.segments.last().map(|segment| segment.ident.to_string())
}

const fn is_public(visibility: &Visibility) -> bool {
    matches!(visibility, Visibility::Public(_))
}

fn is_documented(attributes: &[Attribute]) -> bool {
    attributes.iter().any(|attribute| attribute.path().is_ident("doc"))
}

#[test]
fn every_public_item_of_the_shared_crates_has_a_doc_comment() {
    let mut silent = Vec::new();
    for (path, text) in files(".rs").into_iter().filter(|(path, _)| path.starts_with("shared/")) {
        let file = syn::parse_file(&text).expect("a source file");
        let mut found = Vec::new();
        undocumented(&file.items, &mut found);
        silent.extend(found.into_iter().map(|name| format!("{path}: {name}")));
    }
    assert!(silent.is_empty(), "{}", silent.join("\n"));
}
