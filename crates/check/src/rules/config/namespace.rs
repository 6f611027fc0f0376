//! Namespaces and ServiceAccounts.

use k8s_openapi::api::core::v1::{Namespace, ServiceAccount};

use super::super::common::list;
use super::super::meta;
use super::super::names::Name;
use super::pod_security;
use crate::path::Path;
use crate::report::Report;
use crate::rule::rules;
use crate::syntax::label_key;

pub(crate) fn validate(object: &Namespace, report: &mut Report<'_>) {
    meta::cluster(report, &object.metadata, Name::Label);
    meta::ungenerated(report, &object.metadata);
    let names = object.spec.as_ref().map_or(&[] as &[_], |spec| list(&spec.finalizers));
    pod_security::labels(report, &Path::ROOT.field("metadata.labels"), &object.metadata);
    finalizers(report, &Path::ROOT.field("spec.finalizers"), names);
}

pub(crate) fn service_account(object: &ServiceAccount, report: &mut Report<'_>) {
    meta::object(report, &object.metadata, Name::Subdomain);
    meta::ungenerated(report, &object.metadata);
}

/// The area of the rules below.
const AREA: &str = "namespace";

rules!(
    /// `spec.finalizers` of a Namespace must be qualified names such as `example.com/cleanup`, or `kubernetes`,
    /// `orphan` or `foregroundDeletion`.
    ///
    /// Example: `spec: {finalizers: [cleanup]}`
    ///
    /// Source: `ValidateNamespace`, pkg/apis/core/validation/validation.go
    fn finalizers(report: &mut Report<'_>, at: &Path<'_>, finalizers: &[String]) {
        for (index, finalizer) in finalizers.iter().enumerate() {
            let is_own = ["kubernetes", "orphan", "foregroundDeletion"].contains(&finalizer.as_str());
            let has_domain =
                || format!("{finalizer:?} must be a qualified name such as `example.com/cleanup`, or `kubernetes`");
            let named = label_key(finalizer);
            let result = named.and(if is_own || finalizer.contains('/') { Ok(()) } else { Err(has_domain()) });
            report.require_in(at, &at.index(index), result);
        }
    }
);
