//! What containers and pods ask for and may use at most.

use std::collections::BTreeMap;

use k8s_openapi::api::core::v1::{Container, ResourceRequirements};
use k8s_openapi::apimachinery::pkg::api::resource::Quantity;

use super::super::amount::Amount;
use super::super::common::list;
use super::super::resource::{self, is_huge_page, is_integer, is_overcommitted};
use super::{Context, claims};
use crate::path::Path;
use crate::report::Report;
use crate::rule::rules;

type Amounts = BTreeMap<String, Quantity>;

/// Everything about the resources of a container.
pub(super) fn of_container(report: &mut Report<'_>, at: &Path<'_>, wanted: &ResourceRequirements) {
    requirements(report, at, wanted.limits.as_ref(), wanted.requests.as_ref(), Level::Container);
}

/// Everything about the resources of a pod as a whole.
pub(super) fn pod_resources(
    report: &mut Report<'_>,
    at: &Path<'_>,
    context: &Context<'_>,
    wanted: &ResourceRequirements,
) {
    let at_resources = at.field("resources");
    if report.is_set(&at_resources.field("claims")) {
        no_claims(report, &at_resources.field("claims"));
    }
    let of_pod = &list(&context.spec.resource_claims);
    claims::claims_of_container(report, &at_resources.field("claims"), list(&wanted.claims), of_pod);
    let is_pod = context.owner.pod.is_some();
    let requests = if is_pod { defaulted(wanted, context) } else { wanted.requests.clone().unwrap_or_default() };
    requirements(report, &at_resources, wanted.limits.as_ref(), Some(&requests), Level::Pod);
    containers_fit(report, &at_resources, context, wanted);
}

/// The resources that an API server takes a pod for when it has set its defaults: where the pod asks for nothing, the sum of
/// its containers, else what it may use.
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

/// The containers of a pod, each with whether it is an init container.
fn all_containers<'a>(context: &Context<'a>) -> Vec<(&'a Container, bool)> {
    let init = list(&context.spec.init_containers).iter().map(|container| (container, true));
    context.spec.containers.iter().map(|container| (container, false)).chain(init).collect()
}

/// What the containers of a pod ask for together: those that run side by side, and the largest of those before them.
fn aggregate(containers: &[(&Container, bool)], name: &str, with_limits: bool) -> Option<Amount> {
    let asked = |container: &Container| {
        let resources = container.resources.as_ref()?;
        let request = resources.requests.as_ref().and_then(|requests| requests.get(name));
        let limit = resources.limits.as_ref().and_then(|limits| limits.get(name)).filter(|_| with_limits);
        request.or(limit).map(Amount::of)
    };
    let is_sidecar = |container: &Container| container.restart_policy.as_deref() == Some("Always");
    let (mut together, mut sidecars, mut largest, mut is_there) =
        (Amount::default(), Amount::default(), Amount::default(), false);
    for (container, is_init) in containers {
        let Some(amount) = asked(container) else { continue };
        is_there = true;
        match (is_init, is_sidecar(container)) {
            (false, _) => together = together + amount,
            (true, true) => {
                sidecars = sidecars + amount;
                largest = largest.max(sidecars);
            }
            (true, false) => largest = largest.max(sidecars + amount),
        }
    }
    is_there.then_some((together + sidecars).max(largest))
}

/// Whose resources they are: not all of them can be said of a pod.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Level {
    Container,
    Pod,
}

fn requirements(
    report: &mut Report<'_>,
    at: &Path<'_>,
    limits: Option<&Amounts>,
    requests: Option<&Amounts>,
    level: Level,
) {
    for (field, amounts) in [("limits", limits), ("requests", requests)] {
        let at = at.field(field);
        for (name, quantity) in amounts.into_iter().flatten() {
            let at = at.key(name);
            resource_name(report, &at, name, level);
            quantity_value(report, &at, name, quantity);
            huge_pages(report, &at, name, quantity);
        }
    }
    within_limits(report, at, limits, requests);
    huge_pages_with_others(report, at, limits, requests);
}

