//! Validates pod specs, in Pods and in pod templates.

pub(super) mod affinity;
mod annotations;
mod claims;
mod container;
mod container_security;
mod dns;
mod env;
mod handler;
mod host;
mod mounts;
mod node_selector;
mod os;
mod pod_resources;
mod ports;
mod profiles;
mod projected;
pub(super) mod resources;
pub(super) mod scheduling;
mod security;
pub(super) mod sources;
mod spread;
pub(super) mod storage;
mod template;
mod volumes;
mod windows;

use std::collections::{BTreeMap, BTreeSet};

use k8s_openapi::api::core::v1::{Container, PersistentVolumeClaim, PodSpec};
use k8s_openapi::apimachinery::pkg::apis::meta::v1::ObjectMeta;

use super::common::{list, text, within};
use super::meta;
use crate::path::Path;
use crate::report::Report;
use crate::rule::{Rule, rules};
use crate::syntax::{dns_label, dns_subdomain};

pub(super) use template::{no_ephemeral_containers, template};

/// The rules about pods, file by file.
pub(super) const ALL: &[&[Rule]] = &[
    RULES,
    affinity::RULES,
    annotations::RULES,
    claims::RULES,
    container::RULES,
    container_security::RULES,
    dns::RULES,
    env::RULES,
    handler::RULES,
    host::RULES,
    mounts::RULES,
    node_selector::RULES,
    os::RULES,
    pod_resources::RULES,
    ports::RULES,
    profiles::RULES,
    projected::RULES,
    resources::RULES,
    scheduling::RULES,
    security::RULES,
    sources::RULES,
    spread::RULES,
    storage::RULES,
    template::RULES,
    volumes::RULES,
    windows::RULES,
];

/// The object that a pod spec belongs to.
#[derive(Clone, Copy)]
pub(super) struct Owner<'a> {
    /// The metadata of the Pod; `None` for a pod template.
    pub(super) pod: Option<&'a ObjectMeta>,
    /// The `volumeClaimTemplates` of a StatefulSet, which containers mount like volumes.
    pub(super) claims: &'a [PersistentVolumeClaim],
    /// Whether the owner sets `hostname` and `subdomain` of its pods, as a StatefulSet does.
    pub(super) sets_hostname: bool,
    /// The containers that the owner adds to its pods, each with the path of the field that it builds them from.
    pub(super) added: &'a [(&'a Path<'a>, Container)],
}

impl Owner<'_> {
    /// The pod template of a workload without `volumeClaimTemplates`.
    pub(super) const TEMPLATE: Owner<'static> = Owner { pod: None, claims: &[], sets_hostname: false, added: &[] };
}

/// What the rules for parts of a pod need to know about the whole pod.
struct Context<'a> {
    spec: &'a PodSpec,
    volumes: BTreeMap<&'a str, volumes::Volume>,
    volume_names: BTreeSet<&'a str>,
    owner: Owner<'a>,
}

impl<'a> Context<'a> {
    /// Returns `terminationGracePeriodSeconds`; 30 by default.
    fn grace_period(&self) -> i64 {
        self.spec.termination_grace_period_seconds.unwrap_or(30)
    }

    /// Returns `restartPolicy`; `Always` by default.
    fn restart_policy(&self) -> &'a str {
        restart_policy_of(self.spec)
    }

    /// Returns whether the pod runs in the user namespace of the host.
    fn has_host_users(&self) -> bool {
        self.spec.host_users != Some(false)
    }

    /// Returns the names of all volumes, including invalid ones.
    fn volume_names(&self) -> impl Iterator<Item = &'a str> {
        let claims = self.owner.claims.iter().map(|claim| text(&claim.metadata.name));
        list(&self.spec.volumes).iter().map(|volume| volume.name.as_str()).chain(claims)
    }

    fn has_volume(&self, name: &str) -> bool {
        self.volume_names.contains(name)
    }

    /// Looks up the kind of a valid volume; the first one where several share a name.
    fn volume(&self, name: &str) -> Option<volumes::Volume> {
        self.volumes.get(name).copied()
    }
}

/// Returns the restart policy of a pod; `Always` by default.
pub(super) fn restart_policy_of(spec: &PodSpec) -> &str {
    match text(&spec.restart_policy) {
        "" => "Always",
        policy => policy,
    }
}

