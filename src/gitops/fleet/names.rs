//! Rules for names of files and folders in a fleet, which become names of objects and paths.

use super::LayerName;
use crate::check::syntax::dns_label;

/// Folders of the tree that are not apps.
const RESERVED: [&str; 4] = ["argocd", "crds", "flux", "namespaces"];

/// The longest name of a folder, which is part of paths and of names of objects.
const MAX_FOLDER: usize = 100;

/// Checks the name of a folder of a cluster, or of one above.
pub(super) fn folder(name: &str) -> Result<(), String> {
    let inner = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.');
    let is_valid = name.bytes().all(inner) && name.starts_with(|first: char| first.is_ascii_alphanumeric());
    if is_valid && name.len() <= MAX_FOLDER {
        return Ok(());
    }
    let rule = "must have at most 100 letters, digits, `-`, `_` or `.`, and start with a letter or digit";
    Err(format!("{name:?} is not a valid folder name in a fleet: {rule}"))
}

/// Returns the name of an app, which is its folder in the tree (`ray`, `ray/foo`, `vault`), or why it is invalid.
pub(in super::super) fn app_name(layer: &LayerName) -> Result<String, String> {
    let name = match layer {
        LayerName::Cluster => return Err("`cluster.yaml` is not an app".to_owned()),
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
        return Err(format!("`{name}` cannot be the name of an app: this folder of the tree is reserved"));
    }
    Ok(name)
}
