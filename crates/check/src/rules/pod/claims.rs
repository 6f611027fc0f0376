//! Resource claims of pods and containers:
//! <https://kubernetes.io/docs/concepts/scheduling-eviction/dynamic-resource-allocation/>.

use std::collections::BTreeSet;

use k8s_openapi::api::core::v1::{PodResourceClaim, ResourceClaim};

use super::super::common::text;
use crate::path::Path;
use crate::report::Report;
use crate::rule::rules;
use crate::syntax::{dns_label, dns_subdomain};
use mkmanifests_yaml::diagnostic::listed;

/// The area of the rules below.
const AREA: &str = "pod";

rules!(
    /// Each entry of `resourceClaims` requires a `name`, which must be a unique DNS label, and exactly one of
    /// `resourceClaimName` and `resourceClaimTemplateName`, which must be DNS subdomains.
    ///
    /// Example: `spec: {resourceClaims: [{name: gpu}]}`
    ///
    /// Source: `validatePodResourceClaims`, pkg/apis/core/validation/validation.go
    pub(super) fn resource_claims(report: &mut Report<'_>, at: &Path<'_>, claims: &[PodResourceClaim]) {
        let mut names = BTreeSet::new();
        for (index, claim) in claims.iter().enumerate() {
            let at = &at.index(index);
            if claim.name.is_empty() {
                report.required(&at.field("name"), "a claim needs a name");
            } else if !names.insert(claim.name.as_str()) {
                report.duplicate(&at.field("name"), format_args!("{:?}", claim.name));
            } else {
                report.require(&at.field("name"), dns_label(&claim.name));
            }
            let sources = [
                ("resourceClaimName", &claim.resource_claim_name),
                ("resourceClaimTemplateName", &claim.resource_claim_template_name),
            ];
            if sources.iter().filter(|(_, name)| name.is_some()).count() != 1 {
                report.error(at, "set exactly one of `resourceClaimName` and `resourceClaimTemplateName`");
            }
            for (field, name) in sources {
                if let Some(name) = name {
                    report.require(&at.field(field), dns_subdomain(name));
                }
            }
        }
    },

    /// `resources.claims` may only list names from `resourceClaims` of the pod, and each claim, or request of a claim,
    /// only once.
    ///
    /// Source: `validateResourceClaimNames`, pkg/apis/core/validation/validation.go
    pub(super) fn container_resource_claims(
        report: &mut Report<'_>,
        at: &Path<'_>,
        claims: &[ResourceClaim],
        pod: &[PodResourceClaim],
    ) {
        let of_pod: BTreeSet<&str> = pod.iter().map(|claim| claim.name.as_str()).collect();
        let mut names = BTreeSet::new();
        for (index, claim) in claims.iter().enumerate() {
            let at = &at.index(index);
            let name = claim.name.as_str();
            if name.is_empty() {
                report.required(at, "set the name of a claim in `resourceClaims`");
                continue;
            }
            unique_claim(report, at, claim, &mut names);
            if !of_pod.contains(name) {
                let known = listed(pod.iter().map(|claim| claim.name.as_str()));
                let message = format_args!("the pod has no resource claim `{name}`");
                if known.is_empty() {
                    report.error_with_help(at, message, "add it to `resourceClaims` of the pod");
                } else {
                    report.error_with_help(at, message, format!("`resourceClaims` of the pod has {known}"));
                }
            }
        }
    }
);

/// Reports claims that are listed twice. A whole claim overlaps with each of its requests.
fn unique_claim(report: &mut Report<'_>, at: &Path<'_>, claim: &ResourceClaim, names: &mut BTreeSet<String>) {
    let request = text(&claim.request);
    if names.contains(&claim.name) {
        return report.duplicate(at, format_args!("{:?}", claim.name));
    }
    let prefix = format!("{}/", claim.name);
    let key = if request.is_empty() { claim.name.clone() } else { format!("{prefix}{request}") };
    if !request.is_empty() {
        report.require(&at.field("request"), dns_label(request));
    }
    if names.contains(&key)
        || (request.is_empty() && names.range(prefix.clone()..).next().is_some_and(|name| name.starts_with(&prefix)))
    {
        report.duplicate(at, format_args!("{key:?}"));
    }
    names.insert(key);
}
