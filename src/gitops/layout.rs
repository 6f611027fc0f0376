//! Arranges the objects of an app in files.

use std::collections::BTreeMap;
use std::io;
use std::sync::Arc;

use sha2::{Digest, Sha256};

use super::kustomize;
use super::object::Object;
use super::objects::Identity;
use super::options::Layout;
use super::text::Text;
use crate::tree::write::{Documents, Style};

/// The file of an app with [`Layout::Apps`].
const ONE_FILE: &str = "manifests.yaml";

/// The longest name of a file, without the suffix that makes it unique. File systems allow 255 bytes.
const MAX_NAME: usize = 200;

/// A file of the tree: its path relative to the cluster's folder, with slashes, and its text.
#[derive(Debug, Clone)]
pub(super) struct File {
    pub path: String,
    pub text: Arc<Text>,
}

impl File {
    pub fn new(path: String, text: Vec<u8>) -> File {
        File { path, text: Arc::new(Text::from(text)) }
    }
}

/// Adds the files of an app in the folder `folder`; none if it has no objects. `comment` is the first line of its
/// `kustomization.yaml`.
pub(super) fn files(
    folder: &str,
    objects: &[Object],
    comment: &str,
    layout: Layout,
    files: &mut Vec<File>,
) -> io::Result<()> {
    if objects.is_empty() {
        return Ok(());
    }
    let mut documents = Documents::new(Style::MANIFEST);
    let mut resources = Vec::new();
    match layout {
        Layout::Apps => {
            let text = Object::joined_text(objects, &mut documents)?;
            files.push(File { path: format!("{folder}/{ONE_FILE}"), text });
            resources.push(ONE_FILE.to_owned());
        }
        Layout::Objects => {
            for (object, name) in objects.iter().zip(names(objects)) {
                let text = object.text(&mut documents)?;
                files.push(File { path: format!("{folder}/{name}"), text });
                resources.push(name);
            }
        }
    }
    files.push(File::new(format!("{folder}/kustomization.yaml"), kustomize::text(&resources, comment)));
    Ok(())
}

/// Returns the file name of each object: `<kind>-<name>.yaml`. If two are equal, the namespace is added. If these are equal, too
/// (a kind in two groups, or names that differ only in case or punctuation), a part of a hash of the identity is added.
fn names(objects: &[Object]) -> Vec<String> {
    let ids: Vec<Identity> = objects.iter().map(|object| Identity::of(object.node())).collect();
    let mut names: Vec<String> = ids.iter().map(|id| file_name(&[&id.kind, &id.name])).collect();
    let with_namespace = |id: &Identity| file_name(&[&id.kind, &id.name, &id.namespace]);
    let with_hash = |id: &Identity| {
        let text = format!("{}\n{}\n{}\n{}", id.group, id.kind, id.namespace, id.name);
        let hash: String = Sha256::digest(text.as_bytes()).iter().take(5).map(|byte| format!("{byte:02x}")).collect();
        file_name(&[&id.kind, &id.name, &hash])
    };
    for unique in [&with_namespace as &dyn Fn(&Identity) -> String, &with_hash] {
        let mut count: BTreeMap<String, usize> = BTreeMap::new();
        for name in &names {
            *count.entry(name.clone()).or_default() += 1;
        }
        for (name, id) in names.iter_mut().zip(&ids) {
            // This is the name of the kustomization itself.
            if count.get(name.as_str()).is_some_and(|count| *count > 1) || name == "kustomization" {
                *name = unique(id);
            }
        }
    }
    names.into_iter().map(|name| format!("{name}.yaml")).collect()
}

/// Joins the parts of a name in characters that every file system accepts, so that no value can lead out of the folder.
fn file_name(parts: &[&str]) -> String {
    let letter = |c: char| if c.is_ascii_alphanumeric() || c == '.' { c.to_ascii_lowercase() } else { '-' };
    let parts = parts.iter().filter(|part| !part.is_empty());
    let parts: Vec<String> = parts.map(|part| part.chars().map(letter).take(MAX_NAME / 3).collect()).collect();
    parts.join("-").trim_start_matches(['.', '-']).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tree::to_node;

    fn object(api_version: &str, kind: &str, namespace: &str, name: &str) -> Object {
        let node = serde_json::json!({
            "apiVersion": api_version, "kind": kind, "metadata": {"namespace": namespace, "name": name},
        });
        Object::new("x/y", to_node(&node).expect("an object"))
    }

    #[test]
    fn files_are_named_by_kind_and_name() {
        let objects = [object("v1", "Service", "a", "web"), object("apps/v1", "Deployment", "a", "web")];
        assert_eq!(names(&objects), ["service-web.yaml", "deployment-web.yaml"]);
    }

    #[test]
    fn names_that_clash_get_the_namespace_and_then_a_hash() {
        let objects = [
            object("rbac.authorization.k8s.io/v1", "Role", "a", "web"),
            object("rbac.authorization.k8s.io/v1", "Role", "b", "web"),
            object("v1", "Service", "a", "db"),
            object("serving.knative.dev/v1", "Service", "a", "db"),
        ];
        let names = names(&objects);
        assert_eq!(names[..2], ["role-web-a.yaml", "role-web-b.yaml"]);
        assert!(names[2].starts_with("service-db-") && names[3].starts_with("service-db-"), "{names:?}");
        assert_ne!(names[2], names[3]);
    }

    #[test]
    fn no_name_leads_out_of_the_folder() {
        for name in ["../../etc/passwd", "/etc/passwd", "a\\b", "system:auth", ".", "..", "a\0b", "COM1", "ä"] {
            let name = &names(&[object("v1", "ConfigMap", "a", name)])[0];
            assert!(name.starts_with("configmap-") && !name.contains(['/', '\\', ':', '\0']), "{name}");
        }
        assert!(names(&[object("v1", "ConfigMap", "a", &"a".repeat(5_000))])[0].len() < 255);
        assert_eq!(names(&[object("v1", "../x", "a", "y")]), ["x-y.yaml"]);
    }
}
