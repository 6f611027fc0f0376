//! Values files of older charts: keys that are gone, with what replaced them, and defaults of then that do harm now.
//!
//! Held against the `values.yaml` of every release from 1.0.0 to 9.59.0
//! (<https://github.com/kubernetes/autoscaler/tags>, `cluster-autoscaler-chart-*`), and of the chart's first home
//! (<https://github.com/helm/charts/tree/master/stable/cluster-autoscaler>). Between 9.18.0 and 9.59.0 two keys went.

use crate::check::findings::Findings;
use crate::diagnostic::{Code, Diagnostic, FieldPath, Severity, ValueCode};
use crate::tree::Node;

/// A key that is gone.
struct Gone {
    path: &'static str,
    /// Whether nothing is lost with it, so that a file that has it can be taken.
    harmless: bool,
    instead: &'static str,
}

const GONE: &[Gone] = &[
    Gone {
        path: "azureClusterName",
        harmless: true,
        instead: "leave it out: gone since 9.33 of the chart, as the autoscaler scales by scale set, not by AKS node pool",
    },
    Gone {
        path: "azureNodeResourceGroup",
        harmless: true,
        instead: "leave it out: gone since 9.33 of the chart; `azureResourceGroup` names the group that the nodes are in",
    },
    Gone {
        path: "rbac.serviceAccountAnnotations",
        harmless: false,
        instead: "`rbac.serviceAccount.annotations` replaces it",
    },
    Gone { path: "rbac.serviceAccountName", harmless: false, instead: "`rbac.serviceAccount.name` replaces it" },
    Gone { path: "spotinst", harmless: false, instead: "the autoscaler has no cloud provider of that name any more" },
    Gone {
        path: "sslCertHostPath",
        harmless: false,
        instead: "`extraVolumes` and `extraVolumeMounts` replace it; the image has certificates of its own",
    },
    Gone {
        path: "sslCertPath",
        harmless: false,
        instead: "`extraVolumes` and `extraVolumeMounts` replace it; the image has certificates of its own",
    },
];

fn find(path: &FieldPath) -> Option<&'static Gone> {
    GONE.iter().find(|gone| *path == gone.path)
}

/// Says of every unknown key that was one what replaced it; only warns of it if nothing is lost.
pub(super) fn explain_all(diagnostics: &mut [Diagnostic]) {
    for diagnostic in diagnostics {
        let is_unknown = *diagnostic.code() == Code::Value(ValueCode::UnknownField);
        let Some(gone) = find(diagnostic.field()).filter(|_| is_unknown) else { continue };
        diagnostic.help = vec![gone.instead.to_owned()];
        if gone.harmless {
            diagnostic.severity = Severity::Warning;
        }
    }
}

/// Warns of values that were defaults of an older chart, and do something else today.
pub(super) fn outdated(values: &Node, findings: &mut Findings<'_>) {
    registry(values, findings);
    cloud_config(values, findings);
    vm_type(values, findings);
}

fn text<'v>(values: &'v Node, path: &[&str]) -> &'v str {
    values.find(path.iter().copied()).and_then(Node::as_str).unwrap_or_default()
}

/// Default until 9.24. <https://kubernetes.io/blog/2023/02/06/k8s-gcr-io-freeze-announcement/>.
fn registry(values: &Node, findings: &mut Findings<'_>) {
    let path = &["image", "repository"];
    let repository = text(values, path);
    if repository.starts_with("k8s.gcr.io/") || repository.contains(".gcr.io/k8s-artifacts-prod/") {
        let message = "this registry takes no new images since April 2023";
        let help = "`registry.k8s.io/autoscaling/cluster-autoscaler` has them".to_owned();
        findings.warning(path, message, Some(help));
    }
}

/// Default until 9.20, whatever the cloud. Since then the chart hands it to the autoscaler on AWS as well, which ends
/// if there is no such file.
fn cloud_config(values: &Node, findings: &mut Findings<'_>) {
    let path = &["cloudConfigPath"];
    let mounts = values.get("extraVolumeMounts").and_then(Node::as_seq).unwrap_or_default();
    let secrets = values.get("extraVolumeSecrets").and_then(Node::as_map).is_some_and(|map| !map.is_empty());
    let old = text(values, &["cloudProvider"]) == "aws" && text(values, path) == "/etc/gce.conf";
    if old && mounts.is_empty() && !secrets {
        let message = "the autoscaler reads this file on AWS too, ends if it is not there, and no volume is mounted";
        let help =
            "leave it out: it was the default until 9.20 of the chart, when only other clouds read it".to_owned();
        findings.warning(path, message, Some(help));
    }
}

/// Default until 9.34.
fn vm_type(values: &Node, findings: &mut Findings<'_>) {
    let path = &["azureVMType"];
    let azure = text(values, &["cloudProvider"]) == "azure";
    if azure && text(values, path).eq_ignore_ascii_case("aks") {
        let help = "expected `vmss` or `standard`; `vmss` is the default since 9.34 of the chart".to_owned();
        findings.warning(path, "the autoscaler ends with `AKS`, which it supports no more", Some(help));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::values::Values;

    fn warnings(text: &str) -> Vec<String> {
        let values = Values::parse("values.yaml", text).unwrap();
        let mut findings = Findings::about(&values.root);
        outdated(&values.root, &mut findings);
        assert!(
            findings.diagnostics.iter().all(|diagnostic| diagnostic.is_warning() && diagnostic.location.is_known())
        );
        findings.diagnostics.into_iter().map(|diagnostic| diagnostic.message()).collect()
    }

    #[test]
    fn gone_keys_are_explained_and_harmless_ones_taken() {
        let unknown = |path: &str| {
            let code = Code::Value(ValueCode::UnknownField);
            Diagnostic::error(code, "unknown key").names_field(path).help("valid keys here: ...")
        };
        let mut diagnostics =
            [unknown("azureClusterName"), unknown("rbac.serviceAccountName"), unknown("rbac.serviceAccountNam")];
        explain_all(&mut diagnostics);
        assert!(diagnostics[0].is_warning() && diagnostics[0].help[0].starts_with("leave it out"));
        assert!(!diagnostics[1].is_warning() && diagnostics[1].help == ["`rbac.serviceAccount.name` replaces it"]);
        assert_eq!(diagnostics[2], unknown("rbac.serviceAccountNam"));
    }

    #[test]
    fn defaults_of_9_18_are_warned_of() {
        let image = "image: { repository: k8s.gcr.io/autoscaling/cluster-autoscaler }\n";
        let old = format!("{image}cloudProvider: aws\ncloudConfigPath: /etc/gce.conf\nazureVMType: AKS\n");
        assert_eq!(warnings(&old).len(), 2);
        assert_eq!(warnings(&old.replace("aws", "azure")).len(), 2);
        assert_eq!(warnings(&old.replace("aws", "gce")).len(), 1);
        assert_eq!(warnings(&format!("{old}extraVolumeMounts: [{{ name: config }}]")).len(), 1);
    }

    #[test]
    fn defaults_of_today_are_not() {
        let text = "image: { repository: registry.k8s.io/autoscaling/cluster-autoscaler }\ncloudProvider: azure\n\
                    cloudConfigPath: ''\nazureVMType: vmss\n";
        assert_eq!(warnings(text), [""; 0]);
    }
}
