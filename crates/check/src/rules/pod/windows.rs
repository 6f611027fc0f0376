//! Windows options of pods and containers.

use k8s_openapi::api::core::v1::{PodSpec, WindowsSecurityContextOptions};

use super::each_container;
use crate::path::Path;
use crate::report::Report;
use crate::rule::rules;
use crate::syntax::dns_subdomain;

/// The area of the rules below.
const AREA: &str = "pod";

rules!(
    /// In `windowsOptions`, `gmsaCredentialSpecName` must be a DNS subdomain, `gmsaCredentialSpec` must have 1 to 65536
    /// bytes, and `runAsUserName` must be `user` or `DOMAIN\user`.
    ///
    /// Example: `spec: {securityContext: {windowsOptions: {runAsUserName: "a/b"}}}`
    ///
    /// Source: `validateWindowsSecurityContextOptions`, pkg/apis/core/validation/validation.go
    pub(super) fn windows_options(report: &mut Report<'_>, at: &Path<'_>, options: &WindowsSecurityContextOptions) {
        if let Some(name) = &options.gmsa_credential_spec_name {
            report.require(&at.field("gmsaCredentialSpecName"), dns_subdomain(name));
        }
        match options.gmsa_credential_spec.as_ref().map(String::len) {
            Some(0) => report.error(&at.field("gmsaCredentialSpec"), "must not be empty"),
            Some(size) if size > 64 << 10 => {
                report
                    .error(&at.field("gmsaCredentialSpec"), format_args!("must be at most 65536 bytes, found {size}"));
            }
            _ => {}
        }
        if let Some(name) = &options.run_as_user_name {
            report.require(&at.field("runAsUserName"), user_name(name));
        }
    },

    /// If one container sets `windowsOptions.hostProcess: true`, all containers must, and the pod requires
    /// `hostNetwork: true`. A container must not differ from `hostProcess` of the pod.
    ///
    /// Example: `spec: {securityContext: {windowsOptions: {hostProcess: true}}}`
    ///
    /// Source: `validateWindowsHostProcessPod`, pkg/apis/core/validation/validation.go
    pub(super) fn host_process(report: &mut Report<'_>, at: &Path<'_>, spec: &PodSpec) {
        let options = spec.security_context.as_ref().and_then(|context| context.windows_options.as_ref());
        let of_pod = options.and_then(|options| options.host_process);
        let (mut all, mut of_host) = (0, 0);
        each_container(spec, at, |at, container| {
            let options = container.security_context.as_ref().and_then(|context| context.windows_options.as_ref());
            let own = options.and_then(|options| options.host_process);
            if let (Some(pod), Some(own)) = (of_pod, own)
                && pod != own
            {
                let at = at.field("securityContext.windowsOptions.hostProcess");
                report
                    .error(&at, format_args!("must be `{pod}`, as in the security context of the pod, found `{own}`"));
            }
            all += 1;
            of_host += usize::from(own.or(of_pod) == Some(true));
        });
        if of_host == 0 {
            return;
        }
        if of_host != all {
            report.error(
                at,
                format_args!("all containers must have `hostProcess: true` if one has it; {of_host} of {all} have it"),
            );
        }
        if spec.host_network != Some(true) {
            report.error(&at.field("hostNetwork"), "must be `true` for containers with `hostProcess: true`");
        }
    }
);

/// `DOMAIN\user` or `user`:
/// <https://kubernetes.io/docs/tasks/configure-pod-container/configure-runasusername/#windows-username-limitations>.
fn user_name(name: &str) -> Result<(), String> {
    let refuse = |why: &str| Err(format!("{name:?} is not a Windows user name: {why}"));
    if name.is_empty() || name.chars().any(|c| c.is_ascii_control()) {
        return refuse("must be `DOMAIN\\user` or `user`, without control characters");
    }
    let (domain, user) = match name.split_once('\\') {
        Some((domain, user)) => (Some(domain), user),
        None => (None, name),
    };
    if user.contains('\\') {
        return refuse("may have at most one backslash");
    }
    if domain.is_some_and(|domain| domain.len() >= 256 || !(is_netbios(domain) || is_domain(domain))) {
        return refuse("the part before the backslash must be a NetBIOS or DNS name");
    }
    if user.is_empty() || user.len() > 104 {
        return refuse("the user must have 1 to 104 characters");
    }
    if user.chars().all(|c| c == '.' || c == ' ') || user.contains(|c| "\"/\\:;|=,+*?<>@[]".contains(c)) {
        return refuse("the user must not contain any of `\"/\\:;|=,+*?<>@[]`, or consist of dots and spaces only");
    }
    Ok(())
}

fn is_netbios(domain: &str) -> bool {
    let count = domain.chars().count();
    (1..=15).contains(&count) && !domain.starts_with('.') && !domain.contains(|c| "\\/:*?\"<>|".contains(c))
}

fn is_domain(domain: &str) -> bool {
    let is_label = |label: &str| {
        (1..=63).contains(&label.len())
            && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
            && !label.starts_with('-')
            && !label.ends_with('-')
    };
    domain.split('.').all(is_label)
}

#[cfg(test)]
mod tests {
    use super::user_name;

    #[test]
    fn windows_user_names() {
        for good in ["ContainerUser", "NT AUTHORITY\\NETWORK SERVICE", "example.com\\web", "a.b"] {
            assert!(user_name(good).is_ok(), "{good}");
        }
        for bad in ["", "a\\b\\c", "\\a", ".dot\\a", "a\\", "..", "a/b", &"a".repeat(105)] {
            assert!(user_name(bad).is_err(), "{bad}");
        }
    }
}
