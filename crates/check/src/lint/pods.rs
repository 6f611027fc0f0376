//! The pod templates of objects.

use std::borrow::Cow;

use super::index::Object;
use super::operators;
use crate::path::Path;
use crate::report::Report;
use mkmanifests_yaml::tree::{Map, Node};

/// The pod template of a workload, or a Pod itself.
#[derive(Debug)]
pub(super) struct Pods<'n> {
    /// The index of the object.
    pub object: usize,
    pub namespace: &'n str,
    pub labels: Option<Cow<'n, Map>>,
    pub spec: &'n Node,
    /// Where the pod spec is in the object.
    pub place: Place,
    /// Named ports that an operator adds.
    added_ports: &'static [&'static str],
}

/// Where a pod spec is in an object: a field, or a field of a list item.
#[derive(Debug, Clone, Copy)]
pub(super) struct Place {
    outer: &'static str,
    index: Option<usize>,
    inner: &'static str,
}

impl Place {
    /// Returns the place of the field `inner` in the field `outer`; either may have dots.
    pub fn within(outer: &'static str, inner: &'static str) -> Self {
        Place { outer, index: None, inner }
    }

    /// Returns the place of the field `inner` in an item of the list `outer`.
    pub fn item(outer: &'static str, index: usize, inner: &'static str) -> Self {
        Place { outer, index: Some(index), inner }
    }

    /// Calls `visit` with the path.
    pub fn visit<R>(self, visit: impl FnOnce(&Path<'_>) -> R) -> R {
        let outer = Path::ROOT.field(self.outer);
        match self.index {
            None => visit(&outer.field(self.inner)),
            Some(index) => visit(&outer.index(index).field(self.inner)),
        }
    }
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

/// Returns the pod templates of an object that have containers: one, or those of an operator.
pub(super) fn pods<'n>(object: &Object<'n>) -> Vec<Pods<'n>> {
    let of_operator = operators::pods(object).into_iter().filter_map(|pods| {
        // Pods of the operator's own have no spec in the object, which has no fields of a spec itself.
        let spec = match pods.place.visit(|path| path.find(object.node)) {
            None if pods.is_own => object.node,
            spec => spec.filter(|spec| spec.get("containers").is_some_and(|list| list.as_seq().is_some()))?,
        };
        Some(Pods {
            object: object.index,
            namespace: object.namespace,
            labels: Some(Cow::Owned(pods.labels)),
            spec,
            place: pods.place,
            added_ports: pods.ports,
        })
    });
    of_template(object).into_iter().chain(of_operator).collect()
}

fn of_template<'n>(object: &Object<'n>) -> Option<Pods<'n>> {
    let (parent, path) = paths(object)?;
    let spec = object.at(path)?;
    spec.get("containers")?.as_seq()?;
    let template = if parent.is_empty() { object.node } else { object.at(parent)? };
    let labels = template.find(["metadata", "labels"]).and_then(Node::as_map).map(Cow::Borrowed);
    let place = Place::within("", path);
    Some(Pods { object: object.index, namespace: object.namespace, labels, spec, place, added_ports: &[] })
}

impl<'n> Pods<'n> {
    /// Calls `visit` with every container, its path, and whether it is an init container.
    pub fn containers(
        &self,
        report: &mut Report<'_>,
        visit: &mut dyn FnMut(&mut Report<'_>, &Path<'_>, &'n Node, bool),
    ) {
        self.place.visit(|spec| {
            for (list, is_init) in [("initContainers", true), ("containers", false)] {
                let containers = self.spec.get(list).and_then(Node::as_seq).unwrap_or_default();
                let at = spec.field(list);
                for (index, container) in containers.iter().enumerate() {
                    visit(report, &at.index(index), container, is_init);
                }
            }
        });
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
        ports.filter_map(|port| port.get("name")?.as_str()).chain(self.added_ports.iter().copied())
    }
}
