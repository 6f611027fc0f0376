//! Ports of containers.

use std::collections::BTreeSet;

use k8s_openapi::api::core::v1::{Container, ContainerPort};
use k8s_openapi::apimachinery::pkg::util::intstr::IntOrString;

use super::super::common::text;
use crate::path::Path;
use crate::report::Report;
use crate::rule::rules;
use crate::syntax::{port, port_name};

/// Those that there are; TCP by default.
pub(in super::super) const PROTOCOLS: [&str; 3] = ["SCTP", "TCP", "UDP"];

rules!(
    /// Ports of a container are 1 to 65535, of a protocol that there is, and their names are IANA service names of which
    /// none is there twice.
    ///
    /// Source: `validateContainerPorts`, pkg/apis/core/validation/validation.go
    pub(super) fn container_ports(report: &mut Report<'_>, at: &Path<'_>, ports: &[ContainerPort]) {
        let mut names = BTreeSet::new();
        for (index, each) in ports.iter().enumerate() {
            let at = &at.index(index);
            let name = text(&each.name);
            if !name.is_empty() {
                match port_name(name) {
                    Err(why) => report.error(&at.field("name"), why),
                    Ok(()) if names.insert(name) => {}
                    Ok(()) => report.duplicate(&at.field("name"), format_args!("the port name {name:?}")),
                }
            }
            match each.container_port {
                0 => report.required(&at.field("containerPort"), "1 to 65535"),
                number => report.require(&at.field("containerPort"), port(number.into())),
            }
            if let Some(number) = each.host_port.filter(|number| *number != 0) {
                report.require(&at.field("hostPort"), port(number.into()));
            }
            if !text(&each.protocol).is_empty() {
                report.one_of(&at.field("protocol"), text(&each.protocol), &PROTOCOLS);
            }
        }
    },

    /// A port of the host is taken by one container of a pod only. In the network of the host each port is one of the host
    /// (`is_host`).
    ///
    /// Source: `checkHostPortConflicts`, pkg/apis/core/validation/validation.go
    pub(super) fn host_ports_differ(report: &mut Report<'_>, at: &Path<'_>, containers: &[Container], is_host: bool) {
        let mut taken = BTreeSet::new();
        for (index, container) in containers.iter().enumerate() {
            for (number, each) in container.ports.iter().flatten().enumerate() {
                let own = Some(each.container_port).filter(|port| is_host && *port != 0);
                let Some(port) = each.host_port.filter(|port| *port != 0).or(own) else { continue };
                let protocol = match text(&each.protocol) {
                    "" => "TCP",
                    protocol => protocol,
                };
                if !taken.insert((protocol, text(&each.host_ip), port)) {
                    let at = at.index(index);
                    let at = at.field("ports");
                    report.duplicate(&at.index(number).field("hostPort"), format_args!("the {protocol} port {port}"));
                }
            }
        }
    },

    /// A port that is connected to is 1 to 65535, or the name of one.
    ///
    /// Source: `ValidatePortNumOrName`, pkg/apis/core/validation/validation.go
    pub(super) fn port_or_name(report: &mut Report<'_>, at: &Path<'_>, wanted: &IntOrString) {
        match wanted {
            IntOrString::Int(number) => report.require(at, port((*number).into())),
            IntOrString::String(name) => report.require(at, port_name(name)),
        }
    }
);
