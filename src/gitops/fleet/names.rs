//! What files and folders of a fleet may be called: their names become names of objects and paths.

use super::LayerName;
use crate::check::syntax::dns_label;

/// Folders of the tree that are no app's.
const RESERVED: [&str; 4] = ["argocd", "crds", "flux", "namespaces"];

/// The longest name of a folder: they are parts of paths, and of names of objects.
const MAX_FOLDER: usize = 100;

/// A folder above clusters, or one of a cluster.
pub(super) fn folder(name: &str) -> Result<(), String> {
    let inner = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.');
    let is_valid = name.bytes().all(inner) && name.starts_with(|first: char| first.is_ascii_alphanumeric());
    if is_valid && name.len() <= MAX_FOLDER {
        return Ok(());
    }
    let rule = "letters, digits, `-`, `_` and `.`, a letter or digit first, at most 100";
    Err(format!("{name:?} cannot be a folder of a fleet: {rule}"))
}

/// The folder of an app in the tree: `ray`, `ray/foo`, `vault`; and why there is none.
pub(in super::super) fn app_name(layer: &LayerName) -> Result<String, String> {
    let name = match layer {
        LayerName::Cluster => return Err("`cluster.yaml` is no app".to_owned()),
        LayerName::Component(component) => (*component).to_owned(),
        LayerName::Instance(component, instance) => {
            dns_label(instance)?;
            format!("{component}/{instance}")
        }
        LayerName::Chart(name) | LayerName::Template(name) => {
            dns_label(name)?;
            name.clone()
        }
    };
    if RESERVED.contains(&name.as_str()) {
        return Err(format!("`{name}` cannot be an app: the tree has a folder of that name for itself"));
    }
    Ok(name)
}
