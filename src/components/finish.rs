//! The last step of every component: applies patches, runs the pipeline, and removes empty lists.

use super::built::Built;
use super::empties;
use crate::diagnostic::{Diagnostic, Failure, Location};
use crate::kube_version::KubeVersion;
use crate::manifest::{Manifests, Rendered};
use crate::patch::{PatchCode, Patches};
use crate::pipeline::{self, Object, Outcome, Steps};
use crate::tree::read::{Duplicates, documents};
use crate::tree::{Entry, Kind, Node};
use crate::values::{PATCHES, Values};

/// Adds the patches in a file to those in the values. `name` is the name of the file in messages.
///
/// # Errors
///
/// Returns the errors of reading the file as YAML. Errors in the patches are reported when they are applied.
pub fn add_patches(values: &mut Values, name: &str, bytes: &[u8]) -> Result<(), Vec<Diagnostic>> {
    let added = documents(&mut values.sources, name, bytes, Duplicates::Refused)?;
    if added.is_empty() {
        return Err(vec![
            Diagnostic::error(PatchCode::Empty, format!("`{name}` does not contain a patch")).names_file(name),
        ]);
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

/// Sends the objects of a component through the pipeline, unless the values have errors.
pub(super) fn finish(
    component: &str,
    values: &Values,
    version: Option<&KubeVersion>,
    mut built: Vec<Built>,
    mut diagnostics: Vec<Diagnostic>,
) -> Result<Rendered, Failure> {
    let can_run = |diagnostics: &[Diagnostic]| diagnostics.iter().all(Diagnostic::is_warning);
    let patches = values.root.get(PATCHES).map(|patches| Patches::from_node(patches, &values.sources));
    let patches = patches.transpose().unwrap_or_else(|wrong| {
        diagnostics.extend(wrong);
        None
    });
    if can_run(&diagnostics) {
        let steps = Steps { patches: &patches.unwrap_or_default(), validate: true, version, parallel: false };
        let mut objects: Vec<Object<'_>> = built.iter_mut().map(Built::object).collect();
        let Outcome { patch_errors, errors, changed } = pipeline::finish(&mut objects, &steps);
        diagnostics.extend(patch_errors);
        for ((built, found), changed) in built.iter().zip(errors).zip(changed) {
            // What a patch changed has a location in the patch.
            let explain = |found| if changed { found } else { built.explain(found, values) };
            diagnostics.extend(found.into_iter().map(explain));
        }
    }
    if !can_run(&diagnostics) {
        return Err(Failure::new(diagnostics, values.sources.clone()));
    }
    let mut manifests = Manifests::new(component, built.into_iter().map(Built::into_manifest).collect());
    manifests.nodes_mut().for_each(empties::remove);
    Ok(Rendered { manifests, warnings: diagnostics, sources: values.sources.clone() })
}
