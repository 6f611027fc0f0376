//! The end of every component: patches, then the rules of an API server, then what comes back, without empty lists.

use std::any::Any;
use std::borrow::Cow;

use k8s_openapi::Resource;
use serde::Serialize;

use super::empties;
use crate::check;
use crate::diagnostic::{Diagnostic, Failure, Location};
use crate::manifest::{Manifest, Manifests, Rendered};
use crate::patch::{PatchCode, Patches};
use crate::tree::read::{Duplicates, documents};
use crate::tree::{Entry, Kind, Node, SerializeError};
use crate::values::{PATCHES, Values};

/// Adds the patches of a file to those that the values have; `name` is what messages call it.
///
/// # Errors
///
/// What keeps the file from being read as YAML; what is wrong with the patches is told when they are applied.
pub fn add_patches(values: &mut Values, name: &str, bytes: &[u8]) -> Result<(), Vec<Diagnostic>> {
    let added = documents(&mut values.sources, name, bytes, Duplicates::Refused)?;
    if added.is_empty() {
        return Err(vec![Diagnostic::error(PatchCode::Empty, format!("`{name}` has no patch")).names_file(name)]);
    }
    let Some(map) = values.root.as_map_mut() else { return Ok(()) };
    let mut patches = match map.remove(PATCHES).map(|entry| entry.value) {
        Some(Node { kind: Kind::Seq(items), .. }) => items,
        Some(node) if !node.is_null() => vec![node],
        _ => Vec::new(),
    };
    patches.extend(added);
    map.insert(Entry { key: PATCHES.into(), location: Location::UNKNOWN, value: Kind::Seq(patches).into() });
    Ok(())
}

/// An object of a kind of Kubernetes, held to the rules of an API server while its type is at hand: reading it again for
/// them would take ten times as long.
pub(super) fn object_of<T: Serialize + Resource + Any>(
    id: impl Into<Cow<'static, str>>,
    object: &T,
) -> Result<Manifest, SerializeError> {
    let mut manifest = Manifest::of(id, object)?;
    let mut found = Vec::new();
    check::typed(object, &manifest.node, &mut found);
    manifest.held = Some(found);
    Ok(manifest)
}

/// What a component gives back: the objects, patched, unless anything is wrong with the values or with them.
pub(super) fn finish(
    values: &Values,
    mut manifests: Manifests,
    mut diagnostics: Vec<Diagnostic>,
) -> Result<Rendered, Failure> {
    let works = diagnostics.iter().all(Diagnostic::is_warning);
    let mut is_patched = false;
    if let Some(patches) = values.root.get(PATCHES) {
        match Patches::from_node(patches, &values.sources) {
            Ok(patches) if works => {
                is_patched = !patches.is_empty();
                diagnostics.extend(patches.apply(manifests.nodes_mut()));
            }
            Ok(_) => {}
            Err(wrong) => diagnostics.extend(wrong),
        }
    }
    if diagnostics.iter().all(Diagnostic::is_warning) {
        for manifest in manifests.iter_mut() {
            let held = manifest.held.take().filter(|_| !is_patched);
            hold(&manifest.node, held, &mut diagnostics);
        }
    }
    if diagnostics.iter().all(Diagnostic::is_warning) {
        manifests.nodes_mut().for_each(empties::remove);
        Ok(Rendered { manifests, warnings: diagnostics, sources: values.sources.clone() })
    } else {
        Err(Failure::new(diagnostics, values.sources.clone()))
    }
}

/// Tells what an object breaks of the rules of an API server: what was found while it was built, if it is as it was then.
fn hold(object: &Node, held: Option<Vec<Diagnostic>>, diagnostics: &mut Vec<Diagnostic>) {
    let found = held.unwrap_or_else(|| {
        let mut found = Vec::new();
        check::object(object, &mut found);
        found
    });
    // A component chooses API versions by `--kube-version` itself.
    diagnostics.extend(found.into_iter().filter(|diagnostic| diagnostic.rule() != check::VERSION_IS_SERVED));
}
