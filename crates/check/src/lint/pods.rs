//! The pod templates of objects.

use super::index::Object;
use crate::path::Path;
use crate::report::Report;
use mkmanifests_yaml::tree::{Map, Node};

/// The pod template of a workload, or a Pod itself.
#[derive(Debug)]
pub(super) struct Pods<'n> {
    /// The index of the object.
    pub object: usize,
    pub namespace: &'n str,
    pub labels: Option<&'n Map>,
    pub spec: &'n Node,
    /// The field of the pod spec in the object.
    pub path: &'static str,
}

/// Returns where a kind has its pod template: the field with the metadata in it, and the field of the pod spec.
fn paths(object: &Object<'_>) -> Option<(&'static str, &'static str)> {
    match (object.group, object.kind) {
        ("", "Pod") => Some(("", "spec")),
        ("", "PodTemplate") => Some(("template", "template.spec")),
        ("batch", "CronJob") => Some(("spec.jobTemplate.spec.template", "spec.jobTemplate.spec.template.spec")),
        // Custom resources such as a Rollout have the pod template where workloads have it.
        _ => Some(("spec.template", "spec.template.spec")),
    }
}

/// Returns the pod template of an object, if it has containers.
pub(super) fn pods<'n>(object: &Object<'n>) -> Option<Pods<'n>> {
    let (parent, path) = paths(object)?;
    let spec = object.at(path)?;
    spec.get("containers")?.as_seq()?;
    let template = if parent.is_empty() { object.node } else { object.at(parent)? };
    let labels = template.find(["metadata", "labels"]).and_then(Node::as_map);
    Some(Pods { object: object.index, namespace: object.namespace, labels, spec, path })
}

impl<'n> Pods<'n> {
    /// Calls `visit` with every container, its path, and whether it is an init container.
    pub fn containers(
        &self,
        report: &mut Report<'_>,
        visit: &mut dyn FnMut(&mut Report<'_>, &Path<'_>, &'n Node, bool),
    ) {
        let spec = Path::ROOT.field(self.path);
        for (list, is_init) in [("initContainers", true), ("containers", false)] {
            let containers = self.spec.get(list).and_then(Node::as_seq).unwrap_or_default();
            let at = spec.field(list);
            for (index, container) in containers.iter().enumerate() {
                visit(report, &at.index(index), container, is_init);
            }
        }
    }

    /// Returns whether a container has a port of this name.
    pub fn has_port(&self, name: &str) -> bool {
        self.port_names().any(|port| port == name)
    }

    /// Returns the names of the ports of all containers.
    pub fn port_names(&self) -> impl Iterator<Item = &'n str> + use<'n> {
        let of = |list: &str| self.spec.get(list).and_then(Node::as_seq).unwrap_or_default();
        let containers = of("containers").iter().chain(of("initContainers"));
        let ports = containers.flat_map(|container| container.get("ports").and_then(Node::as_seq).unwrap_or_default());
        ports.filter_map(|port| port.get("name")?.as_str())
    }
}