/// Visits the init containers and then the other containers, each with its path, in the order of an API server.
fn each_container(spec: &PodSpec, at: &Path<'_>, mut visit: impl FnMut(&Path<'_>, &Container)) {
    for (name, containers) in [("initContainers", list(&spec.init_containers)), ("containers", &spec.containers)] {
        for (index, container) in containers.iter().enumerate() {
            visit(&at.field(name).index(index), container);
        }
    }
}

/// Validates the annotations of a Pod; `at` is the path of its spec.
pub(super) fn annotations_of(report: &mut Report<'_>, metadata: &ObjectMeta, at: &Path<'_>, spec: &PodSpec) {
    let Some(annotations) = &metadata.annotations else { return };
    annotations::of_pod(report, &Path::ROOT.field("metadata.annotations"), Some(annotations), spec);
    annotations::match_fields(report, at, annotations, spec);
}

/// Validates a pod spec.
pub(super) fn spec(report: &mut Report<'_>, at: &Path<'_>, spec: &PodSpec, owner: Owner<'_>) {
    let volumes = volumes::volumes(report, &at.field("volumes"), list(&spec.volumes), owner);
    let volumes = volumes.into_iter().rev().map(|volume| (volume.name, volume.kind)).collect();
    let mut context = Context { spec, volumes, volume_names: BTreeSet::new(), owner };
    context.volume_names = context.volume_names().collect();
    claims::resource_claims(report, &at.field("resourceClaims"), list(&spec.resource_claims));
    container::containers(report, at, &context);
    if let Some(resources) = &spec.resources {
        pod_resources::pod_resources(report, at, &context, resources);
    }
    host::host_port_matches_container_port(report, &at.field("containers"), spec);
    restart_policy(report, &at.field("restartPolicy"), restart_policy_of(spec));
    dns_policy(report, &at.field("dnsPolicy"), text(&spec.dns_policy));
    preemption_policy(report, &at.field("preemptionPolicy"), spec.preemption_policy.as_deref());
    active_deadline_seconds(report, &at.field("activeDeadlineSeconds"), spec.active_deadline_seconds);
    node_selector(report, &at.field("nodeSelector"), spec.node_selector.as_ref());
    if let Some(security) = &spec.security_context {
        security::pod(report, &at.field("securityContext"), spec, security);
    }
    if let Some(affinity) = &spec.affinity {
        affinity::affinity(report, &at.field("affinity"), affinity, owner);
    }
    security::share_process_namespace(report, &at.field("securityContext.shareProcessNamespace"), spec);
    dns::dns_config(report, &at.field("dnsConfig"), spec);
    scheduling::readiness_gates(report, &at.field("readinessGates"), list(&spec.readiness_gates));
    scheduling::scheduling_gates(report, &at.field("schedulingGates"), list(&spec.scheduling_gates));
    let constraints = list(&spec.topology_spread_constraints);
    spread::topology_spread_constraints(report, &at.field("topologySpreadConstraints"), constraints, owner);
    windows::host_process(report, at, spec);
    host::host_users(report, at, spec);
    referenced_names(report, at, spec);
    if !owner.sets_hostname {
        hostname_and_subdomain(report, at, spec);
    }
    host::hostname_override(report, &at.field("hostnameOverride"), spec);
    scheduling::tolerations(report, &at.field("tolerations"), list(&spec.tolerations));
    dns::host_aliases(report, &at.field("hostAliases"), list(&spec.host_aliases));
    if let Some(overhead) = &spec.overhead {
        resources::overhead(report, &at.field("overhead"), overhead);
    }
    os::operating_system(report, at, spec);
}

/// The area of the rules below.
const AREA: &str = "pod";

