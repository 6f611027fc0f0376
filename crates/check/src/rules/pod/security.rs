//! Security contexts of pods.

use std::collections::BTreeSet;

use k8s_openapi::api::core::v1::{PodSecurityContext, PodSpec, Sysctl};

use super::super::common::{list, within};
use super::{profiles, windows};
use crate::path::Path;
use crate::report::Report;
use crate::rule::rules;

/// Validates the security context of a pod.
pub(super) fn pod(report: &mut Report<'_>, at: &Path<'_>, spec: &PodSpec, context: &PodSecurityContext) {
    run_as_ids(report, at, context.run_as_user, context.run_as_group);
    group_ids(report, at, context);
    sysctls(report, &at.field("sysctls"), spec, list(&context.sysctls));
    security_context_policies(report, at, context);
    profiles::seccomp_profile(report, &at.field("seccompProfile"), context.seccomp_profile.as_ref());
    profiles::app_armor_profile(report, &at.field("appArmorProfile"), context.app_armor_profile.as_ref());
    if let Some(options) = &context.windows_options {
        windows::windows_options(report, &at.field("windowsOptions"), options);
    }
}

/// The area of the rules below.
const AREA: &str = "pod";

rules!(
    /// `runAsUser` and `runAsGroup` of a pod or container must be between 0 and 2147483647.
    ///
    /// Example: `spec: {securityContext: {runAsUser: -1}}`
    ///
    /// Source: `IsValidUserID`, `IsValidGroupID`, apimachinery pkg/util/validation/validation.go
    pub(super) fn run_as_ids(report: &mut Report<'_>, at: &Path<'_>, user: Option<i64>, group: Option<i64>) {
        for (field, id) in [("runAsUser", user), ("runAsGroup", group)] {
            if let Some(id) = id {
                within(report, &at.field(field), id, 0, i32::MAX.into());
            }
        }
    },

    /// `fsGroup` and `supplementalGroups` must be between 0 and 2147483647.
    ///
    /// Example: `spec: {securityContext: {fsGroup: -1}}`
    ///
    /// Source: `validatePodSpecSecurityContext`, pkg/apis/core/validation/validation.go
    fn group_ids(report: &mut Report<'_>, at: &Path<'_>, context: &PodSecurityContext) {
        if let Some(group) = context.fs_group {
            within(report, &at.field("fsGroup"), group, 0, i32::MAX.into());
        }
        for (index, group) in list(&context.supplemental_groups).iter().enumerate() {
            within(report, &at.field("supplementalGroups").index(index), *group, 0, i32::MAX.into());
        }
    },

    /// `shareProcessNamespace: true` and `hostPID: true` are mutually exclusive.
    ///
    /// Example: `spec: {shareProcessNamespace: true, hostPID: true}`
    ///
    /// Source: `validatePodSpecSecurityContext`, pkg/apis/core/validation/validation.go
    pub(super) fn share_process_namespace(report: &mut Report<'_>, at: &Path<'_>, spec: &PodSpec) {
        // Internally, an API server keeps the field in the security context.
        let location = Path::ROOT.field("spec.shareProcessNamespace");
        if spec.share_process_namespace == Some(true) && spec.host_pid == Some(true) {
            report.error_in(at, &location, "`shareProcessNamespace` and `hostPID` are mutually exclusive");
        }
    },

    /// `sysctls` must have valid, unique names. `net.` sysctls may not be set with `hostNetwork: true`, and IPC sysctls
    /// not with `hostIPC: true`.
    ///
    /// Example: `spec: {securityContext: {sysctls: [{name: Net.Somaxconn, value: "1"}]}}`
    ///
    /// Source: `validateSysctls`, pkg/apis/core/validation/validation.go
    fn sysctls(report: &mut Report<'_>, at: &Path<'_>, spec: &PodSpec, sysctls: &[Sysctl]) {
        let mut names = BTreeSet::new();
        for (index, sysctl) in sysctls.iter().enumerate() {
            let at = at.index(index);
            let (at, name) = (at.field("name"), sysctl.name.as_str());
            let is_new = names.insert(name);
            if name.is_empty() {
                report.required(&at, "set the name of the sysctl");
            } else if !is_sysctl(name) {
                report.error(&at, format_args!("{name:?} is not a sysctl name such as `net.core.somaxconn`"));
            } else if !is_new {
                report.duplicate(&at, format_args!("{name:?}"));
            }
            let (is_network, is_ipc) = namespaces_of(name);
            if is_network && spec.host_network == Some(true) {
                report.error(&at, "may not be set with `hostNetwork: true`");
            } else if is_ipc && spec.host_ipc == Some(true) {
                report.error(&at, "may not be set with `hostIPC: true`");
            }
        }
    },

    /// `fsGroupChangePolicy` must be `Always` or `OnRootMismatch`, `supplementalGroupsPolicy` must be `Merge` or
    /// `Strict`, and `seLinuxChangePolicy` must be `Recursive`.
    ///
    /// Example: `spec: {securityContext: {fsGroupChangePolicy: Never}}`
    ///
    /// Source: `validateFSGroupChangePolicy`, `validateSELinuxChangePolicy`, `validateSupplementalGroupsPolicy`,
    /// pkg/apis/core/validation/validation.go
    fn security_context_policies(report: &mut Report<'_>, at: &Path<'_>, context: &PodSecurityContext) {
        let policies: [(&str, &Option<String>, &[&str]); 3] = [
            ("fsGroupChangePolicy", &context.fs_group_change_policy, &["Always", "OnRootMismatch"]),
            ("supplementalGroupsPolicy", &context.supplemental_groups_policy, &["Merge", "Strict"]),
            // `MountOption` requires a feature gate that is off by default in 1.36.
            ("seLinuxChangePolicy", &context.se_linux_change_policy, &["Recursive"]),
        ];
        for (field, policy, allowed) in policies {
            if let Some(policy) = policy {
                report.one_of(&at.field(field), policy, allowed);
            }
        }
    }
);

/// Whether a name consists of parts of `a-z`, `0-9`, `-` and `_` separated by `.` or `/`.
fn is_sysctl(name: &str) -> bool {
    let end = |byte: Option<&u8>| byte.is_some_and(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit());
    let inner = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"-_".contains(&byte);
    let is_part = |part: &str| end(part.as_bytes().first()) && end(part.as_bytes().last()) && part.bytes().all(inner);
    name.len() <= 253 && name.split(['.', '/']).all(is_part)
}

/// Whether a sysctl belongs to the network namespace, and whether it belongs to the IPC namespace.
fn namespaces_of(name: &str) -> (bool, bool) {
    let name = name.replace('/', ".");
    let is_ipc = name == "kernel.sem"
        || name.starts_with("kernel.shm")
        || name.starts_with("kernel.msg")
        || name.starts_with("fs.mqueue.");
    (name.starts_with("net."), is_ipc)
}
