//! What a pod shares with its host, and what it is called there.

use k8s_openapi::api::core::v1::PodSpec;

use super::each_container;
use crate::path::Path;
use crate::report::Report;
use crate::rule::rules;
use crate::syntax::dns_subdomain;

rules!(
    /// In the network of the host a port of the host is the port of the container.
    ///
    /// Source: `validatePodHostNetworkDeps`, pkg/apis/core/validation/validation.go
    pub(super) fn host_ports(report: &mut Report<'_>, at: &Path<'_>, spec: &PodSpec) {
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
                        "{host_port} is not the container's port, {}, as it is with `hostNetwork: true`",
                        port.container_port
                    );
                    report.error(&at.index(number).field("hostPort"), message);
                }
            }
        }
    },

    /// A pod with users of its own shares neither network nor processes with the host, and has no block devices.
    ///
    /// Source: `validateHostUsers`, pkg/apis/core/validation/validation.go
    pub(super) fn host_users(report: &mut Report<'_>, at: &Path<'_>, spec: &PodSpec) {
        if spec.host_users != Some(false) {
            return;
        }
        let why = "the pod has `hostUsers: false`";
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

    /// The name that a pod gives itself is a DNS subdomain of at most 64 characters, where no other setting names it.
    ///
    /// Source: <https://kubernetes.io/docs/concepts/workloads/pods/pod-hostname/>
    pub(super) fn hostname_override(report: &mut Report<'_>, at: &Path<'_>, spec: &PodSpec) {
        let Some(name) = &spec.hostname_override else { return };
        if spec.set_hostname_as_fqdn == Some(true) {
            report.forbidden(at, "`setHostnameAsFQDN` names the pod already");
        }
        if spec.host_network == Some(true) {
            report.forbidden(at, "with `hostNetwork: true` the pod has the host's name");
        }
        if name.len() > 64 {
            report.error(at, format_args!("{} characters are too long: at most 64", name.len()));
        }
        report.require(at, dns_subdomain(name));
    }
);
