//! Lint rules of references to a Service: from Ingresses, StatefulSets, webhooks and APIServices.

use super::index::{Index, Lookup, Object};
use crate::path::Path;
use crate::report::Report;
use crate::rule::rules;
use mkmanifests_yaml::tree::{Kind, Node};

pub(super) fn check(report: &mut Report<'_>, index: &Index<'_>, object: &Object<'_>) {
    match (object.group, object.kind) {
        ("networking.k8s.io", "Ingress") => ingress(report, index, object),
        ("apps", "StatefulSet") => {
            let name = object.text("spec.serviceName");
            service_exists(report, index, object, &Path::ROOT.field("spec.serviceName"), object.namespace, name);
        }
        ("apiregistration.k8s.io", "APIService") => {
            client(report, index, object, &Path::ROOT.field("spec.service"), object.at("spec.service"))
        }
        ("admissionregistration.k8s.io", _) => {
            let webhooks = Path::ROOT.field("webhooks");
            for (at, webhook) in object.items("webhooks").iter().enumerate() {
                let service = webhook.find(["clientConfig", "service"]);
                client(report, index, object, &webhooks.index(at).field("clientConfig.service"), service);
            }
        }
        ("apiextensions.k8s.io", _) => {
            let at = Path::ROOT.field("spec.conversion.webhook.clientConfig.service");
            client(report, index, object, &at, object.at("spec.conversion.webhook.clientConfig.service"));
        }
        _ => {}
    }
}

fn ingress(report: &mut Report<'_>, index: &Index<'_>, object: &Object<'_>) {
    let default = Path::ROOT.field("spec.defaultBackend");
    backend(report, index, object, &default, object.at("spec.defaultBackend"));
    let rules = Path::ROOT.field("spec.rules");
    for (at, rule) in object.items("spec.rules").iter().enumerate() {
        let rule_at = rules.index(at);
        let paths_at = rule_at.field("http.paths");
        let paths = rule.find(["http", "paths"]).and_then(Node::as_seq).unwrap_or_default();
        for (at, path) in paths.iter().enumerate() {
            backend(report, index, object, &paths_at.index(at).field("backend"), path.get("backend"));
        }
    }
}

/// Checks the backend of an Ingress.
fn backend(report: &mut Report<'_>, index: &Index<'_>, object: &Object<'_>, at: &Path<'_>, backend: Option<&Node>) {
    let Some(service) = backend.and_then(|backend| backend.get("service")) else { return };
    let name = service.get("name").and_then(Node::as_str).unwrap_or_default();
    service_exists(report, index, object, &at.field("service.name"), object.namespace, name);
    let port = service.find(["port", "name"]).or_else(|| service.find(["port", "number"]));
    let field = if service.find(["port", "name"]).is_some() { "service.port.name" } else { "service.port.number" };
    service_port_exists(report, index, object, &at.field(field), object.namespace, name, port);
}

/// Checks a Service that the API server calls: of a webhook or an aggregated API.
fn client(report: &mut Report<'_>, index: &Index<'_>, object: &Object<'_>, at: &Path<'_>, service: Option<&Node>) {
    let Some(service) = service.filter(|service| service.as_map().is_some()) else { return };
    let text = |key| service.get(key).and_then(Node::as_str).unwrap_or_default();
    service_exists(report, index, object, &at.field("name"), text("namespace"), text("name"));
    let port = service.get("port");
    service_port_exists(report, index, object, &at.field("port"), text("namespace"), text("name"), port);
}

fn has_port(service: &Object<'_>, wanted: &Node) -> bool {
    let key = if wanted.as_str().is_some() { "name" } else { "port" };
    service.items("spec.ports").iter().any(|port| port.get(key).is_some_and(|value| value == wanted))
}

/// Lists the ports of a Service for a message: ``80 (`http`), 443``.
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

/// The area of the rules below.
const AREA: &str = "object";

rules!(
    /// A Service that an Ingress, a StatefulSet, a webhook, a CustomResourceDefinition or an APIService names must exist.
    ///
    /// Source: https://kubernetes.io/docs/concepts/services-networking/ingress/#the-ingress-resource
    fn service_exists(
        report: &mut Report<'_>,
        index: &Index<'_>,
        object: &Object<'_>,
        at: &Path<'_>,
        namespace: &str,
        name: &str,
    ) {
        if !name.is_empty() && matches!(index.look_up(object, "Service", namespace, name), Lookup::Missing) {
            super::not_found(report, index, at, "Service", namespace, name);
        }
    },

    /// A port that an Ingress, a webhook, a CustomResourceDefinition or an APIService names must be a port of the Service.
    ///
    /// Source: https://kubernetes.io/docs/concepts/services-networking/ingress/#the-ingress-resource
    fn service_port_exists(
        report: &mut Report<'_>,
        index: &Index<'_>,
        object: &Object<'_>,
        at: &Path<'_>,
        namespace: &str,
        name: &str,
        port: Option<&Node>,
    ) {
        let Lookup::Found(service) = index.look_up(object, "Service", namespace, name) else { return };
        let Some(port) = port.filter(|port| !has_port(service, port)) else { return };
        let port = port.as_str().map_or_else(|| port.describe().replace("the number ", ""), |name| format!("`{name}`"));
        let message = format!("Service `{name}` has no port {port}");
        report.error_with_help(at, message, format!("ports of the Service: {}", ports(service)));
    }
);
