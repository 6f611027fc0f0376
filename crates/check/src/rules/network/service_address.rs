//! The addresses of a Service, and the source ranges of its load balancer.

use k8s_openapi::api::core::v1::{Service, ServiceSpec};

use super::super::common::{list, text};
use super::service::{is_headless, type_of};
use crate::path::Path;
use crate::report::Report;
use crate::rule::rules;
use crate::syntax::{cidr, ip, reachable};

/// The predecessor of `loadBalancerSourceRanges`.
const SOURCE_RANGES: &str = "service.beta.kubernetes.io/load-balancer-source-ranges";

pub(super) fn addresses(report: &mut Report<'_>, at: &Path<'_>, spec: &ServiceSpec) {
    external_ips(report, &at.field("externalIPs"), list(&spec.external_ips));
    if type_of(spec) == "ExternalName" {
        return;
    }
    let single = spec.cluster_ip.as_slice();
    let written = list(&spec.cluster_ips);
    let ips = if written.is_empty() && !text(&spec.cluster_ip).is_empty() { single } else { written };
    let at_ips = at.field("clusterIPs");
    if is_headless(spec) && matches!(type_of(spec), "LoadBalancer" | "NodePort") {
        headless_type(report, &at_ips.index(0), type_of(spec));
    }
    cluster_ip_first(report, &at_ips, text(&spec.cluster_ip), ips);
    cluster_ips(report, &at_ips, ips);
    ip_families(report, at, spec, ips);
    cluster_ips_match_families(report, &at_ips, ips, list(&spec.ip_families));
}

fn is_ipv6(text: &str) -> Option<bool> {
    ip(text).ok().map(|address| address.is_ipv6())
}

/// The area of the rules below.
const AREA: &str = "service";

rules!(
    /// `externalIPs` must be IP addresses that are not unspecified, loopback, link-local or multicast.
    ///
    /// Example: `spec: {externalIPs: [127.0.0.1]}`
    ///
    /// Source: `ValidateService`, `ValidateNonSpecialIP`, pkg/apis/core/validation/validation.go
    fn external_ips(report: &mut Report<'_>, at: &Path<'_>, ips: &[String]) {
        for (index, text) in ips.iter().enumerate() {
            report.require(&at.index(index), ip(text).and_then(reachable));
        }
    },

    /// A headless Service (`clusterIP: None`) may not have `type` `NodePort` or `LoadBalancer`.
    ///
    /// Example: `spec: {type: NodePort, clusterIP: None}`
    ///
    /// Source: `ValidateService`, pkg/apis/core/validation/validation.go
    fn headless_type(report: &mut Report<'_>, at: &Path<'_>, kind: &str) {
        report.error(at, format_args!("may not be `None` when `type` is `{kind}`"));
    },

    /// `clusterIP` must equal the first of `clusterIPs`.
    ///
    /// Example: `spec: {clusterIP: 10.0.0.1, clusterIPs: [10.0.0.2]}`
    ///
    /// Source: `ValidateServiceClusterIPsRelatedFields`, pkg/apis/core/validation/validation.go
    fn cluster_ip_first(report: &mut Report<'_>, at: &Path<'_>, single: &str, ips: &[String]) {
        match ips.first() {
            Some(_) if single.is_empty() => {
                report.error(at, "may not be set without `clusterIP`: set `clusterIP` to the first of `clusterIPs`")
            }
            Some(first) if first != single => {
                report.error(at, format_args!("the first item must equal `clusterIP`, {single:?}"))
            }
            _ => {}
        }
    },

    /// `clusterIPs` must be `None` alone, or one or two IP addresses; two must be one of IPv4 and one of IPv6.
    ///
    /// Example: `spec: {clusterIP: 10.0.0}`
    ///
    /// Source: `ValidateServiceClusterIPsRelatedFields`, pkg/apis/core/validation/validation.go
    fn cluster_ips(report: &mut Report<'_>, at: &Path<'_>, ips: &[String]) {
        for (index, text) in ips.iter().enumerate() {
            if index > 0 || text != "None" {
                report.require(&at.index(index), ip(text).map(drop));
            } else if ips.len() > 1 {
                report.error(at, "`None` must be the only item");
            }
        }
        if ips.len() > 2 {
            report.error(at, format_args!("must have at most one address per IP family, found {}", ips.len()));
        }
        let kinds: Vec<_> = ips.iter().filter_map(|text| is_ipv6(text)).collect();
        if ips.len() > 1 && kinds.len() == ips.len() && kinds.iter().all(|kind| *kind == kinds[0]) {
            report.error(at, "two addresses must be one of IPv4 and one of IPv6");
        }
    },

    /// `ipFamilies` must be `IPv4` or `IPv6`, each at most once. `ipFamilyPolicy` must be `SingleStack`,
    /// `PreferDualStack` or `RequireDualStack`. With two IP families or addresses, it may not be `SingleStack`, which
    /// is usually the default.
    ///
    /// Example: `spec: {ipFamilyPolicy: SingleStack, ipFamilies: [IPv4, IPv6]}`
    ///
    /// Source: `ValidateServiceClusterIPsRelatedFields`, pkg/apis/core/validation/validation.go; `initIPFamilyFields`,
    /// pkg/registry/core/service/storage/alloc.go
    fn ip_families(report: &mut Report<'_>, at: &Path<'_>, spec: &ServiceSpec, ips: &[String]) {
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
            report.error(
                &at,
                "must be `PreferDualStack` or `RequireDualStack` when there are two IP families or addresses",
            );
        }
    },

    /// Each of `clusterIPs` must be of the IP family at the same index of `ipFamilies`.
    ///
    /// Example: `spec: {clusterIP: 10.0.0.1, ipFamilies: [IPv6]}`
    ///
    /// Source: `ValidateServiceClusterIPsRelatedFields`, pkg/apis/core/validation/validation.go
    fn cluster_ips_match_families(report: &mut Report<'_>, at: &Path<'_>, ips: &[String], families: &[String]) {
        for (index, (text, family)) in ips.iter().zip(families).enumerate() {
            match (is_ipv6(text), family.as_str()) {
                (Some(true), "IPv4") | (Some(false), "IPv6") => {
                    report.error(
                        &at.index(index),
                        format_args!("{text:?} must be an {family} address, since `ipFamilies[{index}]` is `{family}`"),
                    );
                }
                _ => {}
            }
        }
    },

    /// `loadBalancerSourceRanges`, or the annotation `service.beta.kubernetes.io/load-balancer-source-ranges`, must be
    /// CIDRs, and may only be set when `type` is `LoadBalancer`.
    ///
    /// Example: `spec: {loadBalancerSourceRanges: [10.0.0.0/8]}`
    ///
    /// Source: `ValidateService`, pkg/apis/core/validation/validation.go
    pub(super) fn load_balancer_source_ranges(
        report: &mut Report<'_>,
        at: &Path<'_>,
        service: &Service,
        spec: &ServiceSpec,
    ) {
        let is_balanced = type_of(spec) == "LoadBalancer";
        let why = "may only be set when `type` is `LoadBalancer`";
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
            report.error(&at, why);
        }
        for range in written.split(',').filter(|_| !written.trim().is_empty()) {
            report.require(&at, cidr(range.trim()).map(drop));
        }
    }
);
