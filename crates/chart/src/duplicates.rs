//! Finds objects that a chart renders twice. Helm prints both, and the installation fails or one silently replaces the
//! other.

use std::collections::HashMap;

use super::ChartCode;
use super::documents::Document;
use mkmanifests_yaml::diagnostic::Diagnostic;
use mkmanifests_yaml::tree::Node;

/// The group, kind, namespace and name of an object.
type Identity<'d> = (&'d str, &'d str, &'d str, &'d str);

/// Returns a warning for each object whose group, kind, namespace and name an earlier document has. `namespace` is that
/// of the release. Hooks do not count: Helm deletes them before it creates them again.
pub(super) fn duplicates(objects: &[Document], namespace: &str) -> Vec<Diagnostic> {
    let mut first: HashMap<Identity<'_>, &Document> = HashMap::with_capacity(objects.len());
    let mut warnings = Vec::new();
    for object in objects.iter().filter(|object| !object.kind.is_empty() && !object.name.is_empty()) {
        let group = object.api_version.split_once('/').map_or("", |(group, _)| group);
        let own = object.node.find(["metadata", "namespace"]).and_then(Node::as_str).filter(|own| !own.is_empty());
        let identity = (group, object.kind.as_str(), own.unwrap_or(namespace), object.name.as_str());
        match first.get(&identity) {
            Some(earlier) => warnings.push(warning(earlier, object)),
            None => _ = first.insert(identity, object),
        }
    }
    warnings
}

fn warning(earlier: &Document, object: &Document) -> Diagnostic {
    let Document { kind, name, path, .. } = object;
    let by = if earlier.path == *path { format!("by `{path}`") } else { format!("by `{}` and `{path}`", earlier.path) };
    let message = format!("{kind} `{name}` is rendered twice, {by}");
    Diagnostic::warning(ChartCode::DuplicateObject, message)
        .help("`helm install` fails because the object already exists; `kubectl apply` keeps only the last one")
}
