//! Pod-level resources, and how they relate to the resources of the containers.

use std::collections::BTreeMap;

use k8s_openapi::api::core::v1::{Container, ResourceRequirements};
use k8s_openapi::apimachinery::pkg::api::resource::Quantity;

use super::super::amount::Amount;
use super::super::common::list;
use super::resources::{Amounts, Level, requirements};
use super::{Context, claims};
use crate::path::Path;
use crate::report::Report;
use crate::rule::rules;

/// Validates the pod-level resources.
pub(super) fn pod_resources(
    report: &mut Report<'_>,
    at: &Path<'_>,
    context: &Context<'_>,
    wanted: &ResourceRequirements,
) {
    let at_resources = at.field("resources");
    no_claims_in_resources(report, &at_resources.field("claims"));
    let of_pod = &list(&context.spec.resource_claims);
    claims::container_resource_claims(report, &at_resources.field("claims"), list(&wanted.claims), of_pod);
    let is_pod = context.owner.pod.is_some();
    let requests = if is_pod { defaulted(wanted, context) } else { wanted.requests.clone().unwrap_or_default() };
    requirements(report, &at_resources, wanted.limits.as_ref(), Some(&requests), Level::Pod);
    resources_cover_containers(report, &at_resources, context, wanted);
}

/// Returns the requests of a pod with the defaults of an API server: where the pod sets no request for a limit, the sum
/// of its containers, or else the limit.
fn defaulted(wanted: &ResourceRequirements, context: &Context<'_>) -> Amounts {
    let mut requests = wanted.requests.clone().unwrap_or_default();
    if wanted.limits.as_ref().is_none_or(BTreeMap::is_empty) && requests.is_empty() {
        return requests;
    }
    let containers: Vec<(&Container, bool)> = all_containers(context);
    for name in wanted.limits.iter().flatten().map(|(name, _)| name) {
        if requests.contains_key(name) {
            continue;
        }
        let sum = aggregate(&containers, name, true);
        let limit = wanted.limits.as_ref().and_then(|limits| limits.get(name)).cloned().unwrap_or_default();
        let sum = sum.filter(|sum| sum.milli != 0).map(|sum| Quantity(format!("{}m", sum.milli)));
        requests.insert(name.clone(), sum.unwrap_or(limit));
    }
    requests
}

/// Returns the containers of a pod, each with whether it is an init container.
fn all_containers<'a>(context: &Context<'a>) -> Vec<(&'a Container, bool)> {
    let init = list(&context.spec.init_containers).iter().map(|container| (container, true));
    context.spec.containers.iter().map(|container| (container, false)).chain(init).collect()
}

/// Returns the total request of a pod: the containers that run together, or the largest init container before them.
fn aggregate(containers: &[(&Container, bool)], name: &str, with_limits: bool) -> Option<Amount> {
    let request_of = |container: &Container| {
        let resources = container.resources.as_ref()?;
        let request = resources.requests.as_ref().and_then(|requests| requests.get(name));
        let limit = resources.limits.as_ref().and_then(|limits| limits.get(name)).filter(|_| with_limits);
        request.or(limit).map(Amount::of)
    };
    let is_sidecar = |container: &Container| container.restart_policy.as_deref() == Some("Always");
    let (mut together, mut sidecars, mut largest, mut has_request) =
        (Amount::default(), Amount::default(), Amount::default(), false);
    for (container, is_init) in containers {
        let Some(amount) = request_of(container) else { continue };
        has_request = true;
        match (is_init, is_sidecar(container)) {
            (false, _) => together = together + amount,
            (true, true) => {
                sidecars = sidecars + amount;
                largest = largest.max(sidecars);
            }
            (true, false) => largest = largest.max(sidecars + amount),
        }
    }
    has_request.then_some((together + sidecars).max(largest))
}

/// The area of the rules below.
const AREA: &str = "pod";

rules!(
    /// `resources.claims` may not be set at pod level; containers list their claims.
    ///
    /// Example: `spec: {resources: {claims: []}}`
    ///
    /// Source: `validatePodResources`, pkg/apis/core/validation/validation.go
    fn no_claims_in_resources(report: &mut Report<'_>, at: &Path<'_>) {
        if report.is_set(at) {
            report.forbidden(at, "only the resources of a container can list claims");
        }
    },

    /// `requests` of a pod must be at least the sum of its containers' requests, and the limit of each container at
    /// most the limit of the pod.
    ///
    /// Source: `validatePodResourceConsistency`, pkg/apis/core/validation/validation.go
    fn resources_cover_containers(
        report: &mut Report<'_>,
        at: &Path<'_>,
        context: &Context<'_>,
        wanted: &ResourceRequirements,
    ) {
        let containers = all_containers(context);
        for (name, request) in wanted.requests.iter().flatten() {
            let sum = aggregate(&containers, name, context.owner.pod.is_some());
            if sum.is_some_and(|sum| sum > Amount::of(request)) {
                let at = at.field("requests");
                report.error(
                    &at.key(name),
                    format_args!("must be at least the sum of the containers' requests, found {:?}", request.0),
                );
            }
        }
        for (index, container) in context.spec.containers.iter().enumerate() {
            let limits = container.resources.iter().filter_map(|resources| resources.limits.as_ref()).flatten();
            for (name, limit) in limits {
                let pod_limit = wanted.limits.as_ref().and_then(|limits| limits.get(name));
                if let Some(pod_limit) = pod_limit.filter(|pod_limit| Amount::of(limit) > Amount::of(pod_limit)) {
                    // An API server reports this path.
                    let at = at.field("containers");
                    let at = at.index(index);
                    report.error(
                        &at.key(name).field("limits"),
                        format_args!("must be at most the limit of the pod, {:?}, found {:?}", pod_limit.0, limit.0),
                    );
                }
            }
        }
    }
);
