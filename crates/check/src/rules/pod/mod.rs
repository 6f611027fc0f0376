//! Pods and the templates of pods: what every workload is made of.

pub(super) mod affinity;
mod annotations;
mod claims;
mod container;
mod dns;
mod env;
mod handler;
mod host;
mod init_resize;
mod mounts;
mod os;
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

pub(super) use template::template;

/// The rules about pods, file by file.
pub(super) const ALL: &[&[Rule]] = &[
    RULES,
    affinity::RULES,
    annotations::RULES,
    claims::RULES,
    init_resize::RULES,
    container::RULES,
    dns::RULES,
    env::RULES,
    handler::RULES,
    host::RULES,
    mounts::RULES,
    os::RULES,
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

/// What is around a pod's spec.
#[derive(Clone, Copy)]
pub(super) struct Owner<'a> {
    /// The metadata of the pod itself; none if the spec is a template's.
    pub(super) pod: Option<&'a ObjectMeta>,
    /// The claims that a StatefulSet makes for each pod, which containers mount like volumes.
    pub(super) claims: &'a [PersistentVolumeClaim],
    /// Whether it gives its pods their names in the network: a StatefulSet.
    pub(super) names_pods: bool,
}

impl Owner<'_> {
    /// A workload without claims of its own.
    pub(super) const TEMPLATE: Owner<'static> = Owner { pod: None, claims: &[], names_pods: false };
}

/// What the parts of a pod have to know of the whole.
struct Context<'a> {
    spec: &'a PodSpec,
    volumes: BTreeMap<&'a str, volumes::Volume>,
    volume_names: BTreeSet<&'a str>,
    owner: Owner<'a>,
}

impl<'a> Context<'a> {
    /// Seconds; 30 by default.
    fn grace_period(&self) -> i64 {
        self.spec.termination_grace_period_seconds.unwrap_or(30)
    }

    /// `Always` by default.
    fn restart_policy(&self) -> &'a str {
        restart_policy(self.spec)
    }

    /// Whether containers see the users of the host.
    fn has_host_users(&self) -> bool {
        self.spec.host_users != Some(false)
    }

    /// The names of all volumes, those that are wrong too.
    fn volume_names(&self) -> impl Iterator<Item = &'a str> {
        let claims = self.owner.claims.iter().map(|claim| text(&claim.metadata.name));
        list(&self.spec.volumes).iter().map(|volume| volume.name.as_str()).chain(claims)
    }

    fn has_volume(&self, name: &str) -> bool {
        self.volume_names.contains(name)
    }

    /// What a volume that is right is; of several of one name, the first.
    fn volume(&self, name: &str) -> Option<volumes::Volume> {
        self.volumes.get(name).copied()
    }
}

/// The restart policy of a pod, which is `Always` by default.
pub(super) fn restart_policy(spec: &PodSpec) -> &str {
    match text(&spec.restart_policy) {
        "" => "Always",
        policy => policy,
    }
}

/// Init containers and then the others, each with its path: in this order an API server visits them.
fn each_container(spec: &PodSpec, at: &Path<'_>, mut visit: impl FnMut(&Path<'_>, &Container)) {
    for (name, containers) in [("initContainers", list(&spec.init_containers)), ("containers", &spec.containers)] {
        for (index, container) in containers.iter().enumerate() {
            visit(&at.field(name).index(index), container);
        }
    }
}

/// Everything about the annotations of a pod that stands alone; `at` is its spec.
pub(super) fn annotations_of(report: &mut Report<'_>, metadata: &ObjectMeta, at: &Path<'_>, spec: &PodSpec) {
    let Some(annotations) = &metadata.annotations else { return };
    annotations::of_pod(report, &Path::ROOT.field("metadata.annotations"), Some(annotations), spec);
    annotations::match_fields(report, at, annotations, spec);
}

