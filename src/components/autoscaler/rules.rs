//! Validation rules for the values of `autoscaler` that their types cannot express: one function per rule.

use super::config::is_name;
use super::context::Context;
use super::flags::{self, PROVIDERS};
use super::image;
use super::renamed;
use super::values::{AutoscalerValues, Scalar};
use crate::chart;
use crate::check::diagnostics::Diagnostics;
use crate::check::syntax::{dns_label, dns_subdomain};
use crate::components::ComponentCode;
use crate::components::irsa;
use crate::diagnostic::{Diagnostic, Severity, did_you_mean, listed, nearest};

/// How the autoscaler reaches the workload cluster and the management cluster of Cluster API.
const MODES: &[&str] = &[
    "incluster-incluster",
    "incluster-kubeconfig",
    "kubeconfig-incluster",
    "kubeconfig-kubeconfig",
    "single-kubeconfig",
];

/// Runs every rule.
pub(super) fn check(context: &Context<'_>, diagnostics: &mut Diagnostics<'_>) {
    let values = context.values;
    sections(context, diagnostics);
    provider(values, diagnostics);
    extra_args(context, diagnostics);
    renamed::outdated(context.root, diagnostics);
    groups(context, diagnostics);
    names(context, diagnostics);
    key_pair(values, diagnostics);
    security_policy(values, diagnostics);
    budget(context, diagnostics);
    role(values, diagnostics);
    templates(values, diagnostics);
    operators(context, diagnostics);
    if values.service.create && values.service.service_port.is_none() {
        diagnostics.error(&["service", "servicePort"], "required when `service.create` is `true`");
    }
}

/// Mappings that the chart reads without testing whether they are null.
const SECTIONS: &[&[&str]] = &[
    &["autoDiscovery"],
    &["deployment"],
    &["extraArgs"],
    &["image"],
    &["prometheusRule"],
    &["rbac"],
    &["rbac", "serviceAccount"],
    &["service"],
    &["serviceMonitor"],
    &["vpa"],
];

fn sections(context: &Context<'_>, diagnostics: &mut Diagnostics<'_>) {
    for path in SECTIONS {
        let parent = context.root.find(path[..path.len() - 1].iter().copied());
        let is_there = context.root.find(path.iter().copied()).is_some_and(|section| !section.is_null());
        if !is_there && parent.is_some() {
            diagnostics.error(path, "expected a mapping, found null; use `{}` to keep the defaults");
        }
    }
}

fn provider(values: &AutoscalerValues, diagnostics: &mut Diagnostics<'_>) {
    let path = &["cloudProvider"];
    let Some(provider) = values.cloud_provider.as_deref().filter(|provider| !provider.is_empty()) else {
        return diagnostics.error_with_help(path, "required", "for example `cloudProvider: aws`");
    };
    known(path, provider, PROVIDERS, "unknown cloud provider of cluster-autoscaler 1.35", diagnostics);
    let mode = values.cluster_api_mode.as_deref().unwrap_or_default();
    if provider == "clusterapi" {
        known(
            &["clusterAPIMode"],
            mode,
            MODES,
            "unknown mode: the chart uses `incluster-incluster` instead",
            diagnostics,
        );
    }
}

/// Checks the flags of the known version. If the image has another version, errors become warnings.
fn extra_args(context: &Context<'_>, diagnostics: &mut Diagnostics<'_>) {
    let Some(args) = context.root.get("extraArgs") else { return };
    let before = diagnostics.list.len();
    flags::check(args, context.provider(), diagnostics);
    if !image::is_known(context) {
        for diagnostic in &mut diagnostics.list[before..] {
            if !diagnostic.is_warning() {
                diagnostic.severity = Severity::Warning;
                diagnostic.help.push(
                    "the flags are those of cluster-autoscaler 1.35; the image may be another version".to_owned(),
                );
            }
        }
    }
    flags::notation(args, diagnostics);
}

