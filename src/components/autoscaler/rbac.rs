//! Renders the service account, its roles and their bindings.

use std::collections::BTreeMap;

use k8s_openapi::api::core::v1::ServiceAccount;
use k8s_openapi::api::rbac::v1::{ClusterRole, ClusterRoleBinding, PolicyRule, Role, RoleBinding, RoleRef, Subject};
use k8s_openapi::apimachinery::pkg::apis::meta::v1::ObjectMeta;

use super::context::Context;
use crate::components::irsa;

/// The name under which the autoscaler elects its leader.
const LEADER: &str = "cluster-autoscaler";
/// The ConfigMap that the autoscaler writes its status to.
const STATUS: &str = "cluster-autoscaler-status";
/// The ConfigMap that the expander `priority` reads.
pub(super) const PRIORITIES: &str = "cluster-autoscaler-priority-expander";

pub(super) fn service_account(context: &Context<'_>) -> ServiceAccount {
    let account = &context.values.rbac.service_account;
    let path = &["rbac", "serviceAccount", "annotations"];
    let annotations = context.annotations(path, &account.annotations).unwrap_or_default();
    let name = context.service_account_name();
    let namespace = &context.release.namespace;
    let account_object = irsa::service_account(namespace, &name, context.labels(), None, &annotations);
    ServiceAccount { automount_service_account_token: account.automount_service_account_token, ..account_object }
}

pub(super) fn cluster_role(context: &Context<'_>) -> ClusterRole {
    ClusterRole { metadata: cluster_metadata(context), rules: Some(cluster_rules(context)), ..ClusterRole::default() }
}

pub(super) fn cluster_role_binding(context: &Context<'_>) -> ClusterRoleBinding {
    ClusterRoleBinding {
        metadata: cluster_metadata(context),
        role_ref: role_ref(context, "ClusterRole"),
        subjects: Some(vec![subject(context)]),
    }
}

pub(super) fn role(context: &Context<'_>) -> Role {
    Role { metadata: metadata(context), rules: Some(rules(context)) }
}

pub(super) fn role_binding(context: &Context<'_>) -> RoleBinding {
    RoleBinding {
        metadata: metadata(context),
        role_ref: role_ref(context, "Role"),
        subjects: Some(vec![subject(context)]),
    }
}

fn metadata(context: &Context<'_>) -> ObjectMeta {
    let annotations = context.annotations(&["rbac", "annotations"], &context.values.rbac.annotations);
    ObjectMeta { annotations, ..context.metadata() }
}

fn cluster_metadata(context: &Context<'_>) -> ObjectMeta {
    ObjectMeta { namespace: None, ..metadata(context) }
}

fn role_ref(context: &Context<'_>, kind: &str) -> RoleRef {
    RoleRef {
        api_group: Some("rbac.authorization.k8s.io".to_owned()),
        kind: kind.to_owned(),
        name: context.full_name(),
    }
}

fn subject(context: &Context<'_>) -> Subject {
    Subject {
        kind: "ServiceAccount".to_owned(),
        name: context.service_account_name(),
        namespace: Some(context.release.namespace.clone()),
        ..Subject::default()
    }
}

/// Returns one rule. Words are separated by spaces; `core` is the API group without a name.
fn rule(groups: &str, resources: &str, verbs: &str) -> PolicyRule {
    let words = |text: &str| text.split(' ').map(str::to_owned).collect::<Vec<_>>();
    let group = |group: &str| if group == "core" { String::new() } else { group.to_owned() };
    PolicyRule {
        api_groups: Some(groups.split(' ').map(group).collect()),
        resources: Some(words(resources)),
        verbs: words(verbs),
        ..PolicyRule::default()
    }
}

/// Limits a rule to objects of these names.
fn named(rule: PolicyRule, names: &[&str]) -> PolicyRule {
    PolicyRule { resource_names: Some(names.iter().map(|name| (*name).to_owned()).collect()), ..rule }
}

