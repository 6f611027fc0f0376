//! Ports of containers.

use std::collections::BTreeSet;

use k8s_openapi::api::core::v1::{Container, ContainerPort};

use super::super::common::text;
use crate::path::Path;
use crate::report::Report;
use crate::rule::rules;
use crate::syntax;

/// The protocols of ports; TCP is the default.
const PROTOCOLS: [&str; 3] = ["SCTP", "TCP", "UDP"];

/// Validates the ports of a container.
pub(super) fn ports(report: &mut Report<'_>, at: &Path<'_>, ports: &[ContainerPort]) {
    let mut names = BTreeSet::new();
    for (index, each) in ports.iter().enumerate() {
        let at = &at.index(index);
        port_name(report, &at.field("name"), text(&each.name), &mut names);
        port_range(report, at, each);
        port_protocol(report, &at.field("protocol"), text(&each.protocol));
    }
}

/// The area of the rules below.
const AREA: &str = "container";

rules!(
    /// `name` of a container port must be 1 to 15 lowercase letters, digits or single `-`, with at least one letter,
    /// and unique within the container.
    ///
    /// Example: `ports: [{name: http_metrics, containerPort: 8080}]`
    ///
    /// Source: `validateContainerPorts`, pkg/apis/core/validation/validation.go
    fn port_name(report: &mut Report<'_>, at: &Path<'_>, name: &str, names: &mut BTreeSet<String>) {
        if name.is_empty() {
            return;
        }
        match syntax::port_name(name) {
            Err(why) => report.error(at, why),
            Ok(()) if names.insert(name.to_owned()) => {}
            Ok(()) => report.duplicate(at, format_args!("the port name {name:?}")),
        }
    },

    /// `containerPort` is required; `containerPort` and `hostPort` must be between 1 and 65535.
    ///
    /// Example: `ports: [{containerPort: 80800}]`
    ///
    /// Source: `validateContainerPorts`, pkg/apis/core/validation/validation.go
    fn port_range(report: &mut Report<'_>, at: &Path<'_>, wanted: &ContainerPort) {
        match wanted.container_port {
            0 => report.required(&at.field("containerPort"), "set a port between 1 and 65535"),
            number => report.require(&at.field("containerPort"), syntax::port(number.into())),
        }
        if let Some(number) = wanted.host_port.filter(|number| *number != 0) {
            report.require(&at.field("hostPort"), syntax::port(number.into()));
        }
    },

    /// `protocol` of a container port must be `TCP`, `UDP` or `SCTP`.
    ///
    /// Example: `ports: [{containerPort: 8080, protocol: HTTP}]`
    ///
    /// Source: `validateContainerPorts`, pkg/apis/core/validation/validation.go
    fn port_protocol(report: &mut Report<'_>, at: &Path<'_>, protocol: &str) {
        if !protocol.is_empty() {
            report.one_of(at, protocol, &PROTOCOLS);
        }
    },

    /// `hostPort` must be unique per protocol and `hostIP` within a pod. In a Pod with `hostNetwork: true` this
    /// includes every `containerPort`.
    ///
    /// Example: `ports: [{containerPort: 80, hostPort: 80}, {containerPort: 81, hostPort: 80}]`
    ///
    /// Source: `checkHostPortConflicts`, pkg/apis/core/validation/validation.go
    pub(super) fn unique_host_ports(
        report: &mut Report<'_>,
        at: &Path<'_>,
        containers: &[Container],
        uses_host_network: bool,
    ) {
        let mut seen = BTreeSet::new();
        for (index, container) in containers.iter().enumerate() {
            for (number, each) in container.ports.iter().flatten().enumerate() {
                let default = Some(each.container_port).filter(|port| uses_host_network && *port != 0);
                let Some(port) = each.host_port.filter(|port| *port != 0).or(default) else { continue };
                let protocol = match text(&each.protocol) {
                    "" => "TCP",
                    protocol => protocol,
                };
                if !seen.insert((protocol, text(&each.host_ip), port)) {
                    let at = at.index(index);
                    let at = at.field("ports");
                    report.duplicate(
                        &at.index(number).field("hostPort"),
                        format_args!("the {protocol} host port {port}"),
                    );
                }
            }
        }
    }
);