fn known(path: &[&str], name: &str, names: &[&str], message: &str, diagnostics: &mut Diagnostics<'_>) {
    if !names.contains(&name) {
        let near = nearest(name, names.iter().copied()).map(did_you_mean);
        diagnostics.warning(
            path,
            message,
            near.or_else(|| Some(format!("must be one of {}", listed(names.iter().copied())))),
        );
    }
}

/// Requires node groups: without any, the chart silently renders no Deployment.
fn groups(context: &Context<'_>, diagnostics: &mut Diagnostics<'_>) {
    let discovers = ["clusterName", "namespace", "labels"].iter().any(|key| context.is_set(&["autoDiscovery", key]));
    if discovers || context.is_set(&["autoscalingGroups"]) {
        return;
    }
    let (message, help) = if context.is_set(&["autoscalingGroupsnamePrefix"]) {
        ("required when `autoscalingGroupsnamePrefix` is set", "use `--cluster NAME`")
    } else {
        let help = "use `--cluster NAME` to discover the cluster's node groups";
        ("required unless `autoscalingGroups` lists node groups", help)
    };
    diagnostics.error_with_help(&["autoDiscovery", "clusterName"], message, help);
}

/// Checks names: objects have DNS names, and the container has a DNS label.
fn names(context: &Context<'_>, diagnostics: &mut Diagnostics<'_>) {
    let values = context.values;
    if let Err(reason) = release_name(&context.release.name) {
        return diagnostics
            .list
            .push(Diagnostic::error(ComponentCode::InvalidReleaseName, reason).in_field("--release"));
    }
    if context.provider().is_empty() {
        return;
    }
    let path: &[&str] = match (&values.fullname_override, &values.name_override) {
        (Some(name), _) if !name.is_empty() => &["fullnameOverride"],
        (_, Some(name)) if !name.is_empty() => &["nameOverride"],
        _ => &["cloudProvider"],
    };
    let full_name = context.full_name();
    // RBAC accepts nearly any name; the Service requires a DNS label.
    let rule = if values.service.create { dns_label } else { dns_subdomain };
    let name = dns_label(&context.name());
    match name {
        Err(reason) => diagnostics.error(&["nameOverride"], reason),
        Ok(()) => diagnostics.require(path, rule(&full_name)),
    }
    let account = &values.rbac.service_account.name;
    if account.is_truthy() && is_name(&account.print()) {
        diagnostics.require(&["rbac", "serviceAccount", "name"], dns_subdomain(&account.print()));
    }
}

/// Checks the name of the release. Helm limits its length, since charts append to it.
fn release_name(name: &str) -> Result<(), String> {
    dns_subdomain(name)?;
    if name.len() <= chart::MAX_NAME {
        return Ok(());
    }
    Err(format!("must have at most {} characters, found {}", chart::MAX_NAME, name.len()))
}

/// Refuses key pairs in values: they would end up in files, Git history and Secrets that many people can read.
fn key_pair(values: &AutoscalerValues, diagnostics: &mut Diagnostics<'_>) {
    let keys = [("awsAccessKeyID", &values.aws_access_key_id), ("awsSecretAccessKey", &values.aws_secret_access_key)];
    for (key, value) in keys {
        if !values.aws_allow_key_pair && value.as_deref().is_some_and(|value| !value.is_empty()) {
            let help = "let the pods assume an IAM role with `--role-arn ARN` (`mkmanifests irsa --for autoscaler` prints its \
                        policy), or set `awsAllowKeyPair: true`";
            diagnostics.error_with_help(&[key], "an AWS key pair may not be set in values", help);
        }
    }
}

fn security_policy(values: &AutoscalerValues, diagnostics: &mut Diagnostics<'_>) {
    if values.rbac.psp_enabled {
        let help = "remove it; Pod Security Admission replaces it: \
                    `kubectl label namespace NAME pod-security.kubernetes.io/enforce=restricted`";
        let message = "PodSecurityPolicy was removed in Kubernetes 1.25";
        diagnostics.error_with_help(&["rbac", "pspEnabled"], message, help);
    }
}

