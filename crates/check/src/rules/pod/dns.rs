//! DNS settings of a pod.

use k8s_openapi::api::core::v1::{HostAlias, PodSpec};

use super::super::common::{list, text};
use crate::path::Path;
use crate::report::Report;
use crate::rule::rules;
use crate::syntax::{dns_subdomain, ip};

/// The area of the rules below.
const AREA: &str = "pod";

rules!(
    /// `dnsConfig` may have at most 3 `nameservers`, which must be IP addresses, and each of its `options` requires a
    /// `name`. `dnsPolicy: None` requires `dnsConfig` with at least one name server.
    ///
    /// Example: `spec: {dnsPolicy: None}`
    ///
    /// Source: `validatePodDNSConfig`, pkg/apis/core/validation/validation.go
    pub(super) fn dns_config(report: &mut Report<'_>, at: &Path<'_>, spec: &PodSpec) {
        let is_required = text(&spec.dns_policy) == "None";
        let Some(config) = &spec.dns_config else {
            if is_required {
                report.required(at, "`dnsPolicy` is `None`");
            }
            return;
        };
        let servers = list(&config.nameservers);
        let at_servers = at.field("nameservers");
        if servers.is_empty() && is_required {
            return report.required(&at_servers, "`dnsPolicy: None` requires at least one name server");
        }
        if servers.len() > 3 {
            report.error(&at_servers, format_args!("may have at most 3 name servers, found {}", servers.len()));
        }
        for (index, server) in servers.iter().enumerate() {
            report.require(&at_servers.index(index), ip(server).map(|_| ()));
        }
        dns_searches(report, &at.field("searches"), list(&config.searches));
        for (index, option) in list(&config.options).iter().enumerate() {
            if text(&option.name).is_empty() {
                report.required(&at.field("options").index(index), "an option needs a name");
            }
        }
    },

    /// `dnsConfig.searches` may have at most 32 domains with at most 2048 characters in total. Each must be a DNS
    /// subdomain, in which labels may start with or contain `_`.
    ///
    /// Example: `spec: {dnsConfig: {searches: ["example..com"]}}`
    ///
    /// Source: `validatePodDNSConfig`, pkg/apis/core/validation/validation.go
    fn dns_searches(report: &mut Report<'_>, at: &Path<'_>, searches: &[String]) {
        if searches.len() > 32 {
            report.error(at, format_args!("may have at most 32 search domains, found {}", searches.len()));
        }
        let length = searches.iter().map(|search| search.len() + 1).sum::<usize>().saturating_sub(1);
        if length > 2048 {
            report.error(at, format_args!("may have at most 2048 characters in total, found {length}"));
        }
        for (index, search) in searches.iter().enumerate().filter(|(_, search)| *search != ".") {
            report.require(&at.index(index), search_domain(search.strip_suffix('.').unwrap_or(search)));
        }
    },

    /// `hostAliases` require a valid `ip`, and their `hostnames` must be DNS subdomains.
    ///
    /// Example: `spec: {hostAliases: [{ip: localhost, hostnames: [app.local]}]}`
    ///
    /// Source: `ValidateHostAliases`, pkg/apis/core/validation/validation.go
    pub(super) fn host_aliases(report: &mut Report<'_>, at: &Path<'_>, aliases: &[HostAlias]) {
        for (index, alias) in aliases.iter().enumerate() {
            let at = at.index(index);
            report.require(&at.field("ip"), ip(&alias.ip).map(|_| ()));
            for (number, name) in list(&alias.hostnames).iter().enumerate() {
                report.require(&at.field("hostnames").index(number), dns_subdomain(name));
            }
        }
    }
);

/// Validates a DNS subdomain whose labels may start with or contain `_`.
fn search_domain(search: &str) -> Result<(), String> {
    let plain = |label: &str| {
        let label = label.strip_prefix('_').unwrap_or(label);
        let inner = label.replace('_', "-");
        if label.starts_with('_') || label.ends_with('_') { "_".to_owned() } else { inner }
    };
    let domain = search.split('.').map(plain).collect::<Vec<_>>().join(".");
    dns_subdomain(&domain).map_err(|_| {
        format!(
            "{search:?} is not a search domain: must be a DNS subdomain, whose labels may start with or contain `_`"
        )
    })
}
