//! Security contexts of containers.

use k8s_openapi::api::core::v1::SecurityContext;

use super::super::common::list;
use super::{profiles, security, windows};
use crate::path::Path;
use crate::report::Report;
use crate::rule::rules;

/// Validates the security context of a container.
pub(super) fn security_context(
    report: &mut Report<'_>,
    at: &Path<'_>,
    context: &SecurityContext,
    has_host_users: bool,
) {
    security::run_as_ids(report, at, context.run_as_user, context.run_as_group);
    if let Some(mount) = &context.proc_mount {
        proc_mount(report, &at.field("procMount"), mount, has_host_users);
    }
    profiles::seccomp_profile(report, &at.field("seccompProfile"), context.seccomp_profile.as_ref());
    allow_privilege_escalation(report, at, context);
    if let Some(options) = &context.windows_options {
        windows::windows_options(report, &at.field("windowsOptions"), options);
    }
    profiles::app_armor_profile(report, &at.field("appArmorProfile"), context.app_armor_profile.as_ref());
}

/// The area of the rules below.
const AREA: &str = "container";

rules!(
    /// `procMount` must be `Default` or `Unmasked`; `Unmasked` requires `hostUsers: false` of the pod.
    ///
    /// Example: `securityContext: {procMount: Unmasked}`
    ///
    /// Source: `ValidateProcMountType`, `ValidateSecurityContext`, pkg/apis/core/validation/validation.go
    fn proc_mount(report: &mut Report<'_>, at: &Path<'_>, mount: &str, has_host_users: bool) {
        report.one_of(at, mount, &["Default", "Unmasked"]);
        if mount == "Unmasked" && has_host_users {
            report.error(at, "`Unmasked` requires `hostUsers: false` of the pod");
        }
    },

    /// `allowPrivilegeEscalation: false` may not be combined with `privileged: true` or the added capability
    /// `CAP_SYS_ADMIN`.
    ///
    /// Example: `securityContext: {allowPrivilegeEscalation: false, privileged: true}`
    ///
    /// Source: `ValidateSecurityContext`, pkg/apis/core/validation/validation.go
    fn allow_privilege_escalation(report: &mut Report<'_>, at: &Path<'_>, context: &SecurityContext) {
        if context.allow_privilege_escalation != Some(false) {
            return;
        }
        let location = at.field("allowPrivilegeEscalation");
        if context.privileged == Some(true) {
            report.error_in(
                at,
                &location,
                "`allowPrivilegeEscalation: false` and `privileged: true` are mutually exclusive",
            );
        }
        let added = context.capabilities.iter().flat_map(|capabilities| list(&capabilities.add));
        if added.into_iter().any(|capability| capability == "CAP_SYS_ADMIN") {
            report.error_in(
                at,
                &location,
                "`allowPrivilegeEscalation: false` and the capability `CAP_SYS_ADMIN` are mutually exclusive",
            );
        }
    }
);
