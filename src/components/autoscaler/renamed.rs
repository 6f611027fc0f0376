//! Values files of older charts: removed keys with their replacements, and old defaults that are harmful now.
//!
//! Compared with the `values.yaml` of every release from 1.0.0 to 9.59.0
//! (<https://github.com/kubernetes/autoscaler/tags>, `cluster-autoscaler-chart-*`), and of the chart's first repository
//! (<https://github.com/helm/charts/tree/master/stable/cluster-autoscaler>). Between 9.18.0 and 9.59.0 two keys were removed.

use crate::check::diagnostics::Diagnostics;
use crate::diagnostic::{Code, Diagnostic, FieldPath, Severity, ValueCode};
use crate::tree::Node;

/// A removed key.
struct Removed {
    path: &'static str,
    /// Whether ignoring the key is harmless, so that it is only a warning.
    harmless: bool,
    instead: &'static str,
}

const REMOVED: &[Removed] = &[
    Removed {
        path: "azureClusterName",
        harmless: true,
        instead: "remove it: chart 9.33 dropped it, since the autoscaler scales by scale set, not by AKS node pool",
    },
    Removed {
        path: "azureNodeResourceGroup",
        harmless: true,
        instead: "remove it: chart 9.33 dropped it; `azureResourceGroup` is the resource group of the nodes",
    },
    Removed {
        path: "rbac.serviceAccountAnnotations",
        harmless: false,
        instead: "use `rbac.serviceAccount.annotations`",
    },
    Removed { path: "rbac.serviceAccountName", harmless: false, instead: "use `rbac.serviceAccount.name`" },
    Removed { path: "spotinst", harmless: false, instead: "the autoscaler no longer supports this cloud provider" },
    Removed {
        path: "sslCertHostPath",
        harmless: false,
        instead: "use `extraVolumes` and `extraVolumeMounts`; the image contains certificates",
    },
    Removed {
        path: "sslCertPath",
        harmless: false,
        instead: "use `extraVolumes` and `extraVolumeMounts`; the image contains certificates",
    },
];

fn find(path: &FieldPath) -> Option<&'static Removed> {
    REMOVED.iter().find(|removed| *path == removed.path)
}

/// Adds the replacement to the error about a removed key, or makes the error a warning if the key is harmless.
pub(super) fn explain_all(diagnostics: &mut [Diagnostic]) {
    for diagnostic in diagnostics {
        let is_unknown = *diagnostic.code() == Code::Value(ValueCode::UnknownField);
        let Some(removed) = find(diagnostic.field()).filter(|_| is_unknown) else { continue };
        diagnostic.help = vec![removed.instead.to_owned()];
        if removed.harmless {
            diagnostic.severity = Severity::Warning;
        }
    }
}

/// Warns about values that were defaults of an older chart and have another effect today.
pub(super) fn outdated(values: &Node, diagnostics: &mut Diagnostics<'_>) {
    registry(values, diagnostics);
    cloud_config(values, diagnostics);
    vm_type(values, diagnostics);
}

fn text<'v>(values: &'v Node, path: &[&str]) -> &'v str {
    values.find(path.iter().copied()).and_then(Node::as_str).unwrap_or_default()
}

/// Warns of the frozen registry, the default until chart 9.24: <https://kubernetes.io/blog/2023/02/06/k8s-gcr-io-freeze-announcement/>.
fn registry(values: &Node, diagnostics: &mut Diagnostics<'_>) {
    let path = &["image", "repository"];
    let repository = text(values, path);
    if repository.starts_with("k8s.gcr.io/") || repository.contains(".gcr.io/k8s-artifacts-prod/") {
        let message = "this registry has been frozen since April 2023";
        let help = "use `registry.k8s.io/autoscaling/cluster-autoscaler`".to_owned();
        diagnostics.warning(path, message, Some(help));
    }
}

/// Warns of `/etc/gce.conf`, the default until chart 9.20 for all clouds. Since then the chart also passes it to the autoscaler on
/// AWS, which exits if the file does not exist.
fn cloud_config(values: &Node, diagnostics: &mut Diagnostics<'_>) {
    let path = &["cloudConfigPath"];
    let mounts = values.get("extraVolumeMounts").and_then(Node::as_seq).unwrap_or_default();
    let secrets = values.get("extraVolumeSecrets").and_then(Node::as_map).is_some_and(|map| !map.is_empty());
    let old = text(values, &["cloudProvider"]) == "aws" && text(values, path) == "/etc/gce.conf";
    if old && mounts.is_empty() && !secrets {
        let message = "the autoscaler on AWS exits if this file does not exist, and no volume is mounted";
        let help = "remove it: it was the default until chart 9.20, when only other clouds used it".to_owned();
        diagnostics.warning(path, message, Some(help));
    }
}

/// Warns of the type `AKS`, the default until chart 9.34.
fn vm_type(values: &Node, diagnostics: &mut Diagnostics<'_>) {
    let path = &["azureVMType"];
    let azure = text(values, &["cloudProvider"]) == "azure";
    if azure && text(values, path).eq_ignore_ascii_case("aks") {
        let help = "must be `vmss`, the default since chart 9.34, or `standard`".to_owned();
        diagnostics.warning(path, "the autoscaler no longer supports `AKS`, and exits", Some(help));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::values::Values;

    fn warnings(text: &str) -> Vec<String> {
        let values = Values::parse("values.yaml", text).unwrap();
        let mut diagnostics = Diagnostics::about(&values.root);
        outdated(&values.root, &mut diagnostics);
        assert!(diagnostics.list.iter().all(|diagnostic| diagnostic.is_warning() && diagnostic.location.is_known()));
        diagnostics.list.into_iter().map(|diagnostic| diagnostic.message()).collect()
    }

    #[test]
    fn removed_keys_are_explained_and_harmless_ones_accepted() {
        let unknown = |path: &str| {
            let code = Code::Value(ValueCode::UnknownField);
            Diagnostic::error(code, "unknown key").names_field(path).help("valid keys here: ...")
        };
        let mut diagnostics =
            [unknown("azureClusterName"), unknown("rbac.serviceAccountName"), unknown("rbac.serviceAccountNam")];
        explain_all(&mut diagnostics);
        assert!(diagnostics[0].is_warning() && diagnostics[0].help[0].starts_with("remove it"));
        assert!(!diagnostics[1].is_warning() && diagnostics[1].help == ["use `rbac.serviceAccount.name`"]);
        assert_eq!(diagnostics[2], unknown("rbac.serviceAccountNam"));
    }

    #[test]
    fn defaults_of_9_18_cause_warnings() {
        let image = "image: { repository: k8s.gcr.io/autoscaling/cluster-autoscaler }\n";
        let old = format!("{image}cloudProvider: aws\ncloudConfigPath: /etc/gce.conf\nazureVMType: AKS\n");
        assert_eq!(warnings(&old).len(), 2);
        assert_eq!(warnings(&old.replace("aws", "azure")).len(), 2);
        assert_eq!(warnings(&old.replace("aws", "gce")).len(), 1);
        assert_eq!(warnings(&format!("{old}extraVolumeMounts: [{{ name: config }}]")).len(), 1);
    }

    #[test]
    fn defaults_of_today_do_not() {
        let text = "image: { repository: registry.k8s.io/autoscaling/cluster-autoscaler }\ncloudProvider: azure\n\
                    cloudConfigPath: ''\nazureVMType: vmss\n";
        assert_eq!(warnings(text), [""; 0]);
    }
}
