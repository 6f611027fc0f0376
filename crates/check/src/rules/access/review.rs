//! SubjectAccessReviews: questions about access, which the server answers and does not store.

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
    review_metadata(report, &Path::ROOT.field("metadata"), &object.metadata, false);
}

pub(crate) fn local(object: &LocalSubjectAccessReview, report: &mut Report<'_>) {
    spec(report, &object.spec);
    review_metadata(report, &Path::ROOT.field("metadata"), &object.metadata, true);
}

pub(crate) fn self_subject(object: &SelfSubjectAccessReview, report: &mut Report<'_>) {
    let (resource, path) = (&object.spec.resource_attributes, &object.spec.non_resource_attributes);
    attributes(report, &Path::ROOT.field("spec"), resource.as_ref(), path.as_ref());
    review_metadata(report, &Path::ROOT.field("metadata"), &object.metadata, false);
}

fn spec(report: &mut Report<'_>, spec: &SubjectAccessReviewSpec) {
    let at = Path::ROOT.field("spec");
    attributes(report, &at, spec.resource_attributes.as_ref(), spec.non_resource_attributes.as_ref());
    review_subject(report, &at.field("user"), text(&spec.user), list(&spec.groups));
}

fn attributes(
    report: &mut Report<'_>,
    at: &Path<'_>,
    resource: Option<&ResourceAttributes>,
    path: Option<&NonResourceAttributes>,
) {
    review_question(report, at, resource.is_some(), path.is_some());
    let Some(resource) = resource else { return };
    let at = at.field("resourceAttributes");
    if let Some(fields) = &resource.field_selector {
        let (raw, count) = (text(&fields.raw_selector), list(&fields.requirements).len());
        review_selector(report, &at.field("fieldSelector"), raw, count);
    }
    if let Some(labels) = &resource.label_selector {
        let (raw, count) = (text(&labels.raw_selector), list(&labels.requirements).len());
        review_selector(report, &at.field("labelSelector"), raw, count);
    }
}

rules!(
    area = "subjectaccessreview",
    /// An access review has no metadata: the server answers it and stores nothing. A local one has a namespace.
    ///
    /// Source: `ValidateSubjectAccessReview`, pkg/apis/authorization/validation/validation.go
    fn review_metadata(report: &mut Report<'_>, at: &Path<'_>, metadata: &ObjectMeta, is_local: bool) {
        let mut rest = metadata.clone();
        rest.managed_fields = None;
        if is_local {
            rest.namespace = None;
        }
        if rest != ObjectMeta::default() {
            let help = "`kubectl create -f` without `metadata.name` asks the server";
            report.error_with_help(at, "must be empty: the server answers a review and stores nothing", help);
        }
    },
    /// An access review asks about a resource or about a path.
    ///
    /// Source: `ValidateSubjectAccessReviewSpec`, pkg/apis/authorization/validation/validation.go
    fn review_question(report: &mut Report<'_>, at: &Path<'_>, has_resource: bool, has_path: bool) {
        match (has_resource, has_path) {
            (true, true) => report.error(&at.field("nonResourceAttributes"), "`resourceAttributes` excludes it"),
            (false, false) => {
                report.error(&at.field("resourceAttributes"), "set it or `nonResourceAttributes`");
            }
            _ => {}
        }
    },
    /// An access review is about a user or groups.
    ///
    /// Source: `ValidateSubjectAccessReviewSpec`, pkg/apis/authorization/validation/validation.go
    fn review_subject(report: &mut Report<'_>, at: &Path<'_>, user: &str, groups: &[String]) {
        if user.is_empty() && groups.is_empty() {
            report.error(at, "at least one of `user` and `groups` is required");
        }
    },
    /// A selector of an access review has requirements or a text, not both.
    ///
    /// Source: `validateResourceAttributes`, pkg/apis/authorization/validation/validation.go
    fn review_selector(report: &mut Report<'_>, at: &Path<'_>, raw: &str, requirements: usize) {
        match (raw.is_empty(), requirements == 0) {
            (false, false) => report.error(&at.field("rawSelector"), "`requirements` excludes it"),
            (true, true) => report.required(&at.field("requirements"), "`requirements` or `rawSelector`"),
            _ => {}
        }
    }
);
