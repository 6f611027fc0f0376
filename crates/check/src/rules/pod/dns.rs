//! Name resolution within a pod.

use k8s_openapi::api::core::v1::{HostAlias, PodSpec};

use super::super::common::{list, text};
use crate::path::Path;
use crate::report::Report;
use crate::rule::rules;
use crate::syntax::{dns_subdomain, ip};

rules!(
    /// A pod has at most 3 name servers, which are addresses, and 32 search domains of 2048 characters in all; with
    /// `dnsPolicy: None` it has one at least.
    ///
    /// Source: `validatePodDNSConfig`, pkg/apis/core/validation/validation.go
    pub(super) fn config(report: &mut Report<'_>, at: &Path<'_>, spec: &PodSpec) {
        let is_alone = text(&spec.dns_policy) == "None";
        let Some(config) = &spec.dns_config else {
            if is_alone {
                report.required(at, "with `dnsPolicy: None` it says all");
            }
            return;
        };
        let servers = list(&config.nameservers);
        let at_servers = at.field("nameservers");
        if servers.is_empty() && is_alone {
            return report.required(&at_servers, "with `dnsPolicy: None` there is no other");
        }
        if servers.len() > 3 {
            report.error(&at_servers, format_args!("{} name servers are too many: at most 3", servers.len()));
        }
        for (index, server) in servers.iter().enumerate() {
            report.require(&at_servers.index(index), ip(server).map(|_| ()));
        }
        search_domains(report, &at.field("searches"), list(&config.searches));
        for (index, option) in list(&config.options).iter().enumerate() {
            if text(&option.name).is_empty() {
                report.required(&at.field("options").index(index), "the name of the option");
            }
        }
    },

    /// Search domains are at most 32 DNS subdomains, `_` allowed, of 2048 characters in all.
    ///
    /// Source: `validatePodDNSConfig`, pkg/apis/core/validation/validation.go
    fn search_domains(report: &mut Report<'_>, at: &Path<'_>, searches: &[String]) {
        if searches.len() > 32 {
            report.error(at, format_args!("{} search domains are too many: at most 32", searches.len()));
        }
        let length = searches.iter().map(|search| search.len() + 1).sum::<usize>().saturating_sub(1);
        if length > 2048 {
            report.error(at, format_args!("{length} characters are too long: at most 2048"));
        }
        for (index, search) in searches.iter().enumerate().filter(|(_, search)| *search != ".") {
            report.require(&at.index(index), search_domain(search.strip_suffix('.').unwrap_or(search)));
        }
    },

    /// Further names of hosts are of an address, and are DNS subdomains.
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

/// A DNS subdomain whose labels may begin with `_` and have it within.
fn search_domain(search: &str) -> Result<(), String> {
    let plain = |label: &str| {
        let label = label.strip_prefix('_').unwrap_or(label);
        let inner = label.replace('_', "-");
        if label.starts_with('_') || label.ends_with('_') { "_".to_owned() } else { inner }
    };
    let domain = search.split('.').map(plain).collect::<Vec<_>>().join(".");
    dns_subdomain(&domain).map_err(|why| format!("{search:?}: {why}"))
}
