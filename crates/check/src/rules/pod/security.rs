//! Security contexts of pods and containers.

use std::collections::BTreeSet;

use k8s_openapi::api::core::v1::{PodSecurityContext, PodSpec, SecurityContext, Sysctl};

use super::super::common::{list, within};
use super::{profiles, windows};
use crate::path::Path;
use crate::report::Report;
use crate::rule::rules;

/// Everything about the security context of a pod.
pub(super) fn pod(report: &mut Report<'_>, at: &Path<'_>, spec: &PodSpec, context: &PodSecurityContext) {
    identities(report, at, context.run_as_user, context.run_as_group);
    groups(report, at, context);
    sysctls(report, &at.field("sysctls"), spec, list(&context.sysctls));
    pod_policies(report, at, context);
    profiles::seccomp(report, &at.field("seccompProfile"), context.seccomp_profile.as_ref());
    profiles::app_armor(report, &at.field("appArmorProfile"), context.app_armor_profile.as_ref());
    if let Some(options) = &context.windows_options {
        windows::options(report, &at.field("windowsOptions"), options);
    }
}

/// Everything about the security context of a container.
pub(super) fn container(report: &mut Report<'_>, at: &Path<'_>, context: &SecurityContext, has_host_users: bool) {
    identities(report, at, context.run_as_user, context.run_as_group);
    if let Some(mount) = &context.proc_mount {
        proc_mount(report, &at.field("procMount"), mount, has_host_users);
    }
    profiles::seccomp(report, &at.field("seccompProfile"), context.seccomp_profile.as_ref());
    escalation(report, at, context);
    if let Some(options) = &context.windows_options {
        windows::options(report, &at.field("windowsOptions"), options);
    }
    profiles::app_armor(report, &at.field("appArmorProfile"), context.app_armor_profile.as_ref());
}

