//! The operating system of a pod, and the fields that it rules out.

use k8s_openapi::api::core::v1::{PodSecurityContext, PodSpec, SecurityContext};

use super::each_container;
use crate::path::Path;
use crate::report::Report;
use crate::rule::rules;

/// Validates `os` of a pod.
pub(super) fn operating_system(report: &mut Report<'_>, at: &Path<'_>, spec: &PodSpec) {
    match spec.os.as_ref().map(|os| os.name.as_str()) {
        None => {}
        Some("linux") => no_windows_fields_on_linux(report, at, spec),
        Some("windows") => no_linux_fields_on_windows(report, at, spec),
        Some(other) => os_name(report, &at.field("os"), other),
    }
}

/// The area of the rules below.
const AREA: &str = "pod";

rules!(
    /// `os.name` is required when `os` is set, and must be `linux` or `windows`.
    ///
    /// Example: `spec: {os: {name: darwin}}`
    ///
    /// Source: `validateOS`, pkg/apis/core/validation/validation.go
    fn os_name(report: &mut Report<'_>, at: &Path<'_>, name: &str) {
        if name.is_empty() {
            report.required(&at.field("name"), "set `linux` or `windows`");
        } else {
            report.not_supported(at, name, &["linux", "windows"]);
        }
    },

    /// With `os.name: linux`, `securityContext.windowsOptions` of a pod or container may not be set.
    ///
    /// Example: `spec: {os: {name: linux}, securityContext: {windowsOptions: {}}}`
    ///
    /// Source: `validateLinux`, pkg/apis/core/validation/validation.go
    fn no_windows_fields_on_linux(report: &mut Report<'_>, at: &Path<'_>, spec: &PodSpec) {
        let why = "`os.name` is `linux`";
        if spec.security_context.as_ref().is_some_and(|context| context.windows_options.is_some()) {
            report.forbidden(&at.field("securityContext.windowsOptions"), why);
        }
        each_container(spec, at, |at, container| {
            if container.security_context.as_ref().is_some_and(|context| context.windows_options.is_some()) {
                report.forbidden(&at.field("securityContext.windowsOptions"), why);
            }
        });
    },

    /// With `os.name: windows`, fields that only Linux supports may not be set: `resources` of the pod, `hostUsers`,
    /// `hostPID`, `hostIPC`, `shareProcessNamespace`, and most fields of `securityContext`.
    ///
    /// Example: `spec: {os: {name: windows}, hostPID: true}`
    ///
    /// Source: `validateWindows`, pkg/apis/core/validation/validation.go
    fn no_linux_fields_on_windows(report: &mut Report<'_>, at: &Path<'_>, spec: &PodSpec) {
        let default = PodSecurityContext::default();
        let context = spec.security_context.as_ref().unwrap_or(&default);
        let why = "`os.name` is `windows`";
        for (field, is_set) in linux_fields_of_pod(spec, context) {
            if is_set {
                report.forbidden(&at.field(field), why);
            }
        }
        each_container(spec, at, |at, container| {
            let Some(context) = &container.security_context else { return };
            for (field, is_set) in linux_fields_of_container(context) {
                if is_set {
                    report.forbidden(&at.field("securityContext").field(field), why);
                }
            }
        });
    }
);

fn linux_fields_of_pod(spec: &PodSpec, context: &PodSecurityContext) -> [(&'static str, bool); 16] {
    [
        ("resources", spec.resources.is_some()),
        ("securityContext.appArmorProfile", context.app_armor_profile.is_some()),
        ("securityContext.seLinuxOptions", context.se_linux_options.is_some()),
        ("hostUsers", spec.host_users.is_some()),
        ("hostPID", spec.host_pid == Some(true)),
        ("hostIPC", spec.host_ipc == Some(true)),
        ("securityContext.seccompProfile", context.seccomp_profile.is_some()),
        ("securityContext.fsGroup", context.fs_group.is_some()),
        ("securityContext.fsGroupChangePolicy", context.fs_group_change_policy.is_some()),
        ("securityContext.sysctls", context.sysctls.as_ref().is_some_and(|sysctls| !sysctls.is_empty())),
        ("shareProcessNamespace", spec.share_process_namespace.is_some()),
        ("securityContext.runAsUser", context.run_as_user.is_some()),
        ("securityContext.runAsGroup", context.run_as_group.is_some()),
        ("securityContext.supplementalGroups", context.supplemental_groups.is_some()),
        ("securityContext.supplementalGroupsPolicy", context.supplemental_groups_policy.is_some()),
        ("securityContext.seLinuxChangePolicy", context.se_linux_change_policy.is_some()),
    ]
}

fn linux_fields_of_container(context: &SecurityContext) -> [(&'static str, bool); 10] {
    [
        ("appArmorProfile", context.app_armor_profile.is_some()),
        ("seLinuxOptions", context.se_linux_options.is_some()),
        ("seccompProfile", context.seccomp_profile.is_some()),
        ("capabilities", context.capabilities.is_some()),
        ("readOnlyRootFilesystem", context.read_only_root_filesystem.is_some()),
        ("privileged", context.privileged.is_some()),
        ("allowPrivilegeEscalation", context.allow_privilege_escalation.is_some()),
        ("procMount", context.proc_mount.is_some()),
        ("runAsUser", context.run_as_user.is_some()),
        ("runAsGroup", context.run_as_group.is_some()),
    ]
}