rules!(
    /// A container has resources that there are (`cpu`, `memory`, `ephemeral-storage`, `hugepages-...`), or that a plugin
    /// offers by a name with a domain; a pod has only `cpu`, `memory` and huge pages.
    ///
    /// Source: `validateContainerResourceName`, `validatePodResourceName`, pkg/apis/core/validation/validation.go
    fn resource_name(report: &mut Report<'_>, at: &Path<'_>, name: &str, level: Level) {
        if level == Level::Container {
            return report.require_name(at, name, resource::container_resource(name), resource::OF_CONTAINERS);
        }
        match resource::resource(name) {
            Err(why) => report.error(at, why),
            Ok(()) if matches!(name, "cpu" | "memory") || is_huge_page(name) => {}
            Ok(()) => report.not_supported(at, name, &["cpu", "memory", "hugepages-..."]),
        }
    },

    /// An amount is not negative, and whole where a resource is counted.
    ///
    /// Source: `ValidateResourceQuantityValue`, pkg/apis/core/validation/validation.go
    fn quantity_value(report: &mut Report<'_>, at: &Path<'_>, name: &str, quantity: &Quantity) {
        let amount = Amount::of(quantity);
        if amount.milli < 0 {
            report.error(at, format_args!("{:?} is negative: at least 0", quantity.0));
        }
        if is_integer(name) && !amount.is_whole() {
            report.error(at, format_args!("{:?} is not whole, and `{name}` is counted", quantity.0));
        }
    },

    /// Huge pages come in whole pages of the size in their name.
    ///
    /// Source: `validateResourceQuantityHugePageValue`, pkg/apis/core/validation/validation.go
    fn huge_pages(report: &mut Report<'_>, at: &Path<'_>, name: &str, quantity: &Quantity) {
        let Some(size) = name.strip_prefix("hugepages-") else { return };
        let page = Amount::of(&Quantity(size.to_owned()));
        let is_size = crate::syntax::quantity(size).is_ok() && page.milli > 0 && page.is_whole();
        if !is_size || Amount::of(quantity).ceil() % page.ceil() != 0 {
            report.error(at, format_args!("{:?} is no multiple of a page of {size:?}", quantity.0));
        }
    },

    /// A container asks for no more than it may use; of what cannot be shared (huge pages, devices) it may use what it asks
    /// for.
    ///
    /// Source: `validateResourceRequirements`, pkg/apis/core/validation/validation.go
    fn within_limits(report: &mut Report<'_>, at: &Path<'_>, limits: Option<&Amounts>, requests: Option<&Amounts>) {
        let at_requests = at.field("requests");
        for (name, quantity) in requests.into_iter().flatten() {
            let location = at_requests.key(name);
            let Some(limit) = limits.and_then(|limits| limits.get(name)) else {
                if !is_overcommitted(name) {
                    let at_limits = at.field("limits");
                    report.required(
                        &at_limits,
                        format_args!("`{name}` cannot be shared: what is asked for is the limit too"),
                    );
                }
                continue;
            };
            let (asked, most) = (Amount::of(quantity), Amount::of(limit));
            if asked != most && !is_overcommitted(name) {
                let message =
                    format_args!("`{name}` cannot be shared: {:?} is not the limit, {:?}", quantity.0, limit.0);
                report.error_in(&at_requests, &location, message);
            } else if asked > most {
                let message = format_args!("`{name}`: {:?} is more than the limit, {:?}", quantity.0, limit.0);
                report.error_in(&at_requests, &location, message);
            }
        }
    },

    /// Huge pages come beside `cpu` or `memory`.
    ///
    /// Source: `validateResourceRequirements`, pkg/apis/core/validation/validation.go
    fn huge_pages_with_others(
        report: &mut Report<'_>,
        at: &Path<'_>,
        limits: Option<&Amounts>,
        requests: Option<&Amounts>,
    ) {
        let any = |is: fn(&str) -> bool| {
            [limits, requests].into_iter().flatten().any(|amounts| amounts.keys().any(|name| is(name)))
        };
        if any(is_huge_page) && !any(|name| matches!(name, "cpu" | "memory")) {
            report.forbidden(at, "huge pages need `cpu` or `memory` beside them");
        }
    },

    /// Claims are of containers, not of a pod as a whole.
    ///
    /// Source: `validatePodResources`, pkg/apis/core/validation/validation.go
    fn no_claims(report: &mut Report<'_>, at: &Path<'_>) {
        report.forbidden(at, "claims are of containers");
    },

    /// The containers of a pod ask together for no more than the pod does, and none may use more than the pod.
    ///
    /// Source: `validatePodResourceConsistency`, pkg/apis/core/validation/validation.go
    fn containers_fit(report: &mut Report<'_>, at: &Path<'_>, context: &Context<'_>, wanted: &ResourceRequirements) {
        let containers = all_containers(context);
        for (name, asked) in wanted.requests.iter().flatten() {
            let sum = aggregate(&containers, name, context.owner.pod.is_some());
            if sum.is_some_and(|sum| sum > Amount::of(asked)) {
                let at = at.field("requests");
                report.error(
                    &at.key(name),
                    format_args!("{:?} is less than what the containers ask for together", asked.0),
                );
            }
        }
        for (index, container) in context.spec.containers.iter().enumerate() {
            let limits = container.resources.iter().filter_map(|resources| resources.limits.as_ref()).flatten();
            for (name, limit) in limits {
                let most = wanted.limits.as_ref().and_then(|limits| limits.get(name));
                if let Some(most) = most.filter(|most| Amount::of(limit) > Amount::of(most)) {
                    // An API server tells the place so.
                    let at = at.field("containers");
                    let at = at.index(index);
                    report.error(
                        &at.key(name).field("limits"),
                        format_args!("{:?} is more than the limit of the pod, {:?}", limit.0, most.0),
                    );
                }
            }
        }
    },

    /// What a pod costs beside its containers is of resources that there are.
    ///
    /// Source: `validateOverhead`, pkg/apis/core/validation/validation.go
    pub(in super::super) fn overhead(report: &mut Report<'_>, at: &Path<'_>, amounts: &Amounts) {
        requirements(report, at, Some(amounts), None, Level::Container);
    }
);
