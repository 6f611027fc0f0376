//! Claims of devices: <https://kubernetes.io/docs/concepts/scheduling-eviction/dynamic-resource-allocation/>.

use std::collections::BTreeSet;

use k8s_openapi::api::core::v1::{PodResourceClaim, ResourceClaim};

use super::super::common::text;
use crate::path::Path;
use crate::report::Report;
use crate::rule::rules;
use crate::syntax::{dns_label, dns_subdomain};
use mkmanifests_yaml::diagnostic::listed;

rules!(
    /// A claim of a pod has a name of its own and says either which claim it is or of which template it is made.
    ///
    /// Source: `validatePodResourceClaims`, pkg/apis/core/validation/validation.go
    pub(super) fn pod_claims(report: &mut Report<'_>, at: &Path<'_>, claims: &[PodResourceClaim]) {
        let mut names = BTreeSet::new();
        for (index, claim) in claims.iter().enumerate() {
            let at = &at.index(index);
            if claim.name.is_empty() {
                report.required(&at.field("name"), "containers refer to a claim by name");
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
                report.error(at, "it needs one of `resourceClaimName` and `resourceClaimTemplateName`");
            }
            for (field, name) in sources {
                if let Some(name) = name {
                    report.require(&at.field(field), dns_subdomain(name));
                }
            }
        }
    },

    /// A container names claims that its pod has, each once.
    ///
    /// Source: `validateResourceClaimNames`, pkg/apis/core/validation/validation.go
    pub(super) fn claims_of_container(
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
                report.required(at, "the name of a claim of the pod");
                continue;
            }
            claimed_once(report, at, claim, &mut names);
            if !of_pod.contains(name) {
                let known = listed(pod.iter().map(|claim| claim.name.as_str()));
                let known = if known.is_empty() { "none".to_owned() } else { known };
                report.error(at, format_args!("the pod has no claim `{name}`: `resourceClaims` has {known}"));
            }
        }
    }
);

/// A whole claim and a request of it overlap.
fn claimed_once(report: &mut Report<'_>, at: &Path<'_>, claim: &ResourceClaim, names: &mut BTreeSet<String>) {
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
