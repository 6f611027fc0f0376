//! Access reviews, which the server answers and does not store.

use k8s_openapi::api::authorization::v1::{
    LocalSubjectAccessReview, NonResourceAttributes, ResourceAttributes, SelfSubjectAccessReview, SubjectAccessReview,
    SubjectAccessReviewSpec,
};
use k8s_openapi::apimachinery::pkg::apis::meta::v1::ObjectMeta;

use super::super::common::{list, text};
use crate::path::Path;
use crate::report::Report;
use crate::rule::rules;

pub(crate) fn subject(object: &SubjectAccessReview, report: &mut Report<'_>) {
    spec(report, &object.spec);
    empty_metadata(report, &Path::ROOT.field("metadata"), &object.metadata, false);
}

pub(crate) fn local(object: &LocalSubjectAccessReview, report: &mut Report<'_>) {
    spec(report, &object.spec);
    empty_metadata(report, &Path::ROOT.field("metadata"), &object.metadata, true);
}

pub(crate) fn self_subject(object: &SelfSubjectAccessReview, report: &mut Report<'_>) {
    let (resource, path) = (&object.spec.resource_attributes, &object.spec.non_resource_attributes);
    attributes(report, &Path::ROOT.field("spec"), resource.as_ref(), path.as_ref());
    empty_metadata(report, &Path::ROOT.field("metadata"), &object.metadata, false);
}

fn spec(report: &mut Report<'_>, spec: &SubjectAccessReviewSpec) {
    let at = Path::ROOT.field("spec");
    attributes(report, &at, spec.resource_attributes.as_ref(), spec.non_resource_attributes.as_ref());
    required_subject(report, &at.field("user"), text(&spec.user), list(&spec.groups));
}

fn attributes(
    report: &mut Report<'_>,
    at: &Path<'_>,
    resource: Option<&ResourceAttributes>,
    path: Option<&NonResourceAttributes>,
) {
    single_attributes(report, at, resource.is_some(), path.is_some());
    let Some(resource) = resource else { return };
    let at = at.field("resourceAttributes");
    if let Some(fields) = &resource.field_selector {
        let (raw, count) = (text(&fields.raw_selector), list(&fields.requirements).len());
        single_selector(report, &at.field("fieldSelector"), raw, count);
    }
    if let Some(labels) = &resource.label_selector {
        let (raw, count) = (text(&labels.raw_selector), list(&labels.requirements).len());
        single_selector(report, &at.field("labelSelector"), raw, count);
    }
}

/// The area of the rules below.
const AREA: &str = "subjectaccessreview";

rules!(
    /// `metadata` of an access review must be empty, since the server answers it and stores nothing; a
    /// LocalSubjectAccessReview may have a `namespace`.
    ///
    /// Source: `ValidateSubjectAccessReview`, pkg/apis/authorization/validation/validation.go
    fn empty_metadata(report: &mut Report<'_>, at: &Path<'_>, metadata: &ObjectMeta, is_local: bool) {
        let mut rest = metadata.clone();
        rest.managed_fields = None;
        if is_local {
            rest.namespace = None;
        }
        if rest != ObjectMeta::default() {
            let help = "remove `metadata`, and send it with `kubectl create -f`";
            report.error_with_help(at, "must be empty: the server answers a review and stores nothing", help);
        }
    },

    /// Exactly one of `resourceAttributes` and `nonResourceAttributes` must be set.
    ///
    /// Source: `ValidateSubjectAccessReviewSpec`, pkg/apis/authorization/validation/validation.go
    fn single_attributes(report: &mut Report<'_>, at: &Path<'_>, has_resource: bool, has_path: bool) {
        match (has_resource, has_path) {
            (true, true) => {
                report.error(&at.field("nonResourceAttributes"), "may not be set when `resourceAttributes` is set")
            }
            (false, false) => {
                report.error(
                    &at.field("resourceAttributes"),
                    "exactly one of `resourceAttributes` and `nonResourceAttributes` must be set",
                );
            }
            _ => {}
        }
    },

    /// At least one of `user` and `groups` must be set.
    ///
    /// Source: `ValidateSubjectAccessReviewSpec`, pkg/apis/authorization/validation/validation.go
    fn required_subject(report: &mut Report<'_>, at: &Path<'_>, user: &str, groups: &[String]) {
        if user.is_empty() && groups.is_empty() {
            report.error(at, "set `user` or `groups`");
        }
    },

    /// `fieldSelector` and `labelSelector` must set exactly one of `rawSelector` and `requirements`.
    ///
    /// Source: `validateResourceAttributes`, pkg/apis/authorization/validation/validation.go
    fn single_selector(report: &mut Report<'_>, at: &Path<'_>, raw: &str, requirements: usize) {
        match (raw.is_empty(), requirements == 0) {
            (false, false) => report.error(&at.field("rawSelector"), "may not be set when `requirements` is set"),
            (true, true) => report.required(&at.field("requirements"), "set `requirements` or `rawSelector`"),
            _ => {}
        }
    }
);
