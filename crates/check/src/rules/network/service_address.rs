//! The addresses of a Service, and who may come to them.

use k8s_openapi::api::core::v1::{Service, ServiceSpec};

use super::super::common::{list, text};
use super::service::{is_headless, type_of};
use crate::path::Path;
use crate::report::Report;
use crate::rule::rules;
use crate::syntax::{cidr, ip, reachable};

/// Says the same as `loadBalancerSourceRanges`, and is older.
const SOURCE_RANGES: &str = "service.beta.kubernetes.io/load-balancer-source-ranges";

pub(super) fn addresses(report: &mut Report<'_>, at: &Path<'_>, spec: &ServiceSpec) {
    external_addresses(report, &at.field("externalIPs"), list(&spec.external_ips));
    if type_of(spec) == "ExternalName" {
        return;
    }
    let single = spec.cluster_ip.as_slice();
    let written = list(&spec.cluster_ips);
    let ips = if written.is_empty() && !text(&spec.cluster_ip).is_empty() { single } else { written };
    let at_ips = at.field("clusterIPs");
    if is_headless(spec) && matches!(type_of(spec), "LoadBalancer" | "NodePort") {
        headless_is_inside(report, &at_ips.index(0), type_of(spec));
    }
    first_is_the_address(report, &at_ips, text(&spec.cluster_ip), ips);
    cluster_addresses(report, &at_ips, ips);
    families(report, at, spec, ips);
    addresses_fit_families(report, &at_ips, ips, list(&spec.ip_families));
}

fn is_ipv6(text: &str) -> Option<bool> {
    ip(text).ok().map(|address| address.is_ipv6())
}

rules!(
    /// Addresses outside of the cluster are ones that can be reached.
    ///
    /// Source: `ValidateService`, `ValidateNonSpecialIP`, pkg/apis/core/validation/validation.go
    fn external_addresses(report: &mut Report<'_>, at: &Path<'_>, ips: &[String]) {
        for (index, text) in ips.iter().enumerate() {
            report.require(&at.index(index), ip(text).and_then(reachable));
        }
    },

    /// A headless Service has no port of a node and no load balancer.
    ///
    /// Source: `ValidateService`, pkg/apis/core/validation/validation.go
    fn headless_is_inside(report: &mut Report<'_>, at: &Path<'_>, kind: &str) {
        report.error(at, format_args!("`None` does not go with type `{kind}`: it needs an address"));
    },

    /// `clusterIP` and the first of `clusterIPs` are the same.
    ///
    /// Source: `ValidateServiceClusterIPsRelatedFields`, pkg/apis/core/validation/validation.go
    fn first_is_the_address(report: &mut Report<'_>, at: &Path<'_>, single: &str, ips: &[String]) {
        match ips.first() {
            Some(_) if single.is_empty() => report.error(at, "`clusterIP` is not set: its value is the first one here"),
            Some(first) if first != single => {
                report.error(at, format_args!("the first one is not `clusterIP`, {single:?}"))
            }
            _ => {}
        }
    },

    /// The addresses in the cluster are `None`, or one of each family.
    ///
    /// Source: `ValidateServiceClusterIPsRelatedFields`, pkg/apis/core/validation/validation.go
    fn cluster_addresses(report: &mut Report<'_>, at: &Path<'_>, ips: &[String]) {
        for (index, text) in ips.iter().enumerate() {
            if index > 0 || text != "None" {
                report.require(&at.index(index), ip(text).map(drop));
            } else if ips.len() > 1 {
                report.error(at, "`None` stands alone");
            }
        }
        if ips.len() > 2 {
            report.error(at, format_args!("{} are too many: at most one of each family", ips.len()));
        }
        let kinds: Vec<_> = ips.iter().filter_map(|text| is_ipv6(text)).collect();
        if ips.len() > 1 && kinds.len() == ips.len() && kinds.iter().all(|kind| *kind == kinds[0]) {
            report.error(at, "two addresses are one of IPv4 and one of IPv6");
        }
    },

    /// Families of addresses are IPv4 and IPv6, each once, and two of them need a policy that takes two.
    ///
    /// Source: `ValidateServiceClusterIPsRelatedFields`, pkg/apis/core/validation/validation.go; `initIPFamilyFields`,
    /// pkg/registry/core/service/storage/alloc.go
    fn families(report: &mut Report<'_>, at: &Path<'_>, spec: &ServiceSpec, ips: &[String]) {
        let families = list(&spec.ip_families);
        for (index, family) in families.iter().enumerate() {
            let at = at.field("ipFamilies");
            report.one_of(&at.index(index), family, &["IPv4", "IPv6"]);
            if families[..index].contains(family) {
                report.duplicate(&at.index(index), format_args!("`{family}`"));
            }
        }
        let at = at.field("ipFamilyPolicy");
        if let Some(policy) = &spec.ip_family_policy {
            report.one_of(&at, policy, &["PreferDualStack", "RequireDualStack", "SingleStack"]);
        }
        let is_dual = is_headless(spec) && spec.selector.as_ref().is_none_or(|selector| selector.is_empty());
        let policy =
            spec.ip_family_policy.as_deref().unwrap_or(if is_dual { "RequireDualStack" } else { "SingleStack" });
        if policy == "SingleStack" && (families.len() == 2 || ips.len() == 2) {
            report.error(&at, "two families or addresses need `PreferDualStack` or `RequireDualStack`");
        }
    },

    /// An address is of the family that stands at its place in `ipFamilies`.
    ///
    /// Source: `ValidateServiceClusterIPsRelatedFields`, pkg/apis/core/validation/validation.go
    fn addresses_fit_families(report: &mut Report<'_>, at: &Path<'_>, ips: &[String], families: &[String]) {
        for (index, (text, family)) in ips.iter().zip(families).enumerate() {
            match (is_ipv6(text), family.as_str()) {
                (Some(true), "IPv4") | (Some(false), "IPv6") => {
                    report.error(
                        &at.index(index),
                        format_args!("{text:?} is not {family}, as `ipFamilies[{index}]` says"),
                    );
                }
                _ => {}
            }
        }
    },

    /// Who may come to a load balancer is said in ranges of addresses, and only of a load balancer.
    ///
    /// Source: `ValidateService`, pkg/apis/core/validation/validation.go
    pub(super) fn source_ranges(report: &mut Report<'_>, at: &Path<'_>, service: &Service, spec: &ServiceSpec) {
        let is_balanced = type_of(spec) == "LoadBalancer";
        let why = "only a Service of type `LoadBalancer` has it";
        let ranges = list(&spec.load_balancer_source_ranges);
        if !ranges.is_empty() {
            // An API server writes the field with a capital letter here.
            let (at, location) = (at.field("LoadBalancerSourceRanges"), at.field("loadBalancerSourceRanges"));
            if !is_balanced {
                report.error_in(&at, &location, why);
            }
            for (index, range) in ranges.iter().enumerate() {
                report.require_in(&at.index(index), &location.index(index), cidr(range.trim()).map(drop));
            }
            return;
        }
        let annotations = service.metadata.annotations.as_ref();
        let Some(written) = annotations.and_then(|annotations| annotations.get(SOURCE_RANGES)) else { return };
        let at = Path::ROOT.field("metadata.annotations");
        let at = at.key(SOURCE_RANGES);
        if !is_balanced {
            report.forbidden(&at, why);
        }
        for range in written.split(',').filter(|_| !written.trim().is_empty()) {
            report.require(&at, cidr(range.trim()).map(drop));
        }
    }
);
