//! Services, and what leads to them: Ingresses, webhooks, aggregated APIs.

use std::collections::BTreeSet;

use super::world::{Object, There, World};
use crate::manifest::Selector;
use crate::path::Path;
use crate::report::Report;
use crate::rule::rules;
use mkmanifests_yaml::diagnostic::{did_you_mean, listed};
use mkmanifests_yaml::tree::{Kind, Node};

pub(super) fn check(report: &mut Report<'_>, world: &World<'_>, object: &Object<'_>) {
    match (object.group, object.kind) {
        ("", "Service") => service(report, world, object),
        ("networking.k8s.io", "Ingress") => ingress(report, world, object),
        ("apps", "StatefulSet") => {
            let name = object.text("spec.serviceName");
            service_is_there(report, world, object, &Path::ROOT.field("spec.serviceName"), object.namespace, name);
        }
        ("apiregistration.k8s.io", "APIService") => {
            called(report, world, object, &Path::ROOT.field("spec.service"), object.at("spec.service"))
        }
        ("admissionregistration.k8s.io", _) => {
            let webhooks = Path::ROOT.field("webhooks");
            for (index, webhook) in object.items("webhooks").iter().enumerate() {
                let at = webhooks.index(index);
                called(
                    report,
                    world,
                    object,
                    &at.field("clientConfig.service"),
                    webhook.find(["clientConfig", "service"]),
                );
            }
        }
        ("apiextensions.k8s.io", _) => {
            let at = Path::ROOT.field("spec.conversion.webhook.clientConfig.service");
            called(report, world, object, &at, object.at("spec.conversion.webhook.clientConfig.service"));
        }
        _ => {}
    }
}

fn service(report: &mut Report<'_>, world: &World<'_>, object: &Object<'_>) {
    let Some(selector) = object.at("spec.selector").and_then(Node::as_map).filter(|selector| !selector.is_empty())
    else {
        return;
    };
    if object.text("spec.type") == "ExternalName" {
        return;
    }
    let selector = Selector::of_labels(selector);
    let pods = world.selected(object.namespace, &selector);
    if pods.clone().next().is_none() {
        if world.compared_all() {
            service_selects_pods(report, world, object);
        }
        return;
    }
    let ports = Path::ROOT.field("spec.ports");
    for (index, port) in object.items("spec.ports").iter().enumerate() {
        let Some(name) = port.get("targetPort").and_then(Node::as_str) else { continue };
        if !pods.clone().any(|pods| pods.has_port(name)) && world.compared_all() {
            let names = pods.clone().flat_map(|pods| pods.port_names()).collect();
            target_port_is_there(report, world, &ports.index(index).field("targetPort"), name, &names);
        }
    }
}

fn ingress(report: &mut Report<'_>, world: &World<'_>, object: &Object<'_>) {
    let default = Path::ROOT.field("spec.defaultBackend");
    backend(report, world, object, &default, object.at("spec.defaultBackend"));
    let rules = Path::ROOT.field("spec.rules");
    for (index, rule) in object.items("spec.rules").iter().enumerate() {
        let rule_at = rules.index(index);
        let paths_at = rule_at.field("http.paths");
        let paths = rule.find(["http", "paths"]).and_then(Node::as_seq).unwrap_or_default();
        for (index, path) in paths.iter().enumerate() {
            backend(report, world, object, &paths_at.index(index).field("backend"), path.get("backend"));
        }
    }
}

/// Where an Ingress sends requests to.
fn backend(report: &mut Report<'_>, world: &World<'_>, object: &Object<'_>, at: &Path<'_>, backend: Option<&Node>) {
    let Some(service) = backend.and_then(|backend| backend.get("service")) else { return };
    let name = service.get("name").and_then(Node::as_str).unwrap_or_default();
    service_is_there(report, world, object, &at.field("service.name"), object.namespace, name);
    let port = service.find(["port", "name"]).or_else(|| service.find(["port", "number"]));
    let field = if service.find(["port", "name"]).is_some() { "service.port.name" } else { "service.port.number" };
    service_port_is_there(report, world, object, &at.field(field), object.namespace, name, port);
}

