//! LimitRanges.

use std::collections::{BTreeMap, BTreeSet};

use k8s_openapi::api::core::v1::{LimitRange, LimitRangeItem};
use k8s_openapi::apimachinery::pkg::api::resource::Quantity;

use super::super::amount::Amount;
use super::super::common::duplicates;
use super::super::meta;
use super::super::names::Name;
use super::super::resource::is_overcommitted;
use super::names::{container_resource_name, resource_name};
use crate::path::Path;
use crate::report::Report;
use crate::rule::rules;
use crate::syntax::label_key;

type Resources = BTreeMap<String, Quantity>;

pub(crate) fn validate(object: &LimitRange, report: &mut Report<'_>) {
    meta::object(report, &object.metadata, Name::Subdomain);
    meta::ungenerated(report, &object.metadata);
    let Some(spec) = &object.spec else { return };
    let at = Path::ROOT.field("spec.limits");
    let duplicates = duplicates(spec.limits.iter().map(|item| &item.type_));
    for (index, item) in spec.limits.iter().enumerate() {
        let at = at.index(index);
        valid_type(report, &at.field("type"), &item.type_, duplicates[index]);
        resource_names(report, &at, item);
        pod_defaults(report, &at, item);
        claim_storage(report, &at.field("limits"), item);
        ordered_limits(report, &at, item);
    }
}

/// The limits of one resource.
#[derive(Default)]
struct Limits<'q> {
    min: Option<&'q Quantity>,
    max: Option<&'q Quantity>,
    default: Option<&'q Quantity>,
    default_request: Option<&'q Quantity>,
    ratio: Option<&'q Quantity>,
}

impl<'q> Limits<'q> {
    /// Returns the limits with the defaults of an API server: for a container, `default` is `max`, and `defaultRequest`
    /// is `default` or else `min`.
    fn of(item: &'q LimitRangeItem, name: &str) -> Self {
        let get = |resources: &'q Option<Resources>| resources.as_ref().and_then(|resources| resources.get(name));
        let (min, max, ratio) = (get(&item.min), get(&item.max), get(&item.max_limit_request_ratio));
        match item.type_.as_str() {
            "Pod" => Limits { min, max, ratio, ..Limits::default() },
            "Container" => {
                let default = get(&item.default).or(max);
                Limits { min, max, ratio, default, default_request: get(&item.default_request).or(default).or(min) }
            }
            _ => Limits { min, max, ratio, default: get(&item.default), default_request: get(&item.default_request) },
        }
    }
}

/// Returns the pairs to compare, each with the field that is reported and the message.
fn compared<'q>(limits: &Limits<'q>) -> [(Option<&'q Quantity>, Option<&'q Quantity>, &'static str, &'static str); 6] {
    let Limits { min, max, default, default_request, .. } = *limits;
    [
        (min, max, "min", "`min` may not be greater than `max`"),
        (min, default_request, "defaultRequest", "`min` may not be greater than `defaultRequest`"),
        (default_request, max, "defaultRequest", "`defaultRequest` may not be greater than `max`"),
        (default_request, default, "defaultRequest", "`defaultRequest` may not be greater than `default`"),
        (min, default, "default", "`min` may not be greater than `default`"),
        (default, max, "default", "`default` may not be greater than `max`"),
    ]
}

/// The area of the rules below.
const AREA: &str = "limitrange";

