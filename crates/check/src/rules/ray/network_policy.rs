//! The NetworkPolicies that the operator creates for the head and the workers.

use std::collections::BTreeSet;

use mkmanifests_kuberay::{NetworkPolicyConfig, NetworkPolicyRules, RayClusterSpec, WorkerGroupNetworkPolicyRules};

use super::super::common::list;
use super::super::network::policy_traffic;
use super::read;
use crate::path::Path;
use crate::report::Report;
use crate::rule::rules;
use crate::syntax::dns_label;
use k8s_openapi::api::networking::v1::{NetworkPolicyEgressRule, NetworkPolicyIngressRule};
use mkmanifests_yaml::diagnostic::{did_you_mean, listed};

/// Validates `networkPolicy`; `at` is the path of the cluster's spec.
pub(super) fn check(report: &mut Report<'_>, at: &Path<'_>, spec: &RayClusterSpec) {
    let Some(policy) = &spec.network_policy else { return };
    policy_group_names(report, &at.field("workerGroupSpecs"), spec);
    let at = at.field("networkPolicy");
    policy_mode(report, &at.field("mode"), policy);
    let mode = policy.mode.as_deref().unwrap_or("DenyAll");
    for (field, rules) in [("head", &policy.head), ("worker", &policy.worker)] {
        if let Some(rules) = rules {
            check_rules(report, &at.field(field), mode, Rules::of(rules));
        }
    }
    let at_groups = at.field("workerGroups");
    let names: Vec<&str> = read::workers(spec).iter().map(|worker| worker.group_name.as_str()).collect();
    for (index, group) in list(&policy.worker_groups).iter().enumerate() {
        let at = at_groups.index(index);
        check_rules(report, &at, mode, Rules::of_group(group));
        policy_group_exists(report, &at.field("groupName"), &group.group_name, &names);
    }
    unique_policy_groups(report, &at_groups, list(&policy.worker_groups));
}

/// The rules for one side of the traffic each.
#[derive(Clone, Copy)]
struct Rules<'a> {
    ingress: &'a [NetworkPolicyIngressRule],
    egress: &'a [NetworkPolicyEgressRule],
}

impl<'a> Rules<'a> {
    fn of(rules: &'a NetworkPolicyRules) -> Self {
        Rules { ingress: list(&rules.ingress_rules), egress: list(&rules.egress_rules) }
    }

    fn of_group(rules: &'a WorkerGroupNetworkPolicyRules) -> Self {
        Rules { ingress: list(&rules.ingress_rules), egress: list(&rules.egress_rules) }
    }
}

fn check_rules(report: &mut Report<'_>, at: &Path<'_>, mode: &str, rules: Rules<'_>) {
    policy_rules_match_mode(report, at, mode, rules);
    let at_ingress = at.field("ingressRules");
    for (index, rule) in rules.ingress.iter().enumerate() {
        policy_traffic(report, &at_ingress.index(index), "from", list(&rule.ports), list(&rule.from));
    }
    let at_egress = at.field("egressRules");
    for (index, rule) in rules.egress.iter().enumerate() {
        policy_traffic(report, &at_egress.index(index), "to", list(&rule.ports), list(&rule.to));
    }
}

/// The area of the rules below.
const AREA: &str = "raycluster";

rules!(
    /// `networkPolicy.mode` must be `DenyAll` (the default), `DenyAllIngress` or `DenyAllEgress`.
    ///
    /// Example: `spec: {networkPolicy: {mode: AllowAll}}`
    ///
    /// Source: `NetworkPolicyMode`, ray-operator/apis/ray/v1/raycluster_types.go
    fn policy_mode(report: &mut Report<'_>, at: &Path<'_>, policy: &NetworkPolicyConfig) {
        if let Some(mode) = &policy.mode {
            report.one_of(at, mode, &["DenyAll", "DenyAllEgress", "DenyAllIngress"]);
        }
    },

    /// `ingressRules` may not be set with `mode: DenyAllEgress`, nor `egressRules` with `mode: DenyAllIngress`, since
    /// that traffic is not restricted.
    ///
    /// Example: `spec: {networkPolicy: {mode: DenyAllEgress, head: {ingressRules: [{from: [{podSelector: {}}]}]}}}`
    ///
    /// Source: `validateNetworkPolicy`, ray-operator/controllers/ray/utils/validation.go
    fn policy_rules_match_mode(report: &mut Report<'_>, at: &Path<'_>, mode: &str, rules: Rules<'_>) {
        if mode == "DenyAllEgress" && !rules.ingress.is_empty() {
            let why = "`mode: DenyAllEgress` does not restrict ingress; use `mode: DenyAll`";
            report.forbidden(&at.field("ingressRules"), why);
        }
        if mode == "DenyAllIngress" && !rules.egress.is_empty() {
            let why = "`mode: DenyAllIngress` does not restrict egress; use `mode: DenyAll`";
            report.forbidden(&at.field("egressRules"), why);
        }
    },

    /// With `networkPolicy`, `groupName` of each worker group must be a DNS label, since it becomes a part of the name
    /// of a NetworkPolicy.
    ///
    /// Example: `spec: {networkPolicy: {}, workerGroupSpecs: [{groupName: GPU, template: {spec: {containers: [{name: ray-worker, image: "rayproject/ray:2.60.0"}]}}}]}`
    ///
    /// Source: `validateNetworkPolicy`, ray-operator/controllers/ray/utils/validation.go
    fn policy_group_names(report: &mut Report<'_>, at: &Path<'_>, spec: &RayClusterSpec) {
        for (index, worker) in read::workers(spec).iter().enumerate() {
            report.require(&at.index(index).field("groupName"), dns_label(&worker.group_name));
        }
    },

    /// Each `groupName` of `networkPolicy.workerGroups` must be that of a worker group.
    ///
    /// Example: `spec: {networkPolicy: {workerGroups: [{groupName: gpu}]}}`
    ///
    /// Source: `validateNetworkPolicy`, ray-operator/controllers/ray/utils/validation.go
    fn policy_group_exists(report: &mut Report<'_>, at: &Path<'_>, name: &str, names: &[&str]) {
        if names.contains(&name) {
            return;
        }
        let message = format_args!("no worker group is named {name:?}");
        match report.nearest(name, names.iter().copied()) {
            Some(near) => report.error_with_help(at, message, did_you_mean(near)),
            None if names.is_empty() => report.error_with_help(at, message, "`workerGroupSpecs` is empty"),
            None => {
                let help = format!("the worker groups are {}", listed(names.iter().copied()));
                report.error_with_help(at, message, help);
            }
        }
    },

    /// `networkPolicy.workerGroups` may have each `groupName` once.
    ///
    /// Example: `spec: {networkPolicy: {workerGroups: [{groupName: cpu}, {groupName: cpu}]}}`
    ///
    /// Source: `NetworkPolicyConfig`, ray-operator/apis/ray/v1/raycluster_types.go
    fn unique_policy_groups(report: &mut Report<'_>, at: &Path<'_>, groups: &[WorkerGroupNetworkPolicyRules]) {
        let mut names = BTreeSet::new();
        for (index, group) in groups.iter().enumerate() {
            if !names.insert(group.group_name.as_str()) {
                let name = group.group_name.as_str();
                report.duplicate(&at.index(index).field("groupName"), format_args!("the group {name:?}"));
            }
        }
    }
);