/// A service that an API server calls.
fn called(report: &mut Report<'_>, world: &World<'_>, object: &Object<'_>, at: &Path<'_>, service: Option<&Node>) {
    let Some(service) = service.filter(|service| service.as_map().is_some()) else { return };
    let text = |key| service.get(key).and_then(Node::as_str).unwrap_or_default();
    service_is_there(report, world, object, &at.field("name"), text("namespace"), text("name"));
    let port = service.get("port");
    service_port_is_there(report, world, object, &at.field("port"), text("namespace"), text("name"), port);
}

fn has_port(service: &Object<'_>, wanted: &Node) -> bool {
    let key = if wanted.as_str().is_some() { "name" } else { "port" };
    service.items("spec.ports").iter().any(|port| port.get(key).is_some_and(|value| value == wanted))
}

/// The ports of a service for a message: `80` (`http`).
fn ports(service: &Object<'_>) -> String {
    let port = |port: &Node| {
        let number = match port.get("port").map(|port| &port.kind) {
            Some(Kind::Int(number)) => number.to_string(),
            _ => "?".to_owned(),
        };
        match port.get("name").and_then(Node::as_str) {
            Some(name) => format!("{number} (`{name}`)"),
            None => number,
        }
    };
    service.items("spec.ports").iter().take(100).map(port).collect::<Vec<_>>().join(", ")
}

rules!(
    /// A Service selects pods of the output: with a misspelt selector it has no endpoint, and nothing says so.
    ///
    /// Source: https://kubernetes.io/docs/concepts/services-networking/service/#defining-a-service
    fn service_selects_pods(report: &mut Report<'_>, world: &World<'_>, object: &Object<'_>) {
        if world.is_external(object, "Pod", object.namespace, "*") {
            return;
        }
        let at = Path::ROOT.field("spec.selector");
        report.error(&at, format_args!("no pods in the namespace `{}` have these labels", object.namespace));
    },

    /// A target port that a Service names is a port of the pods that it selects.
    ///
    /// Source: https://kubernetes.io/docs/concepts/services-networking/service/#field-spec-ports
    fn target_port_is_there(
        report: &mut Report<'_>,
        world: &World<'_>,
        at: &Path<'_>,
        name: &str,
        names: &BTreeSet<&str>,
    ) {
        let message = format!("no container of the selected pods has a port `{name}`");
        match world.nearest_of(name, names.iter().copied()) {
            Some(near) => report.error_with_help(at, message, did_you_mean(near)),
            None if names.is_empty() => report.error_with_help(at, message, "their ports have no names"),
            None => report.error_with_help(at, message, format!("their ports: {}", listed(names.iter().copied()))),
        }
    },

    /// A Service that an Ingress, a webhook, an aggregated API or a StatefulSet names is there.
    ///
    /// Source: https://kubernetes.io/docs/concepts/services-networking/ingress/#the-ingress-resource
    fn service_is_there(
        report: &mut Report<'_>,
        world: &World<'_>,
        object: &Object<'_>,
        at: &Path<'_>,
        namespace: &str,
        name: &str,
    ) {
        if !name.is_empty() && matches!(world.look_up(object, "Service", namespace, name), There::Missing) {
            super::references::missing(report, world, at, "Service", namespace, name);
        }
    },

    /// A port by which an Ingress or a webhook names a Service is one of its ports.
    ///
    /// Source: https://kubernetes.io/docs/concepts/services-networking/ingress/#the-ingress-resource
    fn service_port_is_there(
        report: &mut Report<'_>,
        world: &World<'_>,
        object: &Object<'_>,
        at: &Path<'_>,
        namespace: &str,
        name: &str,
        port: Option<&Node>,
    ) {
        let There::Here(service) = world.look_up(object, "Service", namespace, name) else { return };
        let Some(port) = port.filter(|port| !has_port(service, port)) else { return };
        let what = format!(
            "Service `{name}` has no port {}",
            port.as_str().map_or_else(|| port.describe().replace("the number ", ""), |name| format!("`{name}`"),)
        );
        report.error_with_help(at, what, format!("its ports: {}", ports(service)));
    }
);