rules!(
    /// Users and groups that processes run as are 0 to 2147483647.
    ///
    /// Source: `IsValidUserID`, `IsValidGroupID`, apimachinery pkg/util/validation/validation.go
    fn identities(report: &mut Report<'_>, at: &Path<'_>, user: Option<i64>, group: Option<i64>) {
        for (field, id) in [("runAsUser", user), ("runAsGroup", group)] {
            if let Some(id) = id {
                within(report, &at.field(field), id, 0, i32::MAX.into());
            }
        }
    },

    /// The groups of a pod's volumes and processes are 0 to 2147483647.
    ///
    /// Source: `validatePodSpecSecurityContext`, pkg/apis/core/validation/validation.go
    fn groups(report: &mut Report<'_>, at: &Path<'_>, context: &PodSecurityContext) {
        if let Some(group) = context.fs_group {
            within(report, &at.field("fsGroup"), group, 0, i32::MAX.into());
        }
        for (index, group) in list(&context.supplemental_groups).iter().enumerate() {
            within(report, &at.field("supplementalGroups").index(index), *group, 0, i32::MAX.into());
        }
    },

    /// Containers share their processes with one another or with the host, not both.
    ///
    /// Source: `validatePodSpecSecurityContext`, pkg/apis/core/validation/validation.go
    pub(super) fn shared_processes(report: &mut Report<'_>, at: &Path<'_>, spec: &PodSpec) {
        // An API server has the field in the security context.
        let location = Path::ROOT.field("spec.shareProcessNamespace");
        if spec.share_process_namespace == Some(true) && spec.host_pid == Some(true) {
            report.error_in(at, &location, "`shareProcessNamespace` and `hostPID` exclude one another");
        }
    },

    /// Kernel parameters of a pod have names that there can be, each once, and are not of a namespace that it shares with
    /// the host.
    ///
    /// Source: `validateSysctls`, pkg/apis/core/validation/validation.go
    fn sysctls(report: &mut Report<'_>, at: &Path<'_>, spec: &PodSpec, sysctls: &[Sysctl]) {
        let mut names = BTreeSet::new();
        for (index, sysctl) in sysctls.iter().enumerate() {
            let at = at.index(index);
            let (at, name) = (at.field("name"), sysctl.name.as_str());
            let is_new = names.insert(name);
            if name.is_empty() {
                report.required(&at, "the kernel parameter");
            } else if !is_sysctl(name) {
                report.error(&at, format_args!("{name:?} is no kernel parameter, as in `net.core.somaxconn`"));
            } else if !is_new {
                report.duplicate(&at, format_args!("{name:?}"));
            }
            let (is_network, is_ipc) = namespace(name);
            if is_network && spec.host_network == Some(true) {
                report.error(&at, "it is the host's, since the pod has `hostNetwork: true`");
            } else if is_ipc && spec.host_ipc == Some(true) {
                report.error(&at, "it is the host's, since the pod has `hostIPC: true`");
            }
        }
    },

    /// How volumes get their group and label, and how groups come together, is among what there is.
    ///
    /// Source: `validateFSGroupChangePolicy`, `validateSELinuxChangePolicy`, `validateSupplementalGroupsPolicy`,
    /// pkg/apis/core/validation/validation.go
    fn pod_policies(report: &mut Report<'_>, at: &Path<'_>, context: &PodSecurityContext) {
        let policies: [(&str, &Option<String>, &[&str]); 3] = [
            ("fsGroupChangePolicy", &context.fs_group_change_policy, &["Always", "OnRootMismatch"]),
            ("supplementalGroupsPolicy", &context.supplemental_groups_policy, &["Merge", "Strict"]),
            // `MountOption` needs a feature that 1.36 does not turn on by itself.
            ("seLinuxChangePolicy", &context.se_linux_change_policy, &["Recursive"]),
        ];
        for (field, policy, allowed) in policies {
            if let Some(policy) = policy {
                report.one_of(&at.field(field), policy, allowed);
            }
        }
    },

    /// `/proc` is masked, unless a pod has users of its own.
    ///
    /// Source: `ValidateProcMountType`, `ValidateSecurityContext`, pkg/apis/core/validation/validation.go
    fn proc_mount(report: &mut Report<'_>, at: &Path<'_>, mount: &str, has_host_users: bool) {
        report.one_of(at, mount, &["Default", "Unmasked"]);
        if mount == "Unmasked" && has_host_users {
            report.error(at, "`Unmasked` needs `hostUsers: false` of the pod");
        }
    },

    /// A container that may not gain privileges has none already: neither `privileged` nor `CAP_SYS_ADMIN`.
    ///
    /// Source: `ValidateSecurityContext`, pkg/apis/core/validation/validation.go
    fn escalation(report: &mut Report<'_>, at: &Path<'_>, context: &SecurityContext) {
        if context.allow_privilege_escalation != Some(false) {
            return;
        }
        let location = at.field("allowPrivilegeEscalation");
        if context.privileged == Some(true) {
            report.error_in(
                at,
                &location,
                "`allowPrivilegeEscalation: false` and `privileged: true` exclude one another",
            );
        }
        let added = context.capabilities.iter().flat_map(|capabilities| list(&capabilities.add));
        if added.into_iter().any(|capability| capability == "CAP_SYS_ADMIN") {
            report.error_in(
                at,
                &location,
                "`allowPrivilegeEscalation: false` and the capability `CAP_SYS_ADMIN` exclude one another",
            );
        }
    }
);

/// Parts of `a-z`, `0-9`, `-` and `_` with `.` or `/` between them.
fn is_sysctl(name: &str) -> bool {
    let end = |byte: Option<&u8>| byte.is_some_and(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit());
    let inner = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"-_".contains(&byte);
    let is_part = |part: &str| end(part.as_bytes().first()) && end(part.as_bytes().last()) && part.bytes().all(inner);
    name.len() <= 253 && name.split(['.', '/']).all(is_part)
}

/// Whether a kernel parameter is of the network, or of inter-process communication.
fn namespace(name: &str) -> (bool, bool) {
    let name = name.replace('/', ".");
    let is_ipc = name == "kernel.sem"
        || name.starts_with("kernel.shm")
        || name.starts_with("kernel.msg")
        || name.starts_with("fs.mqueue.");
    (name.starts_with("net."), is_ipc)
}