fn budget(context: &Context<'_>, diagnostics: &mut Diagnostics<'_>) {
    let Some(budget) = &context.values.pod_disruption_budget else { return };
    let path = |key| ["podDisruptionBudget", key];
    let numbers = [("minAvailable", &budget.min_available), ("maxUnavailable", &budget.max_unavailable)];
    if numbers.iter().all(|(_, number)| number.is_truthy()) {
        let help = "remove the default with `maxUnavailable: null`";
        let message = "`minAvailable` and `maxUnavailable` are mutually exclusive";
        return diagnostics.error_with_help(&path("minAvailable"), message, help);
    }
    let omits_both = numbers.iter().all(|(_, number)| !number.is_truthy());
    for (key, number) in numbers {
        if number.0 == Scalar::Integer(0) {
            // With neither number, the controller expects no pods and allows no disruption: `updatePdbStatus` in
            // https://github.com/kubernetes/kubernetes/blob/master/pkg/controller/disruption/disruption.go
            let message = match omits_both {
                true => "the chart omits the number 0, and a budget without numbers allows no eviction",
                false => "the chart omits the number 0",
            };
            diagnostics.warning(&path(key), message, Some("use the string `\"0\"`".to_owned()));
        } else if number.is_truthy() && !budget.selector.is_empty() {
            let message = "the chart ignores it when `podDisruptionBudget.selector` is set";
            diagnostics.warning(&path(key), message, None);
        }
    }
}

fn role(values: &AutoscalerValues, diagnostics: &mut Diagnostics<'_>) {
    let annotations = &values.rbac.service_account.annotations;
    let path = &["rbac", "serviceAccount", "annotations", irsa::ROLE_ARN];
    let Some(Some(arn)) = annotations.get(irsa::ROLE_ARN) else { return };
    if !arn.contains("{{") {
        diagnostics.require(path, irsa::role_arn(arn).map(drop));
    }
    if !(values.rbac.create && values.rbac.service_account.create) {
        let help = "annotate the existing service account with the role".to_owned();
        let message = "has no effect when `rbac.create` or `rbac.serviceAccount.create` is `false`";
        diagnostics.warning(path, message, Some(help));
    }
}

/// Requires strings where the chart passes a value to a function that only accepts strings.
fn templates(values: &AutoscalerValues, diagnostics: &mut Diagnostics<'_>) {
    let provider = values.cloud_provider.as_deref().unwrap_or_default();
    let named = values.auto_discovery.cluster_name.as_ref().is_some_and(Scalar::is_truthy);
    for (key, is_used, value) in [
        ("awsRegion", provider == "aws", &values.aws_region),
        ("magnumClusterName", provider == "magnum" && !named, &values.magnum_cluster_name),
        (
            "clusterAPIWorkloadKubeconfigPath",
            values.cluster_api_kubeconfig_secret.is_truthy(),
            &values.cluster_api_workload_kubeconfig_path,
        ),
    ] {
        if is_used && value.is_none() {
            diagnostics.error(&[key], "expected a string, found null; use `\"\"` for an empty string");
        }
    }
}

fn operators(context: &Context<'_>, diagnostics: &mut Diagnostics<'_>) {
    if context.values.vpa.enabled && !context.is_set(&["vpa", "containerPolicy"]) {
        let help = "for example `containerPolicy: {controlledValues: RequestsOnly}`";
        diagnostics.error_with_help(&["vpa", "containerPolicy"], "required when `vpa.enabled` is `true`", help);
    }
    for key in ["relabelings", "metricRelabelings"] {
        let path = &["serviceMonitor", key];
        let value = context.root.find(path.iter().copied());
        if value.and_then(|value| value.as_map()).is_some_and(|map| !map.is_empty()) {
            diagnostics.error(path, "expected a list, found a mapping");
        }
    }
}
