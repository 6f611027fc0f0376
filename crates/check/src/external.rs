//! External objects: created elsewhere, so that references to them are valid.

use mkmanifests_go::glob::Glob;
use mkmanifests_yaml::diagnostic::{did_you_mean, nearest};

/// The kinds that other objects refer to by name.
pub(super) const REFERRED: [&str; 15] = [
    "ClusterRole",
    "ConfigMap",
    "DaemonSet",
    "Deployment",
    "IngressClass",
    "PersistentVolumeClaim",
    "Pod",
    "PriorityClass",
    "RayCluster",
    "Role",
    "Secret",
    "Service",
    "ServiceAccount",
    "StatefulSet",
    "StorageClass",
];

/// Patterns for objects that are created elsewhere: `KIND/NAME` or `KIND/NAMESPACE/NAME`, where `*` matches any text.
///
/// ```
/// use mkmanifests_check::External;
/// let mut external = External::default();
/// external.add("Secret/shop/db-*").unwrap();
/// assert!(external.has("Secret", "shop", "db-password") && !external.has("Secret", "other", "db-password"));
/// assert!(external.add("Secrets/x").unwrap_err().contains("did you mean `Secret`?"));
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct External(Vec<Pattern>);

#[derive(Debug, Clone, PartialEq, Eq)]
struct Pattern {
    kind: String,
    namespace: Option<String>,
    name: String,
}

impl External {
    /// Adds a pattern.
    ///
    /// # Errors
    ///
    /// A message, if `text` has another form, or if the kind is a misspelling of one that other objects refer to.
    pub fn add(&mut self, text: &str) -> Result<(), String> {
        let parts: Vec<&str> = text.trim().split('/').collect();
        let (kind, namespace, name) = match parts.as_slice() {
            [kind, name] => (kind, None, name),
            [kind, namespace, name] => (kind, Some((*namespace).to_owned()), name),
            _ => {
                return Err(format!(
                    "{text:?} must have the form `KIND/NAME` or `KIND/NAMESPACE/NAME`, as in `Secret/db-*`"
                ));
            }
        };
        if parts.iter().any(|part| part.is_empty()) {
            return Err(format!("{text:?} has an empty part: expected `KIND/NAME` or `KIND/NAMESPACE/NAME`"));
        }
        let known = REFERRED.contains(kind) || kind.contains('*');
        if let Some(near) = nearest(kind, REFERRED).filter(|_| !known) {
            return Err(format!("unknown kind `{kind}`; {}", did_you_mean(near)));
        }
        self.0.push(Pattern { kind: (*kind).to_owned(), namespace, name: (*name).to_owned() });
        Ok(())
    }

    /// Adds the patterns of an annotation, separated by commas, white space or line breaks. Returns the errors.
    pub(super) fn add_all(&mut self, text: &str) -> Vec<String> {
        let parts = text.split([',', ' ', '\t', '\n']).filter(|part| !part.is_empty());
        parts.filter_map(|part| self.add(part).err()).collect()
    }

    /// Returns whether a pattern matches an object.
    pub fn has(&self, kind: &str, namespace: &str, name: &str) -> bool {
        self.0.iter().any(|pattern| {
            matches(&pattern.kind, kind)
                && pattern.namespace.as_deref().is_none_or(|it| matches(it, namespace))
                && matches(&pattern.name, name)
        })
    }
}

/// Returns whether `pattern`, in which `*` matches any text, matches all of `text`.
fn matches(pattern: &str, text: &str) -> bool {
    Glob::stars(pattern).matches(text)
}