rules!(
    /// `type` must be `Container`, `Pod`, `PersistentVolumeClaim` or a qualified name, and unique in the LimitRange.
    ///
    /// Example: `spec: {limits: [{type: Node}]}`
    ///
    /// Source: `validateLimitRangeTypeName`, pkg/apis/core/validation/validation.go
    fn valid_type(report: &mut Report<'_>, at: &Path<'_>, kind: &str, is_repeated: bool) {
        match label_key(kind) {
            Err(why) => report.error(at, why),
            Ok(()) if !kind.contains('/') => report.one_of(at, kind, &["Container", "PersistentVolumeClaim", "Pod"]),
            Ok(()) => {}
        }
        if is_repeated {
            report.duplicate(at, format_args!("{kind:?}"));
        }
    },

    /// `default` and `defaultRequest` may not be set when `type` is `Pod`.
    ///
    /// Example: `spec: {limits: [{type: Pod, default: {cpu: 1}}]}`
    ///
    /// Source: `ValidateLimitRange`, pkg/apis/core/validation/validation.go
    fn pod_defaults(report: &mut Report<'_>, at: &Path<'_>, item: &LimitRangeItem) {
        for (field, resources) in [("default", &item.default), ("defaultRequest", &item.default_request)] {
            if item.type_ == "Pod" && resources.as_ref().is_some_and(|resources| !resources.is_empty()) {
                report.forbidden(&at.field(field), "`type` is `Pod`; set the defaults of containers");
            }
        }
    },

    /// `min` or `max` must have `storage` when `type` is `PersistentVolumeClaim`.
    ///
    /// Example: `spec: {limits: [{type: PersistentVolumeClaim, max: {requests.storage: 1}}]}`
    ///
    /// Source: `ValidateLimitRange`, pkg/apis/core/validation/validation.go
    fn claim_storage(report: &mut Report<'_>, at: &Path<'_>, item: &LimitRangeItem) {
        let has = |resources: &Option<Resources>| resources.as_ref().is_some_and(|it| it.contains_key("storage"));
        if item.type_ == "PersistentVolumeClaim" && !has(&item.min) && !has(&item.max) {
            report.required(at, "set `storage` in `min` or `max`");
        }
    },

    /// `min` may not be greater than `defaultRequest`, `defaultRequest` than `default`, and `default` than `max`;
    /// `maxLimitRequestRatio` must be at least 1 and at most `max` divided by `min`; `default` and `defaultRequest`
    /// must be equal for resources that cannot be overcommitted.
    ///
    /// Example: `spec: {limits: [{type: Container, min: {cpu: 2}, max: {cpu: 1}}]}`
    ///
    /// Source: `ValidateLimitRange`, pkg/apis/core/validation/validation.go; `SetDefaults_LimitRangeItem`,
    /// pkg/apis/core/v1/defaults.go
    fn ordered_limits(report: &mut Report<'_>, at: &Path<'_>, item: &LimitRangeItem) {
        let all = [&item.max, &item.min, &item.default, &item.default_request, &item.max_limit_request_ratio];
        let names: BTreeSet<&String> = all.into_iter().flatten().flat_map(BTreeMap::keys).collect();
        for name in names {
            let limits = Limits::of(item, name);
            for (low, high, field, why) in compared(&limits) {
                let (Some(low), Some(high)) = (low, high) else { continue };
                if Amount::of(low) > Amount::of(high) {
                    report.error(&at.field(field).key(name), format_args!("{why}: {:?} > {:?}", low.0, high.0));
                }
            }
            ratio(report, &at.field("maxLimitRequestRatio").key(name), &limits);
            let (Some(default), Some(request)) = (limits.default, limits.default_request) else { continue };
            if !is_overcommitted(name) && Amount::of(default) != Amount::of(request) {
                let message = format_args!(
                    "{:?} must equal `default`, {:?}: `{name}` cannot be overcommitted",
                    request.0, default.0
                );
                report.error(&at.field("defaultRequest").key(name), message);
            }
        }
    }
);

/// Validates the names of resources: for pods and containers the resources of a container, otherwise those of a quota.
///
/// Source: `validateLimitRangeResourceName`, pkg/apis/core/validation/validation.go
fn resource_names(report: &mut Report<'_>, at: &Path<'_>, item: &LimitRangeItem) {
    let is_given = matches!(item.type_.as_str(), "Pod" | "Container");
    let fields = [
        ("max", &item.max),
        ("min", &item.min),
        ("default", &item.default),
        ("defaultRequest", &item.default_request),
        ("maxLimitRequestRatio", &item.max_limit_request_ratio),
    ];
    for (field, resources) in fields {
        if item.type_ == "Pod" && field.starts_with("default") {
            continue;
        }
        let at = at.field(field);
        for name in resources.iter().flatten().map(|(name, _)| name) {
            let rule = if is_given { container_resource_name } else { resource_name };
            rule(report, &at.key(name), name);
        }
    }
}

fn ratio(report: &mut Report<'_>, at: &Path<'_>, limits: &Limits<'_>) {
    let Some(ratio) = limits.ratio else { return };
    let most = Amount::of(ratio).milli;
    if most < 1000 {
        report.error(at, format_args!("must be at least 1, found {:?}", ratio.0));
    }
    let (Some(min), Some(max)) = (limits.min, limits.max) else { return };
    let (min, max) = (Amount::of(min).milli as f64, Amount::of(max).milli as f64);
    if most as f64 / 1000.0 > max / min {
        report.error(at, format_args!("must be at most `max` divided by `min`, {}, found {:?}", max / min, ratio.0));
    }
}
