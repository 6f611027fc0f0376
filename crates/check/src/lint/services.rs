//! Lint rules of Services.

use std::collections::BTreeSet;

use super::index::{Index, Object};
use crate::manifest::Selector;
use crate::path::Path;
use crate::report::Report;
use crate::rule::rules;
use mkmanifests_yaml::diagnostic::{did_you_mean, listed};
use mkmanifests_yaml::tree::Node;

pub(super) fn check(report: &mut Report<'_>, index: &Index<'_>, object: &Object<'_>) {
    if (object.group, object.kind) == ("", "Service") {
        service(report, index, object);
    }
}

fn service(report: &mut Report<'_>, index: &Index<'_>, object: &Object<'_>) {
    let Some(selector) = object.at("spec.selector").and_then(Node::as_map).filter(|selector| !selector.is_empty())
    else {
        return;
    };
    if object.text("spec.type") == "ExternalName" {
        return;
    }
    let selector = Selector::of_labels(selector);
    let pods = index.selected(object.namespace, &selector);
    if pods.clone().next().is_none() {
        if index.compared_all() {
            selects_pods(report, index, object);
        }
        return;
    }
    let ports = Path::ROOT.field("spec.ports");
    for (at, port) in object.items("spec.ports").iter().enumerate() {
        let Some(name) = port.get("targetPort").and_then(Node::as_str) else { continue };
        if !pods.clone().any(|pods| pods.has_port(name)) && index.compared_all() {
            let names = pods.clone().flat_map(|pods| pods.port_names()).collect();
            target_port_exists(report, index, &ports.index(at).field("targetPort"), name, &names);
        }
    }
}

/// The area of the rules below.
const AREA: &str = "service";

rules!(
    /// The selector of a Service must match the labels of at least one pod among the rendered objects. Otherwise the
    /// Service has no endpoints.
    ///
    /// Source: https://kubernetes.io/docs/concepts/services-networking/service/#defining-a-service
    fn selects_pods(report: &mut Report<'_>, index: &Index<'_>, object: &Object<'_>) {
        if !index.is_external(object, "Pod", object.namespace, "*") {
            super::selects_nothing(report, object);
        }
    },

    /// A `targetPort` that is a name must be the name of a container port of the selected pods.
    ///
    /// Source: https://kubernetes.io/docs/concepts/services-networking/service/#field-spec-ports
    fn target_port_exists(
        report: &mut Report<'_>,
        index: &Index<'_>,
        at: &Path<'_>,
        name: &str,
        names: &BTreeSet<&str>,
    ) {
        let message = format!("no container of the selected pods has a port named `{name}`");
        match index.nearest_of(name, names.iter().copied()) {
            Some(near) => report.error_with_help(at, message, did_you_mean(near)),
            None if names.is_empty() => report.error_with_help(at, message, "the container ports have no names"),
            None => {
                let help = format!("named container ports: {}", listed(names.iter().copied()));
                report.error_with_help(at, message, help);
            }
        }
    }
);