rules!(
    /// `containers` is required and must not be empty.
    ///
    /// Example: `spec: {containers: []}`
    ///
    /// Source: `validateContainers`, pkg/apis/core/validation/validation.go
    fn required_containers(report: &mut Report<'_>, at: &Path<'_>, containers: &[Container]) {
        if containers.is_empty() {
            report.required(at, "a pod needs at least one container");
        }
    },

    /// Container names must be unique within a pod, across `containers` and `initContainers`.
    ///
    /// Example: `spec: {initContainers: [{name: app, image: registry.example.com/app:1.0}]}`
    ///
    /// Source: `validateContainers`, `validateInitContainers`, pkg/apis/core/validation/validation.go
    fn unique_container_names(report: &mut Report<'_>, at: &Path<'_>, containers: &[Container], init: &[Container]) {
        let mut names = BTreeSet::new();
        for (field, containers) in [("containers", containers), ("initContainers", init)] {
            for (index, container) in containers.iter().enumerate() {
                let is_unnamed_init = field == "initContainers" && container.name.is_empty();
                if !names.insert(container.name.as_str()) && !is_unnamed_init {
                    let at = at.field(field);
                    report.duplicate(&at.index(index).field("name"), format_args!("the name {:?}", container.name));
                }
            }
        }
    },

    /// `restartPolicy` must be `Always`, `OnFailure` or `Never`.
    ///
    /// Example: `spec: {restartPolicy: Sometimes}`
    ///
    /// Source: `ValidatePodSpec`, pkg/apis/core/validation/validation.go
    fn restart_policy(report: &mut Report<'_>, at: &Path<'_>, policy: &str) {
        report.one_of(at, policy, &["Always", "OnFailure", "Never"]);
    },

    /// `dnsPolicy` must be `ClusterFirst`, `ClusterFirstWithHostNet`, `Default` or `None`.
    ///
    /// Example: `spec: {dnsPolicy: Cluster}`
    ///
    /// Source: `ValidatePodSpec`, pkg/apis/core/validation/validation.go
    fn dns_policy(report: &mut Report<'_>, at: &Path<'_>, policy: &str) {
        if !policy.is_empty() {
            report.one_of(at, policy, &["ClusterFirstWithHostNet", "ClusterFirst", "Default", "None"]);
        }
    },

    /// `preemptionPolicy` must be `PreemptLowerPriority` or `Never`.
    ///
    /// Example: `spec: {preemptionPolicy: Always}`
    ///
    /// Source: `ValidatePodSpec`, pkg/apis/core/validation/validation.go
    fn preemption_policy(report: &mut Report<'_>, at: &Path<'_>, policy: Option<&str>) {
        if let Some(policy) = policy {
            report.one_of(at, policy, &["PreemptLowerPriority", "Never"]);
        }
    },

    /// `activeDeadlineSeconds` must be between 1 and 2147483647.
    ///
    /// Example: `spec: {activeDeadlineSeconds: 0}`
    ///
    /// Source: `ValidatePodSpec`, pkg/apis/core/validation/validation.go
    fn active_deadline_seconds(report: &mut Report<'_>, at: &Path<'_>, seconds: Option<i64>) {
        if let Some(seconds) = seconds {
            within(report, at, seconds, 1, i32::MAX.into());
        }
    },

    /// `nodeSelector` must consist of valid label keys and values.
    ///
    /// Example: `spec: {nodeSelector: {disk type: ssd}}`
    ///
    /// Source: `ValidatePodSpec`, pkg/apis/core/validation/validation.go
    fn node_selector(report: &mut Report<'_>, at: &Path<'_>, labels: Option<&BTreeMap<String, String>>) {
        meta::label_entries(report, at, labels);
    },

    /// `serviceAccountName`, `nodeName`, `priorityClassName` and `runtimeClassName` must be DNS subdomains.
    ///
    /// Example: `spec: {priorityClassName: High_Priority}`
    ///
    /// Source: `ValidatePodSpec`, pkg/apis/core/validation/validation.go
    fn referenced_names(report: &mut Report<'_>, at: &Path<'_>, spec: &PodSpec) {
        let account = match text(&spec.service_account_name) {
            "" => text(&spec.service_account),
            account => account,
        };
        for (field, name) in [
            ("serviceAccountName", account),
            ("nodeName", text(&spec.node_name)),
            ("priorityClassName", text(&spec.priority_class_name)),
        ] {
            if !name.is_empty() {
                report.require(&at.field(field), dns_subdomain(name));
            }
        }
        if let Some(name) = &spec.runtime_class_name {
            report.require(&at.field("runtimeClassName"), dns_subdomain(name));
        }
    },

    /// `hostname` and `subdomain` must be DNS labels. In a StatefulSet they are not checked, since it sets them itself.
    ///
    /// Example: `spec: {hostname: web.example.com}`
    ///
    /// Source: `ValidatePodSpec`, pkg/apis/core/validation/validation.go
    fn hostname_and_subdomain(report: &mut Report<'_>, at: &Path<'_>, spec: &PodSpec) {
        for (field, name) in [("hostname", text(&spec.hostname)), ("subdomain", text(&spec.subdomain))] {
            if !name.is_empty() {
                report.require(&at.field(field), dns_label(name));
            }
        }
    }
);