/// Returns the rules for the whole cluster.
fn cluster_rules(context: &Context<'_>) -> Vec<PolicyRule> {
    let provider = context.provider();
    let node_verbs = match provider {
        // kwok makes and deletes Node objects itself.
        "kwok" => "watch list get update create delete",
        "huaweicloud" => "watch list get update delete",
        _ => "watch list get update",
    };
    let mut rules = Vec::new();
    if provider == "coreweave" {
        rules.push(rule("compute.coreweave.com", "nodepools", "get list patch update"));
    }
    rules.extend([
        rule("core", "events endpoints", "create patch"),
        rule("core", "pods/eviction", "create"),
        rule("core", "pods/status", "update"),
        named(rule("core", "endpoints", "get update"), &[LEADER]),
        rule("core", "nodes", node_verbs),
        rule("core", "podtemplates", "get list watch create update patch"),
        rule("resource.k8s.io", "resourceslices deviceclasses resourceclaims", "watch list get"),
        rule(
            "core",
            "namespaces pods services replicationcontrollers persistentvolumeclaims persistentvolumes",
            "watch list get",
        ),
        rule("batch", "jobs cronjobs", "watch list get"),
        rule("batch extensions", "jobs", "get list patch watch"),
        rule("extensions", "replicasets daemonsets", "watch list get"),
        rule("policy", "poddisruptionbudgets", "watch list"),
        rule("apps", "daemonsets deployments replicasets statefulsets", "watch list get"),
        rule(
            "storage.k8s.io",
            "storageclasses csinodes csidrivers csistoragecapacities volumeattachments",
            "watch list get",
        ),
        rule("core", "configmaps", "list watch get"),
    ]);
    rules.extend(leases());
    if manages_machines(context) {
        rules.extend(machines());
    }
    let own = "autoscaling.x-k8s.io";
    rules.extend([
        rule(own, "provisioningrequests provisioningrequests/status", "get list watch update patch"),
        rule(own, "capacitybuffers capacityquotas", "get list watch"),
        rule(own, "capacityquotas/status capacitybuffers/status", "update patch"),
    ]);
    rules.extend(context.values.rbac.additional_rules.iter().cloned());
    rules
}

/// Returns the rules for the namespace of the release.
fn rules(context: &Context<'_>) -> Vec<PolicyRule> {
    let priority = has_priority_expander(context);
    let (create, change) =
        if priority { ("create list watch", "delete get update watch") } else { ("create", "delete get update") };
    let names: &[&str] = if priority { &[STATUS, PRIORITIES] } else { &[STATUS] };
    let mut rules = vec![rule("core", "configmaps", create), named(rule("core", "configmaps", change), names)];
    if extra_arg(context, "leader-elect-resource-lock").as_deref() == Some("configmaps") {
        rules.push(named(rule("core", "configmaps", "get update"), &[LEADER]));
    }
    if !context.values.rbac.cluster_scoped {
        if manages_machines(context) {
            rules.extend(machines());
        }
        rules.extend(leases());
    }
    rules.extend(context.values.rbac.additional_rules.iter().cloned());
    rules
}

/// Returns the rules for leader election.
fn leases() -> [PolicyRule; 2] {
    let group = "coordination.k8s.io";
    [rule(group, "leases", "create"), named(rule(group, "leases", "get update"), &[LEADER])]
}

/// Returns whether Cluster API's machines are in this cluster, so that it is its own management cluster.
fn manages_machines(context: &Context<'_>) -> bool {
    let mode = context.values.cluster_api_mode.as_deref();
    context.provider() == "clusterapi" && matches!(mode, Some("incluster-incluster" | "kubeconfig-incluster"))
}

fn machines() -> [PolicyRule; 2] {
    let group = "cluster.x-k8s.io";
    [
        rule(group, "machinedeployments machinepools machines machinesets", "get list update watch"),
        rule(group, "machinedeployments/scale machinepools/scale", "get patch update"),
    ]
}

/// Returns whether one of the expanders is `priority`.
pub(super) fn has_priority_expander(context: &Context<'_>) -> bool {
    extra_arg(context, "expander").is_some_and(|expanders| expanders.split(',').any(|name| name == "priority"))
}

fn extra_arg(context: &Context<'_>, name: &str) -> Option<String> {
    let args: &BTreeMap<String, _> = &context.values.extra_args;
    args.get(name)?.as_ref().map(|value| value.print().into_owned())
}
