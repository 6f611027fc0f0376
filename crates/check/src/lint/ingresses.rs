//! Lint rules of Ingresses: the IngressClass and the TLS Secrets.

use super::index::{Index, Lookup, Object};
use crate::path::Path;
use crate::report::Report;
use crate::rule::rules;
use mkmanifests_yaml::tree::Node;

pub(super) fn check(report: &mut Report<'_>, index: &Index<'_>, object: &Object<'_>) {
    if (object.group, object.kind) != ("networking.k8s.io", "Ingress") {
        return;
    }
    class_exists(report, index, object, object.text("spec.ingressClassName"));
    if has_issuer(object) {
        return;
    }
    let tls = Path::ROOT.field("spec.tls");
    for (at, entry) in object.items("spec.tls").iter().enumerate() {
        let name = entry.get("secretName").and_then(Node::as_str).unwrap_or_default();
        tls_secret_exists(report, index, object, &tls.index(at).field("secretName"), name);
    }
}

/// Returns whether cert-manager creates the Secrets of an Ingress:
/// <https://cert-manager.io/docs/usage/ingress/#supported-annotations>.
fn has_issuer(object: &Object<'_>) -> bool {
    let annotations = object.at("metadata.annotations").and_then(Node::as_map);
    let mut keys = annotations.into_iter().flat_map(|map| map.entries()).map(|entry| entry.key.as_ref());
    keys.any(|key| {
        matches!(key, "cert-manager.io/issuer" | "cert-manager.io/cluster-issuer" | "kubernetes.io/tls-acme")
    })
}

/// The area of the rules below.
const AREA: &str = "ingress";

rules!(
    /// The IngressClass that `spec.ingressClassName` names must exist. Otherwise no controller serves the Ingress.
    ///
    /// Source: https://kubernetes.io/docs/concepts/services-networking/ingress/#ingress-class
    fn class_exists(report: &mut Report<'_>, index: &Index<'_>, object: &Object<'_>, name: &str) {
        if !name.is_empty() && matches!(index.look_up(object, "IngressClass", "", name), Lookup::Missing) {
            super::not_found(report, index, &Path::ROOT.field("spec.ingressClassName"), "IngressClass", "", name);
        }
    },

    /// A Secret that `spec.tls` names must exist, unless an annotation of cert-manager requests the certificate.
    /// Otherwise the Ingress serves another certificate.
    ///
    /// Source: https://kubernetes.io/docs/concepts/services-networking/ingress/#tls
    fn tls_secret_exists(report: &mut Report<'_>, index: &Index<'_>, object: &Object<'_>, at: &Path<'_>, name: &str) {
        if !name.is_empty() && matches!(index.look_up(object, "Secret", object.namespace, name), Lookup::Missing) {
            super::not_found(report, index, at, "Secret", object.namespace, name);
        }
    }
);
