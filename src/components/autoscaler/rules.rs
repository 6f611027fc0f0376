//! What must hold for the values of `autoscaler` beyond their types; one function a rule.

use super::config::is_name;
use super::context::Context;
use super::flags::{self, PROVIDERS};
use super::image;
use super::renamed;
use super::values::{AutoscalerValues, Scalar};
use crate::chart;
use crate::check::findings::Findings;
use crate::check::syntax::{dns_label, dns_subdomain};
use crate::components::ComponentCode;
use crate::components::irsa;
use crate::diagnostic::{Diagnostic, Severity, did_you_mean, nearest};

/// How Cluster API's workload and management cluster are reached.
const MODES: &[&str] = &[
    "incluster-incluster",
    "incluster-kubeconfig",
    "kubeconfig-incluster",
    "kubeconfig-kubeconfig",
    "single-kubeconfig",
];

/// Runs every rule.
pub(super) fn check(context: &Context<'_>, findings: &mut Findings<'_>) {
    let values = context.values;
    sections(context, findings);
    provider(values, findings);
    extra_args(context, findings);
    renamed::outdated(context.root, findings);
    groups(context, findings);
    names(context, findings);
    key_pair(values, findings);
    security_policy(values, findings);
    budget(context, findings);
    role(values, findings);
    templates(values, findings);
    operators(context, findings);
    if values.service.create && values.service.service_port.is_none() {
        findings.error(&["service", "servicePort"], "the Service needs a port");
    }
}

/// Parts of the values that the chart looks into without asking whether they are there.
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

fn sections(context: &Context<'_>, findings: &mut Findings<'_>) {
    for path in SECTIONS {
        let parent = context.root.find(path[..path.len() - 1].iter().copied());
        let is_there = context.root.find(path.iter().copied()).is_some_and(|section| !section.is_null());
        if !is_there && parent.is_some() {
            findings.error(path, "expected a mapping, found nothing (null); `{}` changes nothing of the defaults");
        }
    }
}

fn provider(values: &AutoscalerValues, findings: &mut Findings<'_>) {
    let path = &["cloudProvider"];
    let Some(provider) = values.cloud_provider.as_deref().filter(|provider| !provider.is_empty()) else {
        let help = "name it, as in `--set cloudProvider=aws`";
        return findings.error_with_help(path, "the cloud provider is not known", help);
    };
    known(path, provider, PROVIDERS, "the autoscaler 1.35 has no such provider", findings);
    let mode = values.cluster_api_mode.as_deref().unwrap_or_default();
    if provider == "clusterapi" {
        known(&["clusterAPIMode"], mode, MODES, "no such mode: the clusters are reached from within", findings);
    }
}

/// The flags that are known are those of one version: another one may have others.
fn extra_args(context: &Context<'_>, findings: &mut Findings<'_>) {
    let Some(args) = context.root.get("extraArgs") else { return };
    let before = findings.diagnostics.len();
    flags::check(args, context.provider(), findings);
    if !image::is_known(context) {
        for diagnostic in &mut findings.diagnostics[before..] {
            if !diagnostic.is_warning() {
                diagnostic.severity = Severity::Warning;
                diagnostic
                    .help
                    .push("known are the flags of cluster-autoscaler 1.35, and the image is another one".to_owned());
            }
        }
    }
    flags::notation(args, findings);
}

fn known(path: &[&str], name: &str, names: &[&str], message: &str, findings: &mut Findings<'_>) {
    if !names.contains(&name) {
        let near = nearest(name, names.iter().copied()).map(did_you_mean);
        findings.warning(path, message, near.or_else(|| Some(format!("known: {}", names.join(", ")))));
    }
}

/// The chart renders no Deployment then, without a word.
fn groups(context: &Context<'_>, findings: &mut Findings<'_>) {
    let discovers = ["clusterName", "namespace", "labels"].iter().any(|key| context.is_given(&["autoDiscovery", key]));
    if discovers || context.is_given(&["autoscalingGroups"]) {
        return;
    }
    let message = "there is nothing to scale: neither auto-discovery nor a node group is set";
    let help = if context.is_given(&["autoscalingGroupsnamePrefix"]) {
        "the chart wants `autoDiscovery.clusterName` beside `autoscalingGroupsnamePrefix`: name the cluster with `--cluster NAME`"
    } else {
        "name the cluster with `--cluster NAME`, or the groups in `autoscalingGroups`"
    };
    findings.error_with_help(&["autoDiscovery", "clusterName"], message, help);
}

