//! Host ports, host namespaces and the hostname of a pod.

use k8s_openapi::api::core::v1::PodSpec;

use super::each_container;
use crate::path::Path;
use crate::report::Report;
use crate::rule::rules;
use crate::syntax::dns_subdomain;

/// The area of the rules below.
const AREA: &str = "pod";

rules!(
    /// With `hostNetwork: true`, `hostPort` must equal `containerPort`.
    ///
    /// Source: `validatePodHostNetworkDeps`, pkg/apis/core/validation/validation.go
    pub(super) fn host_port_matches_container_port(report: &mut Report<'_>, at: &Path<'_>, spec: &PodSpec) {
        if spec.host_network != Some(true) {
            return;
        }
        for (index, container) in spec.containers.iter().enumerate() {
            for (number, port) in container.ports.iter().flatten().enumerate() {
                let host_port = port.host_port.unwrap_or_default();
                if host_port != 0 && host_port != port.container_port {
                    let at = at.index(index);
                    let at = at.field("ports");
                    let message = format_args!(
                        "must equal `containerPort` ({}) with `hostNetwork: true`, found {host_port}",
                        port.container_port
                    );
                    report.error(&at.index(number).field("hostPort"), message);
                }
            }
        }
    },

    /// With `hostUsers: false`, a pod may not set `hostNetwork`, `hostPID` or `hostIPC` to `true`, and its containers
    /// may not use `volumeDevices`.
    ///
    /// Example: `spec: {hostUsers: false, hostPID: true}`
    ///
    /// Source: `validateHostUsers`, pkg/apis/core/validation/validation.go
    pub(super) fn host_users(report: &mut Report<'_>, at: &Path<'_>, spec: &PodSpec) {
        if spec.host_users != Some(false) {
            return;
        }
        let why = "mutually exclusive with `hostUsers: false`";
        for (field, is_shared) in
            [("hostNetwork", spec.host_network), ("hostPID", spec.host_pid), ("hostIPC", spec.host_ipc)]
        {
            if is_shared == Some(true) {
                report.forbidden(&at.field(field), why);
            }
        }
        each_container(spec, at, |at, container| {
            if container.volume_devices.as_ref().is_some_and(|devices| !devices.is_empty()) {
                report.forbidden(&at.field("volumeDevices"), why);
            }
        });
    },

    /// `hostnameOverride` must be a DNS subdomain of at most 64 characters, and may not be set with `setHostnameAsFQDN:
    /// true` or `hostNetwork: true`.
    ///
    /// Example: `spec: {hostnameOverride: web, setHostnameAsFQDN: true}`
    ///
    /// Source: <https://kubernetes.io/docs/concepts/workloads/pods/pod-hostname/>
    pub(super) fn hostname_override(report: &mut Report<'_>, at: &Path<'_>, spec: &PodSpec) {
        let Some(name) = &spec.hostname_override else { return };
        if spec.set_hostname_as_fqdn == Some(true) {
            report.forbidden(at, "mutually exclusive with `setHostnameAsFQDN: true`");
        }
        if spec.host_network == Some(true) {
            report.forbidden(at, "with `hostNetwork: true` the pod uses the hostname of its node");
        }
        if name.len() > 64 {
            report.error(at, format_args!("must be at most 64 characters, found {}", name.len()));
        }
        report.require(at, dns_subdomain(name));
    }
);
