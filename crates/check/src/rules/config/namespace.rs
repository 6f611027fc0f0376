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
    let finalizers = object.spec.as_ref().map_or(&[] as &[_], |spec| list(&spec.finalizers));
    pod_security::labels(report, &Path::ROOT.field("metadata.labels"), &object.metadata);
    namespace_finalizers(report, &Path::ROOT.field("spec.finalizers"), finalizers);
}

pub(crate) fn service_account(object: &ServiceAccount, report: &mut Report<'_>) {
    meta::object(report, &object.metadata, Name::Subdomain);
    meta::ungenerated(report, &object.metadata);
}

rules!(
    /// Finalizers of a namespace are named as labels are; one without a `/` is Kubernetes' own.
    ///
    /// Source: `ValidateNamespace`, pkg/apis/core/validation/validation.go
    fn namespace_finalizers(report: &mut Report<'_>, at: &Path<'_>, finalizers: &[String]) {
        for (index, finalizer) in finalizers.iter().enumerate() {
            let is_own = ["kubernetes", "orphan", "foregroundDeletion"].contains(&finalizer.as_str());
            let has_domain = || format!("{finalizer:?} is no finalizer: a name with a domain, or `kubernetes`");
            let named = label_key(finalizer);
            let result = named.and(if is_own || finalizer.contains('/') { Ok(()) } else { Err(has_domain()) });
            report.require_in(at, &at.index(index), result);
        }
    }
);