/// Everything about the spec of a pod.
pub(super) fn spec(report: &mut Report<'_>, at: &Path<'_>, spec: &PodSpec, owner: Owner<'_>) {
    let volumes = volumes::volumes(report, &at.field("volumes"), list(&spec.volumes), owner);
    let volumes = volumes.into_iter().rev().map(|volume| (volume.name, volume.kind)).collect();
    let mut context = Context { spec, volumes, volume_names: BTreeSet::new(), owner };
    context.volume_names = context.volume_names().collect();
    claims::pod_claims(report, &at.field("resourceClaims"), list(&spec.resource_claims));
    container::containers(report, at, &context);
    if let Some(resources) = &spec.resources {
        resources::pod_resources(report, at, &context, resources);
    }
    host::host_ports(report, &at.field("containers"), spec);
    choices(report, at, spec);
    meta::labels(report, &at.field("nodeSelector"), spec.node_selector.as_ref());
    if let Some(security) = &spec.security_context {
        security::pod(report, &at.field("securityContext"), spec, security);
    }
    if let Some(affinity) = &spec.affinity {
        affinity::affinity(report, &at.field("affinity"), affinity, owner);
    }
    security::shared_processes(report, &at.field("securityContext.shareProcessNamespace"), spec);
    dns::config(report, &at.field("dnsConfig"), spec);
    scheduling::readiness_gates(report, &at.field("readinessGates"), list(&spec.readiness_gates));
    scheduling::scheduling_gates(report, &at.field("schedulingGates"), list(&spec.scheduling_gates));
    let constraints = list(&spec.topology_spread_constraints);
    spread::topology_spread(report, &at.field("topologySpreadConstraints"), constraints, owner);
    windows::host_processes(report, at, spec);
    host::host_users(report, at, spec);
    names(report, at, spec);
    if !owner.names_pods {
        network_names(report, at, spec);
    }
    host::hostname_override(report, &at.field("hostnameOverride"), spec);
    scheduling::tolerations(report, &at.field("tolerations"), list(&spec.tolerations));
    dns::host_aliases(report, &at.field("hostAliases"), list(&spec.host_aliases));
    if let Some(overhead) = &spec.overhead {
        resources::overhead(report, &at.field("overhead"), overhead);
    }
    os::operating_system(report, at, spec);
}

rules!(
    /// The restart policy, DNS policy and preemption policy of a pod are among those that there are, and its deadline is
    /// 1 to 2147483647 seconds.
    ///
    /// Source: `ValidatePodSpec`, pkg/apis/core/validation/validation.go
    fn choices(report: &mut Report<'_>, at: &Path<'_>, spec: &PodSpec) {
        const DNS: [&str; 4] = ["ClusterFirstWithHostNet", "ClusterFirst", "Default", "None"];
        report.one_of(&at.field("restartPolicy"), restart_policy(spec), &["Always", "OnFailure", "Never"]);
        if !text(&spec.dns_policy).is_empty() {
            report.one_of(&at.field("dnsPolicy"), text(&spec.dns_policy), &DNS);
        }
        if let Some(policy) = &spec.preemption_policy {
            report.one_of(&at.field("preemptionPolicy"), policy, &["PreemptLowerPriority", "Never"]);
        }
        if let Some(seconds) = spec.active_deadline_seconds {
            within(report, &at.field("activeDeadlineSeconds"), seconds, 1, i32::MAX.into());
        }
    },

    /// What a pod refers to by name has names of the right form.
    ///
    /// Source: `ValidatePodSpec`, pkg/apis/core/validation/validation.go
    fn names(report: &mut Report<'_>, at: &Path<'_>, spec: &PodSpec) {
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

    /// The name of a pod in the network, and the domain of that name, are DNS labels. A StatefulSet names its pods itself.
    ///
    /// Source: `ValidatePodSpec`, pkg/apis/core/validation/validation.go
    fn network_names(report: &mut Report<'_>, at: &Path<'_>, spec: &PodSpec) {
        for (field, name) in [("hostname", text(&spec.hostname)), ("subdomain", text(&spec.subdomain))] {
            if !name.is_empty() {
                report.require(&at.field(field), dns_label(name));
            }
        }
    }
);