/// Names are DNS names; a container's is a label. The chart prints them without quotes.
fn names(context: &Context<'_>, findings: &mut Findings<'_>) {
    let values = context.values;
    if let Err(reason) = release_name(&context.release.name) {
        return findings
            .diagnostics
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
    // RBAC takes nearly any name; the Service, where there is one, a DNS label.
    let rule = if values.service.create { dns_label } else { dns_subdomain };
    let name = dns_label(&context.name());
    match name {
        Err(reason) => findings.error(&["nameOverride"], reason),
        Ok(()) => findings.require(path, rule(&full_name)),
    }
    let account = &values.rbac.service_account.name;
    if account.is_truthy() && is_name(&account.print()) {
        findings.require(&["rbac", "serviceAccount", "name"], dns_subdomain(&account.print()));
    }
}

/// Helm leaves room for what charts put behind the name.
fn release_name(name: &str) -> Result<(), String> {
    dns_subdomain(name)?;
    if name.len() <= chart::MAX_NAME {
        return Ok(());
    }
    Err(format!("{name:?} is too long for the name of a release: at most {} characters", chart::MAX_NAME))
}

/// Keys in values end up in files, histories and Secrets that many can read.
fn key_pair(values: &AutoscalerValues, findings: &mut Findings<'_>) {
    let keys = [("awsAccessKeyID", &values.aws_access_key_id), ("awsSecretAccessKey", &values.aws_secret_access_key)];
    for (key, value) in keys {
        if !values.aws_allow_key_pair && value.as_deref().is_some_and(|value| !value.is_empty()) {
            let help = "let the pods assume a role instead, with `--role-arn` (IRSA: `mkmanifests irsa --for autoscaler` \
                        prints its policy), or set `awsAllowKeyPair: true`";
            findings.error_with_help(&[key], "an AWS key pair does not belong in values", help);
        }
    }
}

fn security_policy(values: &AutoscalerValues, findings: &mut Findings<'_>) {
    if values.rbac.psp_enabled {
        let help = "leave it out; `kubectl label namespace NAME pod-security.kubernetes.io/enforce=restricted` is what \
                    came instead";
        let message = "Kubernetes has no PodSecurityPolicy since 1.25";
        findings.error_with_help(&["rbac", "pspEnabled"], message, help);
    }
}

fn budget(context: &Context<'_>, findings: &mut Findings<'_>) {
    let Some(budget) = &context.values.pod_disruption_budget else { return };
    let path = |key| ["podDisruptionBudget", key];
    let numbers = [("minAvailable", &budget.min_available), ("maxUnavailable", &budget.max_unavailable)];
    if numbers.iter().all(|(_, number)| number.is_truthy()) {
        let help = "set one of them, and take the other away: `maxUnavailable: null`";
        let message = "only one of `minAvailable` and `maxUnavailable` can be set";
        return findings.error_with_help(&path("minAvailable"), message, help);
    }
    for (key, number) in numbers {
        let zero = number.0 == Scalar::Integer(0);
        if zero {
            let help = Some("write it as text to have it: `\"0\"`".to_owned());
            findings.warning(&path(key), "the chart leaves a 0 out, so that the budget says nothing", help);
        } else if number.is_truthy() && !budget.selector.is_empty() {
            let message = "the chart leaves it out beside a `selector` of your own";
            findings.warning(&path(key), message, None);
        }
    }
}

fn role(values: &AutoscalerValues, findings: &mut Findings<'_>) {
    let annotations = &values.rbac.service_account.annotations;
    let path = &["rbac", "serviceAccount", "annotations", irsa::ROLE_ARN];
    let Some(Some(arn)) = annotations.get(irsa::ROLE_ARN) else { return };
    if !arn.contains("{{") {
        findings.require(path, irsa::role_arn(arn).map(drop));
    }
    if !(values.rbac.create && values.rbac.service_account.create) {
        let help = "put the role on the account where it is made".to_owned();
        findings.warning(path, "no use: the account is not made here", Some(help));
    }
}

/// The chart puts these through functions that take nothing but text.
fn templates(values: &AutoscalerValues, findings: &mut Findings<'_>) {
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
            findings.error(&[key], "expected a string, found nothing (null); `\"\"` is an empty one");
        }
    }
}

fn operators(context: &Context<'_>, findings: &mut Findings<'_>) {
    if context.values.vpa.enabled && !context.is_given(&["vpa", "containerPolicy"]) {
        let help = "as in `containerPolicy: {controlledValues: RequestsOnly}`";
        findings.error_with_help(&["vpa", "containerPolicy"], "a VerticalPodAutoscaler needs a policy", help);
    }
    for key in ["relabelings", "metricRelabelings"] {
        let path = &["serviceMonitor", key];
        let value = context.root.find(path.iter().copied());
        if value.and_then(|value| value.as_map()).is_some_and(|map| !map.is_empty()) {
            findings.error(path, "expected a list, found a mapping");
        }
    }
}
