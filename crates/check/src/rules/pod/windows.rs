//! What only Windows has.

use k8s_openapi::api::core::v1::{PodSpec, WindowsSecurityContextOptions};

use super::each_container;
use crate::path::Path;
use crate::report::Report;
use crate::rule::rules;
use crate::syntax::dns_subdomain;

rules!(
    /// The account that a Windows container runs as has a form that Windows takes.
    ///
    /// Source: `validateWindowsSecurityContextOptions`, pkg/apis/core/validation/validation.go
    pub(super) fn options(report: &mut Report<'_>, at: &Path<'_>, options: &WindowsSecurityContextOptions) {
        if let Some(name) = &options.gmsa_credential_spec_name {
            report.require(&at.field("gmsaCredentialSpecName"), dns_subdomain(name));
        }
        match options.gmsa_credential_spec.as_ref().map(String::len) {
            Some(0) => report.error(&at.field("gmsaCredentialSpec"), "it is empty"),
            Some(size) if size > 64 << 10 => {
                report.error(&at.field("gmsaCredentialSpec"), format_args!("{size} bytes are too long: at most 65536"));
            }
            _ => {}
        }
        if let Some(name) = &options.run_as_user_name {
            report.require(&at.field("runAsUserName"), user_name(name));
        }
    },

    /// If one container of a pod is a process of the Windows host, all of them are, and the pod has the host's network.
    ///
    /// Source: `validateWindowsHostProcessPod`, pkg/apis/core/validation/validation.go
    pub(super) fn host_processes(report: &mut Report<'_>, at: &Path<'_>, spec: &PodSpec) {
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
                report.error(&at, format_args!("`{own}`, and the pod says `{pod}`"));
            }
            all += 1;
            of_host += usize::from(own.or(of_pod) == Some(true));
        });
        if of_host == 0 {
            return;
        }
        if of_host != all {
            report.error(at, format_args!("{of_host} of {all} containers have `hostProcess: true`: all have to"));
        }
        if spec.host_network != Some(true) {
            report.error(&at.field("hostNetwork"), "containers with `hostProcess: true` need `hostNetwork: true`");
        }
    }
);

/// `DOMAIN\user` or `user`:
/// <https://kubernetes.io/docs/tasks/configure-pod-container/configure-runasusername/#windows-username-limitations>.
fn user_name(name: &str) -> Result<(), String> {
    let refuse = |why: &str| Err(format!("{name:?} is no account: {why}"));
    if name.is_empty() || name.chars().any(|c| c.is_ascii_control()) {
        return refuse("`DOMAIN\\user` or `user`, without control characters");
    }
    let (domain, user) = match name.split_once('\\') {
        Some((domain, user)) => (Some(domain), user),
        None => (None, name),
    };
    if user.contains('\\') {
        return refuse("it has more than one backslash");
    }
    if domain.is_some_and(|domain| domain.len() >= 256 || !(is_netbios(domain) || is_domain(domain))) {
        return refuse("what stands before the backslash is neither a NetBIOS nor a DNS name");
    }
    if user.is_empty() || user.len() > 104 {
        return refuse("the user has 1 to 104 characters");
    }
    if user.chars().all(|c| c == '.' || c == ' ') || user.contains(|c| "\"/\\:;|=,+*?<>@[]".contains(c)) {
        return refuse("the user has a character that Windows does not take, or only dots and blanks");
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
    fn accounts_of_windows() {
        for good in ["ContainerUser", "NT AUTHORITY\\NETWORK SERVICE", "example.com\\web", "a.b"] {
            assert!(user_name(good).is_ok(), "{good}");
        }
        for bad in ["", "a\\b\\c", "\\a", ".dot\\a", "a\\", "..", "a/b", &"a".repeat(105)] {
            assert!(user_name(bad).is_err(), "{bad}");
        }
    }
}
